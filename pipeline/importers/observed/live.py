"""The turns of a session that goes on: each as soon as nothing that follows can change it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from msgspec.structs import replace

from pipeline.importers.importer import GRACE_MS
from pipeline.importers.observed.building import FIELDS, turn
from pipeline.importers.observed.faults import cleaned
from pipeline.importers.observed.grouping import Exchange, exchanges, replies
from pipeline.importers.observed.observing import observed
from pipeline.importers.observed.sessions import kept
from pipeline.importers.observed.timeline import Timeline
from pipeline.importers.report import Findings
from stages.turn import Turn


@dataclass
class LiveSession:
    """Events as they come, and the turns in them; what was made into turns is dropped, so memory stays bounded."""

    timeline: Timeline
    findings: Findings = field(default_factory=lambda: Findings("recorder", (), FIELDS))
    grace_ms: float = GRACE_MS
    turns: int = 0
    """How many there were."""
    begins: dict[str, float] = field(default_factory=dict)
    """Id of each turn of the last call -> when the user's speech began."""
    until: float = float("-inf")
    """Events before this time are of turns that are over."""
    _spoken: int = 0
    """How often the agent had spoken before the events that are held."""

    def over(self, last: bool = False) -> Iterator[Turn]:
        """The turns that are over since the last call; `last`: all, as the session ends.

        A turn is over once a later one is answered: until then its reply may yet turn out to be premature.
        """
        self.begins = {}
        self.timeline.sort()
        found = list(exchanges(self.timeline, self.grace_ms))
        answered = [place for place, one in enumerate(found) if one.reply is not None]
        done = len(found) if last else answered[-1] if answered else 0
        for one in found[:done]:
            if kept(self.timeline, one, self.findings):
                yield from self._turn(one)
        if last or done:
            self.until = float("inf") if done == len(found) else found[done].start
            self._forget(self.until)

    def _turn(self, one: Exchange) -> Iterator[Turn]:
        seen = observed(self.timeline, replace(one, index=one.index + self._spoken))
        for clean in cleaned([seen], self.findings):
            made = turn(clean, self.turns, self.findings, fast=False)
            self.turns += 1
            if isinstance(made, Turn):
                self.begins[made.id] = one.start
                yield made

    def _forget(self, before: float) -> None:
        self._spoken += sum(reply.start < before for reply in replies(self.timeline))
        self.timeline.forget(before)
