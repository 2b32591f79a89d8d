"""The state of a fleet, read from its store; turns that were read before are not read again."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.recordings.store.observed import (
    ObservedTurn,
    PublishedLimits,
    agents,
    asides,
    changes,
    observed,
    published_limits,
)
from pipeline.recordings.store.reader import connected
from pipeline.recordings.store.selection import Selection
from stages.errors import TurntempoError
from tuner.monitoring.alarms import day_of
from tuner.monitoring.snapshot import Snapshot, snapshot
from tuner.statistics.limits import RATES, Limit, limits_with, parse_limit


@dataclass
class Watcher:
    """Looks at a store now and then. `given`: limits in the place of those published with the settings, or defaults."""

    store: Path
    pattern: str
    given: Sequence[Limit] = ()
    _turns: list[ObservedTurn] = field(default_factory=list)
    _last: int = 0
    _day: int = -1

    def look(self, now_ms: int) -> Snapshot:
        """The state now. Raises RecordingError."""
        day_ms = day_of(now_ms)
        if day_ms != self._day:
            self._turns, self._day = [], day_ms
        with connected(str(self.store)) as held:
            for turn in observed(held, Selection(str(self.store), self.pattern), self._last):
                self._last = turn.seq
                self._turns.append(turn)
            self._turns = [turn for turn in self._turns if turn.received_ms >= day_ms]
            states, changed = agents(held, self.pattern), changes(held, day_ms, self.pattern)
            aside, published = sum(asides(held).values()), published_limits(held, self.pattern)
        limits = limits_with((*_limits(published), *self.given))
        return snapshot(self._turns, states, changed, aside, limits, now_ms, published)


def _limits(published: PublishedLimits | None) -> list[Limit]:
    """The limits that are known here; a later turntempo may have published others too."""
    found = []
    for name, value in () if published is None else published.limits.items():
        with contextlib.suppress(TurntempoError):
            found.append(parse_limit(f"{name}={value * 100:.12g}%" if name in RATES else f"{name}={value:.12g}"))
    return found
