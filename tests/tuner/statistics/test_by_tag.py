"""Figures by a tag are those of its turns alone."""

from __future__ import annotations

import json

import numpy as np
import pytest

from pipeline.completion import complete
from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from pipeline.turns.columns import Columns
from pipeline.turns.tags import as_texts
from stages.errors import InputError, UnknownName
from stages.settings import Settings
from tuner.diagnosis import diagnose, diagnosis_json, findings
from tuner.statistics.by_tag import by_tag_json, figures_by_tag
from tuner.statistics.intervals import estimates
from tuner.statistics.limits import limits_with
from tuner.statistics.objective import DEFAULT_GOAL


@pytest.fixture(scope="module")
def turns() -> Columns:
    """Turns of which those of every other session are on a phone, with 400 ms more of network."""
    made = simulate(Profile.load("receptionist"), 600, seed=4)
    phone = made.session % 2 == 0
    tags = as_texts({"device": "phone" if one else "desk", "n": str(place)} for place, one in enumerate(phone))
    return made.replace(tags=tags, down_ms=made.down_ms + 400 * phone)


def test_figures_are_those_of_the_turns_alone(turns: Columns) -> None:
    outcomes = Batch(turns).outcomes(Settings())
    found = figures_by_tag(outcomes, turns, Settings(), "device")
    assert set(found) == {"phone", "desk"}
    phone = turns.take(np.flatnonzero(turns.session % 2 == 0))
    alone = estimates(Batch(phone).outcomes(Settings()), phone.session)
    assert found["phone"]["response_ms.p50"].value == alone["response_ms.p50"].value
    assert found["phone"]["cut_off_rate"] == alone["cut_off_rate"]
    assert found["phone"]["response_ms.p50"].n + found["desk"]["response_ms.p50"].n == len(turns)
    assert set(json.loads(json.dumps(by_tag_json("device", found)))["values"]) == {"phone", "desk"}


def test_a_tag_of_many_values_is_judged_by_the_most_frequent(turns: Columns) -> None:
    assert len(figures_by_tag(Batch(turns).outcomes(Settings()), turns, Settings(), "n")) == 20


def test_an_unknown_tag_names_those_that_there_are(turns: Columns) -> None:
    with pytest.raises(UnknownName, match="device"):
        figures_by_tag(Batch(turns).outcomes(Settings()), turns, Settings(), "devise")


def test_turns_without_tags_say_how_to_write_them(turns: Columns) -> None:
    bare = simulate(Profile.load("receptionist"), 30, seed=4)
    with pytest.raises(InputError, match="no turn of this recording has tags"):
        figures_by_tag(Batch(bare).outcomes(Settings()), bare, Settings(), "device")


def test_a_value_that_differs_is_a_finding_with_its_interval(turns: Columns) -> None:
    completed = complete(turns, 0)
    found = diagnose(turns, completed.columns, Settings(), DEFAULT_GOAL, limits_with(()), by="device")
    said = [one.text for one in findings(found) if one.kind == "difference"]
    assert any(text.startswith("Turns with device phone") and "later than the others" in text for text in said)
    assert not any(" n " in text.split("(")[0] for text in said)
    by = diagnosis_json(found)["by"]
    assert by["tag"] == "device"
    assert by["values"]["phone"]["response_ms.p50"]["value"] > by["values"]["desk"]["response_ms.p50"]["value"] + 300


def test_a_figure_is_not_known_of_the_value_whose_turns_lack_what_it_rests_on(turns: Columns) -> None:
    lacking = turns.session % 2 == 0
    bare = turns.replace(pauses_known=~lacking, overlaps_known=~(turns.session == 1))
    found = figures_by_tag(Batch(bare).outcomes(Settings()), bare, Settings(), "device")
    assert found["phone"]["cut_off_rate"].unknown
    assert not found["desk"]["cut_off_rate"].unknown
    assert found["desk"]["cut_off_rate"].value is not None
    assert found["phone"]["missed_interrupt_rate"].value is not None


def test_lost_references_are_not_known_of_the_value_whose_turns_do_not_say_how_far_back_they_refer(
    turns: Columns,
) -> None:
    rare = (turns.session == 0) & (np.arange(len(turns)) < 30)
    bare = turns.replace(
        history_needs=np.where(rare, np.nan, turns.history_needs).astype(np.float32),
        tags=as_texts({"device": "old" if one else "new"} for one in rare),
    )
    for kept, unknown in ((4, True), (None, False)):
        settings = Settings().replace({"llm.max_history": kept})
        found = figures_by_tag(Batch(bare).outcomes(settings), bare, settings, "device")
        assert found["old"]["history_lost_rate"].unknown is unknown
        assert not found["new"]["history_lost_rate"].unknown
