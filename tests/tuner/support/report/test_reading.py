import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pipeline.turns.columns import Columns
from stages.errors import InputError
from stages.i18n import translate
from stages.settings import Settings
from tests.slow_agent import SLOW
from tests.tuner.support.report.conftest import COMPLAINT
from tuner.followup.comparison import Comparison, Kept, Off
from tuner.followup.result_json import comparison_json, read_comparison
from tuner.followup.sentences import MAIN
from tuner.recommendation.reading import read_recommendation
from tuner.recommendation.recommendation import Recommendation
from tuner.recommendation.result_files import recommendation_json
from tuner.recommendation.sentences import sentences
from tuner.support.report import writing
from tuner.support.report.letter import reply
from tuner.support.report.report import report

FILE = "case/tuning/recommendation.json"


@pytest.fixture
def document(found: Recommendation) -> Any:
    return json.loads(json.dumps(recommendation_json(found)))


def test_a_recommendation_is_read_back_as_it_was(document: Any, turns: Columns, found: Recommendation) -> None:
    again = read_recommendation(document, turns, SLOW, FILE)
    assert sentences(again) == sentences(found) == document["summary"]
    assert again.settings == found.settings
    assert again.changes == found.changes
    assert again.frontier == found.frontier
    assert again.limits == found.limits
    assert again.tuning.json_dict() == found.tuning.json_dict()
    assert again.held_out is not None
    assert found.held_out is not None
    assert again.held_out.json_dict() == found.held_out.json_dict()
    assert again.space.locks == found.space.locks
    assert again.filled_in.lines() == found.filled_in.lines()


def test_what_was_said_can_still_be_said_in_chinese(document: Any, turns: Columns) -> None:
    again = read_recommendation(document, turns, SLOW, FILE)
    noted = [one for one in again.tuning.verdicts if one.note]
    assert noted
    assert all("因为" in translate(one.sentence(), "zh") for one in noted)


def test_one_of_other_turns_or_other_settings_is_refused(document: Any, turns: Columns) -> None:
    fewer = turns.of_sessions(range(3))  # type: ignore[arg-type]
    with pytest.raises(InputError, match=rf"{FILE}: was made of 600 turns, but the recording has {len(fewer)}"):
        read_recommendation(document, fewer, SLOW, FILE)
    with pytest.raises(InputError, match="was made for other settings than those in force now; make it anew"):
        read_recommendation(document, turns, Settings(), FILE)


@pytest.mark.parametrize(
    "damage",
    [
        {"schema": "turntempo.recommendation/9"},
        {"schema": None},
        {"tuning": None},
        {"changes": [{"name": "x"}]},
        {"frontier": [{"kind": "x"}]},
        {"limits": "many"},
        {"settings": {"llm": {"timeout_ms": "soon"}}},
    ],
)
def test_a_damaged_file_says_what_to_do(document: Any, turns: Columns, damage: dict[str, Any]) -> None:
    with pytest.raises(InputError) as error:
        read_recommendation(document | damage, turns, SLOW, FILE)
    assert str(error.value)


@pytest.fixture
def compared(judged: Any) -> Comparison:
    """What came of the promise, a little later than promised."""
    now, then = judged.figures, judged.figures_after
    kept = tuple(Kept(name, now[name], then[name], replace(then[name], value=2900.0), True) for name in MAIN)
    return Comparison(
        figures=kept,
        parts=(Off("llm", 400.0, 520.0, 120.0, 80.0, 160.0, 400),),
        turns=400,
        sessions=20,
        measured=400,
        model_ms=(1.5, 9.0),
        other_settings={"llm.hedge": (True, False)},
        assumed_settings=False,
        invented=3,
    )


def test_a_comparison_is_read_back_as_it_was(compared: Comparison) -> None:
    assert read_comparison(json.loads(json.dumps(comparison_json(compared))), "comparison.json") == compared
    with pytest.raises(InputError, match="attach the second recording again"):
        read_comparison({"figures": []}, "comparison.json")


def test_a_second_recording_is_answered_by_what_came_of_the_promise(compared: Comparison, judged: Any) -> None:
    text = writing.letter(reply(COMPLAINT, judged, None, compared), "en")
    assert "We held its 400 turns beside what was promised." in text
    assert "What we recommend" not in text
    page = writing.text(report(COMPLAINT, judged, date(2026, 11, 22), compared=compared), "zh")
    assert page.index("## 结论") < page.index("## 承诺是否兑现") < page.index("## 客户反馈")
