from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import cast

import numpy as np
import pytest

from stages.settings import Settings
from tui.state.app_state import Found
from tui.workers.search_worker import Clock, Left, Search, SearchProgress, Watch, seconds_left
from tuner.recommendation.recommendation import Recommendation
from tuner.search.assessment import Assessment
from tuner.search.search import Progress, Stopped

FOUND = Found(cast(Recommendation, None), Path())
LONG_S = 10.0
"""What a test waits at most for a thread."""


def block(goal_ms: float) -> Assessment:
    """Of one point within the limits."""
    one = np.array([goal_ms])
    return Assessment(one, one[:, None], one, one / 1e5, one / 1e5, one)


def step(number: int, label: str = "search") -> Progress:
    goal = 1000.0 - number
    return Progress(label, number + 1, number / 100, None, goal, Settings(), block(goal))


class Ticking:
    """A clock that goes on by a second each time it is read."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def searching(steps: Iterator[Progress], told: list[SearchProgress], clock: Clock | None = None) -> Search:
    """A search that makes these steps."""

    def work(watch: Watch, _: Clock) -> Found:
        try:
            for one in steps:
                watch(one)
        except Stopped:
            pass
        return FOUND

    def tell(progress: SearchProgress) -> None:
        told.append(progress)
        search.seen()

    search = Search(work, tell, clock or Ticking())
    return search


def test_what_was_tried_and_each_better_one_is_told_in_its_order() -> None:
    told: list[SearchProgress] = []
    search = searching(map(step, range(40)), told)
    search.start()
    assert search.result.result(LONG_S) is FOUND
    assert told[-1].goal_ms.tolist() == [1000.0 - number for number in range(40)]
    assert told[-1].within.all()
    assert told[-1].steps == tuple((number + 1, 1000.0 - number) for number in range(40))
    assert told[2].goal_ms.tolist() == [1000.0, 999.0, 998.0]


def test_a_burst_is_told_together() -> None:
    told: list[SearchProgress] = []
    search = searching(map(step, range(40)), told, clock=lambda: 5.0)
    search.start()
    search.result.result(LONG_S)
    assert len(told) == 1


def test_nothing_is_told_before_what_was_told_is_on_the_screen() -> None:
    told: list[SearchProgress] = []
    search = searching(map(step, range(40)), told)
    search.seen = lambda: None  # type: ignore[method-assign]
    search.start()
    search.result.result(LONG_S)
    assert len(told) == 1


def test_a_search_begun_anew_forgets_what_the_one_before_tried() -> None:
    told: list[SearchProgress] = []
    search = searching(iter([step(0), step(1), step(7, "search again, less sure")]), told)
    search.start()
    search.result.result(LONG_S)
    assert told[-1].goal_ms.tolist() == [993.0]
    assert told[-1].steps == ((8, 993.0),)


def test_a_held_search_goes_no_further_until_it_is_let_go_on() -> None:
    told: list[SearchProgress] = []
    at_five, held = Event(), Event()

    def steps() -> Iterator[Progress]:
        for number in range(40):
            if number == 5:
                search.hold()
                at_five.set()
            yield step(number)

    search = searching(steps(), told)
    tell = search._tell

    def heard(progress: SearchProgress) -> None:
        tell(progress)
        if progress.held:
            held.set()

    search._tell = heard
    search.start()
    assert held.wait(LONG_S)
    assert search.held
    assert told[-1].evaluations == 6
    assert search.thread.is_alive()
    search.go_on()
    search.result.result(LONG_S)
    assert told[-1].evaluations == 40
    assert not told[-1].held


def test_the_time_in_which_it_is_held_does_not_count() -> None:
    now = [0.0]
    seen: list[float] = []

    def work(watch: Watch, clock: Clock) -> Found:
        search.hold()
        watch(step(0))
        seen.append(clock())
        return FOUND

    def tell(progress: SearchProgress) -> None:
        if progress.held:
            now[0] = 100.0
            search.go_on()

    search = Search(work, tell, lambda: now[0])
    search.start()
    search.result.result(LONG_S)
    assert seen == [0.0]


def test_a_stopped_search_ends_with_what_it_has_and_one_that_was_left_with_nothing() -> None:
    told: list[SearchProgress] = []

    def steps(end: str) -> Iterator[Progress]:
        yield step(0)
        getattr(search, end)()
        yield step(1)
        raise AssertionError("it went on")

    search = searching(steps("stop"), told)
    search.start()
    assert search.result.result(LONG_S) is FOUND
    assert told[-1].stopping
    search = searching(steps("leave"), told)
    search.start()
    with pytest.raises(Left):
        search.result.result(LONG_S)
    search.thread.join(LONG_S)
    assert not search.thread.is_alive()


def test_what_goes_wrong_reaches_who_waits() -> None:
    def bad(_: int) -> Progress:
        raise ValueError("bad")

    search = searching(map(bad, range(1)), [])
    search.start()
    with pytest.raises(ValueError, match="bad"):
        search.result.result(LONG_S)


@pytest.mark.parametrize(("gone_s", "share", "left"), [(3, 0.25, 9), (3, 1.0, 0), (3, 0.0, None)])
def test_the_time_left_goes_by_the_share_that_is_done(gone_s: float, share: float, left: float | None) -> None:
    assert seconds_left(gone_s, share) == left
