"""The room that a search has: which settings it may move, which only where they are ticked, and why not the others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from stages.settings import NAMES
from tui.state.app_state import Opened
from tuner.deploy.deployment import Deployable, deployable_on
from tuner.space.space import space_of
from tuner.space.vary import Vary
from tuner.statistics.limits import Limit
from tuner.targets import target


@dataclass(frozen=True)
class SearchScope:
    """Of one stack, or of none."""

    deployed: Deployable
    searched: tuple[str, ...]
    """Searched unless it is unticked."""
    locks: dict[str, str]
    """Any other setting -> why it is not."""
    fixed: frozenset[str]
    """Those among them that ticking does not help: these turns cannot judge them, or the stack does not have them."""

    def same(self, other: SearchScope) -> bool:
        """Whether the same settings may move, from the same values."""
        mine, theirs = ((one.deployed.settings, one.searched, one.locks, one.fixed) for one in (self, other))
        return mine == theirs

    def ticked(self, locked: Collection[str], varied: Collection[str]) -> tuple[str, ...]:
        """What is searched where these are taken out and these put in."""
        wanted = {*self.searched} - {*locked} | {*varied} - self.fixed
        return tuple(name for name in NAMES if name in wanted)


def search_scope(opened: Opened, vendor: str, elsewhere: bool, limits: Sequence[Limit]) -> SearchScope:
    """The room on the stack of a vendor, "" for none. Raises InputError."""
    deployed = deployable_on(target(vendor) if vendor else None, opened.settings, elsewhere)
    turns, reach = opened.inputs, deployed.reach
    given = turns.recorded, turns.complete, deployed.settings, limits
    space = space_of(*given, reach=reach)
    most = space_of(*given, [Vary(name) for name in NAMES], reach=reach)
    locks = {name: most.locks.get(name, why) for name, why in space.locks.items()}
    return SearchScope(deployed, space.names, locks, frozenset(most.locks))
