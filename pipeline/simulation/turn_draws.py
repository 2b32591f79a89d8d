"""The draws of turns of a recording: they depend on the turn's id, not on its place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pipeline.simulation.session_draws import SessionDraws
from pipeline.turns.draws import Hashes


@dataclass(frozen=True)
class TurnDraws(SessionDraws):
    """Draws of n turns by the hashes (n,) of their ids; shared parts depend on the session's number."""

    hashes: Hashes

    @cached_property
    def _keys(self) -> Hashes:
        return self.hashes
