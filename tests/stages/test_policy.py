"""The stage policy, step by step (timing model, section 3)."""

from collections.abc import Sequence

from pipeline.streaming.clock import VirtualClock
from stages.clock import Priority
from stages.latency.modelled import Modelled
from stages.policy import Request, Step
from stages.settings import StagePolicy


def steps(
    draws: Sequence[float], fallback_ms: float | None = None, *, cancel_at: float | None = None, **policy
) -> list[str]:
    """What happens to one request that starts at 0: a line a step, and "done" or "failed"."""
    clock, events = VirtualClock(), []

    def watch(step: Step, number: int | None) -> None:
        events.append(f"{clock.now:g} {step}" + ("" if number is None else f" {number}"))

    request = Request(
        clock,
        Modelled(clock, draws, fallback_ms),
        StagePolicy(timeout_ms=1000, **policy),
        watch=watch,
        answered=lambda: events.append("done"),
        failed=lambda: events.append("failed indeed"),
    )
    clock.at(0, Priority.COMMIT, request.start)
    if cancel_at is not None:
        clock.at(cancel_at, Priority.USER, request.cancel)
    clock.run()
    return events


def test_an_answer_in_time_takes_one_attempt() -> None:
    assert steps([300, 100], attempts=3) == ["0 attempt 0", "300 answer 0", "done"]


def test_an_answer_at_the_timeout_counts() -> None:
    assert steps([1000], attempts=2) == ["0 attempt 0", "1000 answer 0", "done"]


def test_a_plain_attempt_is_cancelled_when_it_times_out_and_the_next_begins_after_the_gap() -> None:
    assert steps([1200, 300], attempts=2, retry_gap_ms=500) == [
        "0 attempt 0",
        "1000 timeout 0",
        "1000 cancel 0",
        "1500 attempt 1",
        "1800 answer 1",
        "done",
    ]


def test_a_hedged_attempt_stays_alive_beside_the_next_and_the_loser_is_cancelled() -> None:
    assert steps([1600, 300], attempts=3, hedge=True, retry_gap_ms=500) == [
        "0 attempt 0",
        "1000 timeout 0",
        "1000 attempt 1",
        "1300 answer 1",
        "1300 cancel 0",
        "done",
    ]


def test_the_slow_first_attempt_may_win_against_its_hedge() -> None:
    assert steps([1600, 700], attempts=2, hedge=True) == [
        "0 attempt 0",
        "1000 timeout 0",
        "1000 attempt 1",
        "1600 answer 0",
        "1600 cancel 1",
        "done",
    ]


def test_no_hedge_begins_as_the_answer_comes() -> None:
    assert steps([1000, 0], attempts=2, hedge=True) == ["0 attempt 0", "1000 answer 0", "done"]


def test_hedged_attempts_all_end_together_and_an_answer_at_that_moment_counts() -> None:
    assert steps([2000, 5000], attempts=2, hedge=True)[-3:] == ["2000 answer 0", "2000 cancel 1", "done"]
    assert steps([2001, 5000], attempts=2, hedge=True)[-5:] == [
        "2000 timeout 1",
        "2000 cancel 0",
        "2000 cancel 1",
        "2000 failed",
        "failed indeed",
    ]


def test_the_fallback_is_asked_when_every_attempt_is_given_up_and_has_no_timeout() -> None:
    assert steps([5000], 4000, fallback=True) == [
        "0 attempt 0",
        "1000 timeout 0",
        "1000 cancel 0",
        "1000 fallback",
        "5000 answer",
        "done",
    ]


def test_without_a_fallback_of_its_own_the_stage_fails_whatever_the_policy() -> None:
    expected = ["0 attempt 0", "1000 timeout 0", "1000 cancel 0", "1000 failed", "failed indeed"]
    assert steps([5000], None, fallback=True) == expected
    assert steps([5000], 100, fallback=False) == expected


def test_an_attempt_beyond_the_draws_never_answers() -> None:
    assert steps([5000], attempts=2)[-4:] == ["2000 timeout 1", "2000 cancel 1", "2000 failed", "failed indeed"]


def test_a_cancelled_request_cancels_what_runs_and_begins_nothing_more() -> None:
    assert steps([1600, 700], attempts=2, hedge=True, cancel_at=1100) == [
        "0 attempt 0",
        "1000 timeout 0",
        "1000 attempt 1",
        "1100 cancel 0",
        "1100 cancel 1",
    ]
    assert steps([1600, 700], attempts=2, retry_gap_ms=500, cancel_at=1100) == [
        "0 attempt 0",
        "1000 timeout 0",
        "1000 cancel 0",
    ]


def test_a_fallback_under_way_is_cancelled_too() -> None:
    assert steps([5000], 4000, fallback=True, cancel_at=1100)[-2:] == ["1000 fallback", "1100 cancel"]
