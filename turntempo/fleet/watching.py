"""The state of a fleet, read from its store; turns that were read before are not read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.recordings.store.observed import ObservedTurn, agents, asides, changes, observed
from pipeline.recordings.store.reader import connected
from pipeline.recordings.store.selection import Selection
from tuner.monitoring.alarms import day_of
from tuner.monitoring.snapshot import Snapshot, snapshot
from tuner.statistics.limits import Limit


@dataclass
class Watcher:
    """Looks at a store now and then."""

    store: Path
    pattern: str
    limits: Sequence[Limit]
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
            aside = sum(asides(held).values())
        return snapshot(self._turns, states, changed, aside, self.limits, now_ms)
