"""Which settings a search may move, which only when ticked, and why the others stay."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from stages.settings import NAMES
from tui.state.app_state import Opened
from tuner.deploy.deployment import StackSettings, deployable_on
from tuner.space.space import space_of
from tuner.space.vary import Vary
from tuner.statistics.limits import Limit
from tuner.targets import target


@dataclass(frozen=True)
class SearchScope:
    """The scope for one vendor's stack, or for none."""

    deployed: StackSettings
    searched: tuple[str, ...]
    """Settings that are searched unless unticked."""
    locks: dict[str, str]
    """Each other setting -> why it is not searched."""
    fixed: frozenset[str]
    """Those of `locks` that cannot be ticked: these turns cannot judge them, or the stack does not have them."""

    def same(self, other: SearchScope) -> bool:
        """Whether the same settings may move, from the same values."""
        mine, theirs = ((one.deployed.settings, one.searched, one.locks, one.fixed) for one in (self, other))
        return mine == theirs

    def ticked(self, locked: Collection[str], varied: Collection[str]) -> tuple[str, ...]:
        """The settings that are searched with these taken out and those put in."""
        wanted = {*self.searched} - {*locked} | {*varied} - self.fixed
        return tuple(name for name in NAMES if name in wanted)


def search_scope(opened: Opened, vendor: str, elsewhere: bool, limits: Sequence[Limit]) -> SearchScope:
    """The scope for a vendor's stack, "" for none. Raises InputError."""
    deployed = deployable_on(target(vendor) if vendor else None, opened.settings, elsewhere)
    turns, deployable = opened.inputs, deployed.deployable
    given = turns.recorded, turns.complete, deployed.settings, limits
    space = space_of(*given, deployable=deployable)
    most = space_of(*given, [Vary(name) for name in NAMES], deployable=deployable)
    locks = {name: most.locks.get(name, why) for name, why in space.locks.items()}
    return SearchScope(deployed, space.names, locks, frozenset(most.locks))
