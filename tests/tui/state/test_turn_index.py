"""The ledger of all turns."""

import numpy as np
import pytest

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tui.state.turn_index import ALL, COLUMNS, GROUPS, SLOWEST_FIRST, Ledger, Order


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    turns = simulate(Profile.load("ai-tutor"), 400, 7)
    return Ledger(turns, Batch(turns).outcomes(Settings().replace({"llm.timeout_ms": 700, "barge_in.min_words": 3})))


def test_every_turn_stands_in_it_the_slowest_first_and_unanswered_before_all(ledger: Ledger) -> None:
    places = ledger.places(ALL)
    assert sorted(places) == list(range(400))
    response = [ledger.response_ms(place) for place in places]
    unanswered = len(ledger.groups["unanswered"])
    assert unanswered > 0
    assert response[:unanswered] == [None] * unanswered
    answered = [ms for ms in response[unanswered:] if ms is not None]
    assert answered == sorted(answered, reverse=True)


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_holds_the_turns_in_which_it_happened_and_no_others(ledger: Ledger, group: str) -> None:
    within = set(ledger.groups[group].tolist())
    assert within == {place for place in range(400) if set(ledger.events(place)) & set(GROUPS[group])}


def test_the_slices_of_the_response_time_are_groups_too() -> None:
    turns = simulate(Profile.load("ai-tutor"), 400, 7)
    ledger = Ledger(turns, Batch(turns).outcomes(Settings()))
    assert {"slowest", "p50", "p95", "p99"} <= set(ledger.groups)
    p50 = [ledger.response_ms(place) for place in ledger.places("p50")]
    assert len(p50) == 42
    assert np.nanmedian(np.array(p50, dtype=float)) == pytest.approx(float(np.sort(ledger.response)[199]), abs=30)


def test_what_is_equal_in_one_column_is_sorted_by_the_next(ledger: Ledger) -> None:
    places = ledger.places(ALL, (Order("session", descending=True), Order("llm")))
    keys = [(-int(ledger.turns.session[place]), ledger.part_ms(place, "llm") or np.inf) for place in places]
    assert keys == sorted(keys)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("descending", [False, True])
def test_every_column_can_be_sorted_by(ledger: Ledger, column: str, descending: bool) -> None:
    assert sorted(ledger.places(ALL, (Order(column, descending),))) == list(range(400))


def test_a_turn_is_found_by_a_piece_of_its_name_or_its_session(ledger: Ledger) -> None:
    name, session = ledger.turn(17), ledger.session(17)
    assert 17 in ledger.places(ALL, text=name.upper())
    assert {ledger.session(place) for place in ledger.places(ALL, text=session)} >= {session}
    assert 17 in ledger.places(ALL, text=session)
    assert len(ledger.places(ALL, text="no such turn")) == 0


def test_the_worst_that_happened_comes_first(ledger: Ledger) -> None:
    first = ledger.places(ALL, (Order("happened", descending=True),))[0]
    assert next(iter(ledger.events(int(first)))) in ("lost_rate", "failed_rate")


def test_a_group_that_is_not_there_is_empty(ledger: Ledger) -> None:
    assert len(ledger.places("nothing of the kind", SLOWEST_FIRST)) == 0
