"""The luck of turns that have a name of their own: draws depend on the turn's id, not on its place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pipeline.simulation.luck import Luck
from pipeline.turns.draws import Hashes


@dataclass(frozen=True)
class TurnLuck(Luck):
    """Luck of n turns by the hashes (n,) of their ids; what a session shares depends on its number."""

    hashes: Hashes

    @cached_property
    def _keys(self) -> Hashes:
        return self.hashes
