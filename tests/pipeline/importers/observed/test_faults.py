"""Faults of sources' metrics: found, counted, and kept out of the turns."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.importers.observed.building import FIELDS
from pipeline.importers.observed.exchange import Observed, at_least, measured
from pipeline.importers.observed.faults import DELAYS, LISTS, cleaned, looked_at_in_full
from pipeline.importers.report import Findings


def observed(**values: float) -> Observed:
    held: dict[str, Any] = {name: measured(value) for name, value in values.items()}
    lists: dict[str, Any] = {name: (held.pop(name),) for name in ("ttft_ms", "ttfb_ms") if name in held}
    return Observed("s", **held, **lists)


def after(*session: Observed) -> tuple[list[Observed], dict[str, int]]:
    findings = Findings("x", (), FIELDS)
    done = cleaned(session, findings)
    return done, {kind: count for kind, count in findings.faults.items() if count}


def plain(one: Observed) -> dict[str, float | None]:
    names = ("final_ms", "end_of_turn_ms", "response_ms")
    values = {name: value.ms if (value := getattr(one, name)) else None for name in names}
    return values | {
        name: draws[0].ms if (draws := getattr(one, name)) and draws[0] else None for name in ("ttft_ms", "ttfb_ms")
    }


def test_what_is_right_is_left_alone() -> None:
    right = observed(final_ms=200.0, end_of_turn_ms=500.0, ttft_ms=400.0, ttfb_ms=150.0, response_ms=1200.0)
    assert after(right) == ([right], {})


@pytest.mark.parametrize(
    ("values", "kind"),
    [({"final_ms": -3000.0}, "negative"), ({"final_ms": 200_000.0}, "minutes"), ({"final_ms": 1300.0}, "over_whole")],
)
def test_a_delay_that_cannot_be_is_left_out(values: dict[str, float], kind: str) -> None:
    (done,), faults = after(observed(ttft_ms=400.0, response_ms=1200.0, **values))
    assert plain(done) == {
        "final_ms": None,
        "end_of_turn_ms": None,
        "response_ms": 1200,
        "ttft_ms": 400,
        "ttfb_ms": None,
    }
    assert faults == {kind: 1}


def test_a_ttft_longer_than_the_response_is_left_out() -> None:
    (done,), faults = after(observed(ttft_ms=8320.0, ttfb_ms=200.0, response_ms=1300.0))
    assert plain(done)["ttft_ms"] is None
    assert faults == {"over_whole": 1}


def test_a_bound_is_no_part_that_is_too_long() -> None:
    one = Observed("s", ttft_ms=(at_least(1500.0), measured(200.0)), response_ms=measured(1300.0))
    assert after(one)[1] == {}


def test_seconds_are_brought_to_milliseconds() -> None:
    (done,), faults = after(observed(final_ms=0.2, ttft_ms=0.4, ttfb_ms=0.15, response_ms=1.2))
    assert (plain(done)["ttft_ms"], plain(done)["response_ms"]) == (400, 1200)
    assert faults == {"seconds": 1}


def test_milliseconds_where_seconds_are_due_are_brought_back() -> None:
    (done,), faults = after(observed(final_ms=200_000.0, ttft_ms=400_000.0, response_ms=1_200_000.0))
    assert (plain(done)["final_ms"], plain(done)["response_ms"]) == (200, 1200)
    assert faults == {"milliseconds": 1}


def test_a_reply_next_to_the_end_of_speech_is_not_taken_for_a_response_time() -> None:
    (done,), faults = after(observed(final_ms=150.0, response_ms=12.0))
    assert plain(done)["response_ms"] is None
    assert faults == {"impossible": 1}


def test_an_end_of_turn_that_repeats_the_setting_takes_its_delays_with_it() -> None:
    same = [observed(final_ms=0.0, end_of_turn_ms=500.0 + k, ttft_ms=400.0, response_ms=900.0) for k in range(4)]
    done, faults = after(*same)
    assert [plain(one)["response_ms"] for one in done] == [None] * 4
    assert [plain(one)["ttft_ms"] for one in done] == [400] * 4
    assert faults == {"echo": 4}


def test_an_end_of_turn_that_is_the_setting_beside_true_transcripts_is_no_echo() -> None:
    true = [observed(final_ms=100.0 + 50 * k, end_of_turn_ms=500.0, response_ms=1200.0) for k in range(4)]
    assert after(*true)[1] == {}


def test_turns_that_the_sources_numbers_show_to_be_missing_are_counted() -> None:
    session = [Observed("s", number=number, response_ms=measured(900.0)) for number in (1, 2, 5)]
    assert after(*session)[1] == {"dropped": 2}


DELAY = st.none() | st.sampled_from([-5.0, 0.0, 0.4, 30.0, 61.0, 400.0, 900.0, 5_000.0, 70_000.0, float("nan")])


@given(st.fixed_dictionaries(dict.fromkeys((*DELAYS, *LISTS), DELAY)))
def test_an_exchange_that_is_plain_at_a_glance_has_no_fault(values: dict[str, float | None]) -> None:
    one = observed(**{name: value for name, value in values.items() if value is not None})
    findings = Findings("x", (), FIELDS)
    full = looked_at_in_full(one, findings)
    assert after(one) == ([full], dict(findings.faults))
