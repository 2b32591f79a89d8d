from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import cast

import numpy as np
import pytest

from stages.settings import Settings
from tui.state.app_state import SearchResult
from tui.workers.search_worker import Abandoned, Clock, SearchProgress, SearchWorker, Watch, seconds_left
from tuner.recommendation.recommendation import Recommendation
from tuner.search.assessment import Assessment
from tuner.search.search import Progress, Stopped

FOUND = SearchResult(cast(Recommendation, None), Path())
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


def searching(steps: Iterator[Progress], reports: list[SearchProgress], clock: Clock | None = None) -> SearchWorker:
    """A search that makes these steps."""

    def work(watch: Watch, _: Clock) -> SearchResult:
        try:
            for one in steps:
                watch(one)
        except Stopped:
            pass
        return FOUND

    def report(progress: SearchProgress) -> None:
        reports.append(progress)
        search.acknowledge()

    search = SearchWorker(work, report, clock or Ticking())
    return search


def test_what_was_tried_and_each_better_one_is_reported_in_order() -> None:
    reports: list[SearchProgress] = []
    search = searching(map(step, range(40)), reports)
    search.start()
    assert search.result.result(LONG_S) is FOUND
    assert reports[-1].goal_ms.tolist() == [1000.0 - number for number in range(40)]
    assert reports[-1].within.all()
    assert reports[-1].steps == tuple((number + 1, 1000.0 - number) for number in range(40))
    assert reports[2].goal_ms.tolist() == [1000.0, 999.0, 998.0]


def test_a_burst_is_reported_together() -> None:
    reports: list[SearchProgress] = []
    search = searching(map(step, range(40)), reports, clock=lambda: 5.0)
    search.start()
    search.result.result(LONG_S)
    assert len(reports) == 1


def test_nothing_is_reported_before_the_last_report_is_on_the_screen() -> None:
    reports: list[SearchProgress] = []
    search = searching(map(step, range(40)), reports)
    search.acknowledge = lambda: None  # type: ignore[method-assign]
    search.start()
    search.result.result(LONG_S)
    assert len(reports) == 1


def test_a_search_begun_anew_forgets_what_the_one_before_tried() -> None:
    reports: list[SearchProgress] = []
    search = searching(iter([step(0), step(1), step(7, "search again, less sure")]), reports)
    search.start()
    search.result.result(LONG_S)
    assert reports[-1].goal_ms.tolist() == [993.0]
    assert reports[-1].steps == ((8, 993.0),)


def test_a_held_search_goes_no_further_until_it_is_let_go_on() -> None:
    reports: list[SearchProgress] = []
    at_five, paused = Event(), Event()

    def steps() -> Iterator[Progress]:
        for number in range(40):
            if number == 5:
                search.pause()
                at_five.set()
            yield step(number)

    search = searching(steps(), reports)
    report = search._deliver

    def heard(progress: SearchProgress) -> None:
        report(progress)
        if progress.paused:
            paused.set()

    search._deliver = heard
    search.start()
    assert paused.wait(LONG_S)
    assert search.paused
    assert reports[-1].evaluations == 6
    assert search.thread.is_alive()
    search.unpause()
    search.result.result(LONG_S)
    assert reports[-1].evaluations == 40
    assert not reports[-1].paused


def test_the_time_in_which_it_is_held_does_not_count() -> None:
    now = [0.0]
    seen: list[float] = []

    def work(watch: Watch, clock: Clock) -> SearchResult:
        search.pause()
        watch(step(0))
        seen.append(clock())
        return FOUND

    def report(progress: SearchProgress) -> None:
        if progress.paused:
            now[0] = 100.0
            search.unpause()

    search = SearchWorker(work, report, lambda: now[0])
    search.start()
    search.result.result(LONG_S)
    assert seen == [0.0]


def test_a_stopped_search_ends_with_what_it_has_and_one_that_was_left_with_nothing() -> None:
    reports: list[SearchProgress] = []

    def steps(end: str) -> Iterator[Progress]:
        yield step(0)
        getattr(search, end)()
        yield step(1)
        raise AssertionError("it went on")

    search = searching(steps("stop"), reports)
    search.start()
    assert search.result.result(LONG_S) is FOUND
    assert reports[-1].stopping
    search = searching(steps("abandon"), reports)
    search.start()
    with pytest.raises(Abandoned):
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
