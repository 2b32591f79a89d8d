import numpy as np
import pytest

from pipeline.simulation import Profile, censor, simulate
from pipeline.turns.columns import Columns
from stages.settings import Settings
from tuner.statistics.confidence import rate_upper
from tuner.support.intake.gaps import FEWEST_TURNS, gaps


@pytest.fixture(scope="module")
def whole() -> Columns:
    settings = Settings().replace({"endpointing.eot_threshold": 0.5})
    return censor(simulate(Profile.load("ai-tutor"), 400, seed=2), settings)


def names(turns: Columns) -> list[str]:
    return [one.question.name for one in gaps(turns)]


def test_a_complete_recording_leaves_no_question_open(whole: Columns) -> None:
    assert names(whole) == []


def test_few_turns_or_few_calls_are_too_few(whole: Columns) -> None:
    assert names(whole.take(np.arange(200))) == ["more_turns"]
    one_call = whole.replace(session=np.zeros(len(whole), dtype=np.int32), session_names=whole.session_names[:1])
    assert names(one_call) == ["more_turns"]


def test_the_number_of_turns_shows_a_limit_of_one_percent_without_events() -> None:
    assert rate_upper(0.0, FEWEST_TURNS) <= 0.01
    assert rate_upper(0.0, FEWEST_TURNS - 10) > 0.01


@pytest.mark.parametrize(
    ("column", "value", "name"),
    [
        ("pauses_known", False, "pauses"),
        ("overlaps_known", False, "overlaps"),
        ("final_ms", np.nan, "stages"),
        ("response_ms", np.nan, "response_ms"),
        ("eot_score", np.nan, "eot_score"),
    ],
)
def test_a_field_that_most_turns_lack_is_asked_for(whole: Columns, column: str, value: float, name: str) -> None:
    held = getattr(whole, column)
    most = held.copy()
    most[: len(held) * 3 // 4] = value
    assert names(whole.replace(**{column: most})) == [name]
    few = held.copy()
    few[: len(held) // 4] = value
    assert names(whole.replace(**{column: few})) == []


def test_the_most_useful_question_is_first_and_in_both_languages(whole: Columns) -> None:
    bare = whole.replace(pauses_known=np.zeros(len(whole), dtype=bool), ttft_ms=np.full_like(whole.ttft_ms, np.nan))
    found = gaps(bare)
    assert [one.question.name for one in found] == ["pauses", "stages"]
    assert all(one.question.en and one.question.zh for one in found)
