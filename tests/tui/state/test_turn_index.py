"""The index of all turns."""

import numpy as np
import pytest

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tui.state.turn_index import ALL, COLUMNS, GROUPS, SLOWEST_FIRST, SortKey, TurnIndex


@pytest.fixture(scope="module")
def turn_index() -> TurnIndex:
    turns = simulate(Profile.load("ai-tutor"), 400, 7)
    return TurnIndex(turns, Batch(turns).outcomes(Settings().replace({"llm.timeout_ms": 700, "barge_in.min_words": 3})))


def test_every_turn_stands_in_it_the_slowest_first_and_unanswered_before_all(turn_index: TurnIndex) -> None:
    places = turn_index.places(ALL)
    assert sorted(places) == list(range(400))
    response = [turn_index.response_ms(place) for place in places]
    unanswered = len(turn_index.groups["unanswered"])
    assert unanswered > 0
    assert response[:unanswered] == [None] * unanswered
    answered = [ms for ms in response[unanswered:] if ms is not None]
    assert answered == sorted(answered, reverse=True)


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_holds_the_turns_in_which_it_happened_and_no_others(turn_index: TurnIndex, group: str) -> None:
    within = set(turn_index.groups[group].tolist())
    assert within == {place for place in range(400) if set(turn_index.events(place)) & set(GROUPS[group])}


def test_the_slices_of_the_response_time_are_groups_too() -> None:
    turns = simulate(Profile.load("ai-tutor"), 400, 7)
    turn_index = TurnIndex(turns, Batch(turns).outcomes(Settings()))
    assert {"slowest", "p50", "p95", "p99"} <= set(turn_index.groups)
    p50 = [turn_index.response_ms(place) for place in turn_index.places("p50")]
    assert len(p50) == 42
    assert np.nanmedian(np.array(p50, dtype=float)) == pytest.approx(float(np.sort(turn_index.response)[199]), abs=30)


def test_what_is_equal_in_one_column_is_sorted_by_the_next(turn_index: TurnIndex) -> None:
    places = turn_index.places(ALL, (SortKey("session", descending=True), SortKey("llm")))
    keys = [(-int(turn_index.turns.session[place]), turn_index.part_ms(place, "llm") or np.inf) for place in places]
    assert keys == sorted(keys)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("descending", [False, True])
def test_every_column_can_be_sorted_by(turn_index: TurnIndex, column: str, descending: bool) -> None:
    assert sorted(turn_index.places(ALL, (SortKey(column, descending),))) == list(range(400))


def test_a_turn_is_found_by_a_piece_of_its_name_or_its_session(turn_index: TurnIndex) -> None:
    name, session = turn_index.turn(17), turn_index.session(17)
    assert 17 in turn_index.places(ALL, text=name.upper())
    assert {turn_index.session(place) for place in turn_index.places(ALL, text=session)} >= {session}
    assert 17 in turn_index.places(ALL, text=session)
    assert len(turn_index.places(ALL, text="no such turn")) == 0


def test_the_worst_that_happened_comes_first(turn_index: TurnIndex) -> None:
    first = turn_index.places(ALL, (SortKey("happened", descending=True),))[0]
    assert next(iter(turn_index.events(int(first)))) in ("lost_rate", "failed_rate")


def test_a_group_that_is_not_there_is_empty(turn_index: TurnIndex) -> None:
    assert len(turn_index.places("nothing of the kind", SLOWEST_FIRST)) == 0
