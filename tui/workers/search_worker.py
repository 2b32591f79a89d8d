"""A search in a thread of its own: a screen watches, pauses, stops or abandons it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from threading import Event, Thread

import numpy as np
import numpy.typing as npt

from stages.arrays import Floats
from stages.settings import Settings
from tui.state.app_state import SearchResult
from tuner.search.assessment import Assessment
from tuner.search.search import Progress, Stopped

Watch = Callable[[Progress], None]
Clock = Callable[[], float]

REPORT_EVERY_S = 0.1
"""The shortest time between two reports; points tried meanwhile are in the next report."""


class Abandoned(Exception):
    """The search was cancelled, and its result is not needed."""


@dataclass(frozen=True)
class SearchProgress:
    """The progress of a search. The arrays have one entry a point tried under this label, in order."""

    label: str
    evaluations: int
    share: float
    seconds_left: float | None
    """None: too soon to say."""
    best: Settings | None
    best_ms: float | None
    """None: none within the limits yet."""
    goal_ms: Floats
    cut_off_rate: Floats
    within: npt.NDArray[np.bool_]
    steps: tuple[tuple[int, float], ...]
    """(evaluations, goal in ms) of each new best."""
    paused: bool = False
    stopping: bool = False
    catching_up_to: int | None = None
    """A resumed search first repeats what was tried: how many points that was; None: it is past them."""


class SearchWorker:
    """`work` gets a watch function and a clock, and returns the result; `report` is called in the search's thread."""

    def __init__(
        self,
        work: Callable[[Watch, Clock], SearchResult],
        report: Callable[[SearchProgress], None],
        clock: Clock,
        tried_before: int = 0,
    ) -> None:
        """`tried_before`: points that a resumed search repeats; it does not stop before that."""
        self._tried_before, self._before = tried_before, 0
        self.result: Future[SearchResult] = Future()
        """The result or the error; `Abandoned` after `abandon`."""
        self.thread = Thread(target=self._run, name="search", daemon=True)  # does not keep the app open
        self._work, self._deliver, self._clock = work, report, clock
        self._running, self._stopping, self._abandoned, self._acknowledged = Event(), Event(), Event(), Event()
        self._running.set()
        self._acknowledged.set()
        self._paused_s, self._reported_at, self._tried = 0.0, -REPORT_EVERY_S, _TriedPoints("", 0.0)

    def start(self) -> None:
        self.thread.start()

    @property
    def paused(self) -> bool:
        return not self._running.is_set()

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def pause(self) -> None:
        """Wait until `unpause`; the clock stands still meanwhile."""
        self._running.clear()

    def unpause(self) -> None:
        self._running.set()

    def stop(self) -> None:
        """End with the best so far."""
        self._stopping.set()
        self._running.set()

    def abandon(self) -> None:
        """End without a result, as soon as possible."""
        self._abandoned.set()
        self._running.set()

    def acknowledge(self) -> None:
        """The last report is on the screen: the next may come."""
        self._acknowledged.set()

    def clock(self) -> float:
        """Seconds, without the time in which the search was paused."""
        return self._clock() - self._paused_s

    def _run(self) -> None:
        if not self.result.set_running_or_notify_cancel():
            return
        try:
            found = self._work(self._watch, self.clock)
        except BaseException as error:  # noqa: BLE001 the thread's boundary: the error goes to whoever awaits the result
            self.result.set_exception(error)
        else:
            self.result.set_result(found)

    def _watch(self, now: Progress) -> None:
        if now.label != self._tried.label:
            self._before += self._tried.count
            self._tried = _TriedPoints(now.label, self.clock())
        self._tried.take(now)
        if self.paused:
            begun = self._clock()
            self._report(now, at_once=True)
            self._running.wait()
            self._paused_s += self._clock() - begun
            self._report(now, at_once=True)
        else:
            self._report(now)
        if self._abandoned.is_set():
            raise Abandoned
        if self._stopping.is_set() and self._caught_up:
            self._report(now, at_once=True)
            raise Stopped

    def _report(self, now: Progress, at_once: bool = False) -> None:
        at = self._clock()
        due = at - self._reported_at >= REPORT_EVERY_S and self._acknowledged.is_set()
        if self._abandoned.is_set() or not (due or at_once or now.share >= 1):
            return
        self._reported_at = at
        self._acknowledged.clear()
        catching_up_to = None if self._caught_up else self._tried_before
        self._deliver(
            replace(self._tried.progress(now, self.clock(), self.paused, self.stopping), catching_up_to=catching_up_to)
        )

    @property
    def _caught_up(self) -> bool:
        return self._before + self._tried.count >= self._tried_before


class _TriedPoints:
    """All points of one search, in growing arrays; slices that were handed out do not change."""

    def __init__(self, label: str, begun: float) -> None:
        self.label, self._begun, self._n = label, begun, 0
        self._table, self._steps = np.empty((3, 1024)), list[tuple[int, float]]()

    @property
    def count(self) -> int:
        """How many points were tried."""
        return self._n

    def take(self, now: Progress) -> None:
        if now.new is not None:
            self._add(now.new)
        if now.best_ms is not None and (not self._steps or now.best_ms != self._steps[-1][1]):
            self._steps.append((now.evaluations, now.best_ms))

    def _add(self, new: Assessment) -> None:
        end = self._n + len(new)
        if end > self._table.shape[1]:
            larger = np.empty((3, 2 * end))
            larger[:, : self._n] = self._table[:, : self._n]
            self._table = larger
        for row, values in enumerate((new.goal_ms, new.cut_off_rate, new.within)):
            self._table[row, self._n : end] = values
        self._n = end

    def progress(self, now: Progress, at: float, paused: bool, stopping: bool) -> SearchProgress:
        goal_ms, cut_off_rate, within = self._table[:, : self._n]
        return SearchProgress(
            label=now.label,
            evaluations=now.evaluations,
            share=now.share,
            seconds_left=seconds_left(at - self._begun, now.share) if now.seconds_left is None else now.seconds_left,
            best=now.best,
            best_ms=now.best_ms,
            goal_ms=goal_ms,
            cut_off_rate=cut_off_rate,
            within=within > 0,
            steps=tuple(self._steps),
            paused=paused,
            stopping=stopping,
        )


def seconds_left(gone_s: float, share: float) -> float | None:
    """Estimated from the share done so far; None: too soon to say."""
    return gone_s * (1 - share) / share if share > 0.005 else None
