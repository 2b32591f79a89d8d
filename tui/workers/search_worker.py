"""A search in a thread of its own: watched from a screen, held, stopped with the best so far, or left behind."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from threading import Event, Thread

import numpy as np
import numpy.typing as npt

from stages.arrays import Floats
from stages.settings import Settings
from tui.state.app_state import Found
from tuner.search.assessment import Assessment
from tuner.search.search import Progress, Stopped

Watch = Callable[[Progress], None]
Clock = Callable[[], float]

TOLD_EVERY_S = 0.1
"""A screen is told no more often: what comes in between is told together."""


class Left(Exception):
    """Nobody waits for the search any more."""


@dataclass(frozen=True)
class SearchProgress:
    """Where a search stands. Of the points tried under this label, in their order, arrays of one length each."""

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
    """(evaluations, goal in ms) each time a better one was found."""
    held: bool = False
    stopping: bool = False
    behind: int | None = None
    """So many were tried before the search went on, and it has not come as far again."""


class Search:
    """`work` gets what to tell and by which clock, and gives what it found; `tell` is called in its thread."""

    def __init__(
        self,
        work: Callable[[Watch, Clock], Found],
        tell: Callable[[SearchProgress], None],
        clock: Clock,
        least: int = 0,
    ) -> None:
        """`least`: what was tried before; a search that goes on is not stopped with less than that."""
        self._least, self._before = least, 0
        self.result: Future[Found] = Future()
        """What was found, or why not; `Left` where nobody waited for it."""
        self.thread = Thread(target=self._run, name="search", daemon=True)  # what it is at never keeps the app open
        self._work, self._tell, self._clock = work, tell, clock
        self._going, self._stopping, self._left, self._seen = Event(), Event(), Event(), Event()
        self._going.set()
        self._seen.set()
        self._held_s, self._told_at, self._tried = 0.0, -TOLD_EVERY_S, _Tried("", 0.0)

    def start(self) -> None:
        self.thread.start()

    @property
    def held(self) -> bool:
        return not self._going.is_set()

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def hold(self) -> None:
        """Go no further until `go_on`; the time does not count."""
        self._going.clear()

    def go_on(self) -> None:
        self._going.set()

    def stop(self) -> None:
        """End with the best so far."""
        self._stopping.set()
        self._going.set()

    def leave(self) -> None:
        """End with nothing, as soon as may be."""
        self._left.set()
        self._going.set()

    def seen(self) -> None:
        """What was told last is on the screen: the next may come."""
        self._seen.set()

    def clock(self) -> float:
        """Seconds, but for those in which it was held."""
        return self._clock() - self._held_s

    def _run(self) -> None:
        if not self.result.set_running_or_notify_cancel():
            return
        try:
            found = self._work(self._watch, self.clock)
        except BaseException as error:  # noqa: BLE001 the thread's boundary: whoever waits is told
            self.result.set_exception(error)
        else:
            self.result.set_result(found)

    def _watch(self, now: Progress) -> None:
        if now.label != self._tried.label:
            self._before += self._tried.count
            self._tried = _Tried(now.label, self.clock())
        self._tried.take(now)
        if self.held:
            begun = self._clock()
            self._tell_of(now, at_once=True)
            self._going.wait()
            self._held_s += self._clock() - begun
            self._tell_of(now, at_once=True)
        else:
            self._tell_of(now)
        if self._left.is_set():
            raise Left
        if self._stopping.is_set() and self._caught_up:
            self._tell_of(now, at_once=True)
            raise Stopped

    def _tell_of(self, now: Progress, at_once: bool = False) -> None:
        at = self._clock()
        due = at - self._told_at >= TOLD_EVERY_S and self._seen.is_set()
        if self._left.is_set() or not (due or at_once or now.share >= 1):
            return
        self._told_at = at
        self._seen.clear()
        behind = None if self._caught_up else self._least
        self._tell(replace(self._tried.progress(now, self.clock(), self.held, self.stopping), behind=behind))

    @property
    def _caught_up(self) -> bool:
        return self._before + self._tried.count >= self._least


class _Tried:
    """All points of one search, in arrays that grow at their end: what was given away of them stays as it was."""

    def __init__(self, label: str, begun: float) -> None:
        self.label, self._begun, self._n = label, begun, 0
        self._table, self._steps = np.empty((3, 1024)), list[tuple[int, float]]()

    @property
    def count(self) -> int:
        """How many were tried."""
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

    def progress(self, now: Progress, at: float, held: bool, stopping: bool) -> SearchProgress:
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
            held=held,
            stopping=stopping,
        )


def seconds_left(gone_s: float, share: float) -> float | None:
    """Of work of which this share took so long; None: too soon to say."""
    return gone_s * (1 - share) / share if share > 0.005 else None
