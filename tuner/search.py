"""The search for settings: an evolution under limits that tighten, then a descent; best so far at any time.

Settings mix long axes of ms with short ones of choices, act in groups, and the best stand against several limits at
once. See docs/decisions for what else was tried.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from tuner.assessment import Assessment, Assessor
from tuner.breeding import Breeder
from tuner.budget import Budget, Spent
from tuner.descent import descend
from tuner.journal import Journal
from tuner.space import Points, Space

Floats = npt.NDArray[np.float64]

FIRST, PARENTS, CHILDREN = 300, 60, 100
DESCENT_AT = 0.93
"""Share of the budget after which the best is polished."""

TIGHT_AT = 0.85
"""... and after which a limit is a limit; until then it may be overstepped at a price that rises."""

PRICE_FIRST, PRICE_LAST = 0.05, 5.0
"""Of a limit overstepped by its whole value, in parts of the goal. A dear one ends in poor settings or in none."""

KIND, KINDS_UNTIL = "eager.on", 0.6
"""The axis whose choices breed side by side until this share of the budget: whether and when the LLM starts early.

At the first glance early starts cost more than they bring, so that the best settings with them come late.
"""

UNANSWERED_MS = 20_000.0
CHUNK = 500


@dataclass(frozen=True)
class Progress:
    """Where a search stands. `best_ms`: the goal of the best within the limits; None: there is none yet."""

    label: str
    evaluations: int
    share: float
    """Of the budget."""
    seconds_left: float | None
    best_ms: float | None


@dataclass(frozen=True)
class Searched:
    """All points that were tried, in the order in which they were, and what came of them."""

    points: Points
    assessed: Assessment
    interrupted: bool

    @property
    def evaluations(self) -> int:
        return len(self.points)


def search(
    assessor: Assessor,
    space: Space,
    seed: int,
    budget: Budget,
    *,
    label: str = "search",
    journal: Journal | None = None,
    watch: Callable[[Progress], None] | None = None,
    clock: Callable[[], float] | None = None,
) -> Searched:
    """Try points until the budget is spent or the user interrupts; decided by the seed, for a budget in evaluations."""
    tries = _Tries(assessor, space, Spent(budget, clock), label, journal, watch)
    random = np.random.Generator(np.random.PCG64(seed))
    interrupted = False
    try:
        tries(space.home[None, :])
        if _combinations(space) <= (budget.evaluations or FIRST):
            tries.all()
        else:
            _evolve(tries, random)
            descend(space, tries.best(), tries.scores, random, tries.over)
    except KeyboardInterrupt:
        interrupted = True
        if not len(tries):
            raise
    return Searched(*tries.everything(), interrupted)


class _Tries:
    """The points tried so far: each is evaluated once."""

    def __init__(
        self,
        assessor: Assessor,
        space: Space,
        spent: Spent,
        label: str,
        journal: Journal | None,
        watch: Callable[[Progress], None] | None,
    ) -> None:
        self.assessor, self.space, self._spent = assessor, space, spent
        self._label, self._journal, self._watch = label, journal, watch
        self._place: dict[bytes, int] = {}
        self._blocks: list[tuple[Points, Assessment]] = []

    def __len__(self) -> int:
        return len(self._place)

    def share(self) -> float:
        """Of the budget that is spent."""
        return self._spent.share(len(self))

    def over(self) -> bool:
        return self.share() >= 1

    def everything(self) -> tuple[Points, Assessment]:
        """All points in the order in which they were tried, and what came of them."""
        if len(self._blocks) > 1:
            points, assessed = zip(*self._blocks, strict=True)
            self._blocks = [(np.concatenate(points), Assessment.joined(assessed))]
        return self._blocks[0]

    def best(self) -> Points:
        points, assessed = self.everything()
        found: Points = points[int(np.argmin(assessed.score))]
        return found

    def all(self) -> None:
        """Try every point of the space."""
        every = np.array(list(product(*(range(size) for size in self.space.sizes))), dtype=np.int64)
        for first in range(0, len(every), CHUNK):
            if not self.over():
                self(every[first : first + CHUNK])

    def scores(self, points: Points) -> Floats:
        return self(points).score

    def __call__(self, points: Points) -> Assessment:
        """What comes of these points, (m, d)."""
        names = [point.tobytes() for point in points]
        new = {name: place for place, name in enumerate(names) if name not in self._place}
        if new:
            fresh = points[list(new.values())]
            self._blocks.append((fresh, self._assessed(fresh)))
            for name in new:
                self._place[name] = len(self._place)
        _, assessed = self.everything()
        if new and self._watch is not None:
            self._tell(assessed)
        return assessed.take(np.array([self._place[name] for name in names]))

    def _assessed(self, points: Points) -> Assessment:
        """Read back from the journal where it has them all, else evaluated and written there."""
        if self._journal is None:
            return self.assessor(self.space.rows(points))
        known = [self._journal.recall(self._label, point) for point in points]
        found = [one for one in known if one is not None]
        if len(found) == len(points):
            return Assessment.joined(found)
        assessed = self.assessor(self.space.rows(points))
        self._journal.note(self._label, points, assessed)
        return assessed

    def _tell(self, assessed: Assessment) -> None:
        best = int(np.argmin(assessed.score))
        goal = float(assessed.goal_ms[best]) if assessed.within[best] else None
        if self._watch is not None:
            share = min(1.0, self.share())
            self._watch(Progress(self._label, len(self), share, self._spent.seconds_left(), goal))


def _evolve(tries: _Tries, random: np.random.Generator) -> None:
    """Parents and children, the best of both again; overstepping a limit costs more the longer the search goes on."""
    breeder = Breeder.of(tries.space)
    pool = breeder.first(random, FIRST)
    tries(pool)
    while tries.share() < DESCENT_AT:
        assessed, before = tries(pool), len(tries)
        kept = pool[_leading(tries, pool, _merit(tries, assessed))[:PARENTS]]
        children = breeder.children(random, kept, CHILDREN)
        tries(children)
        pool = np.unique(np.concatenate([kept, children]), axis=0)
        if len(tries) == before:
            break


def _leading(tries: _Tries, pool: Points, merit: Floats) -> npt.NDArray[np.intp]:
    """The places in the pool, best first; at first the best of each kind, then the second of each, and so on."""
    order = np.argsort(merit, kind="stable")
    if tries.share() >= KINDS_UNTIL or KIND not in tries.space.names:
        return order
    kind = pool[order, tries.space.names.index(KIND)]
    rank = np.empty(len(pool), dtype=np.int64)
    for one in np.unique(kind):
        rank[kind == one] = np.arange((kind == one).sum())
    return order[np.argsort(rank, kind="stable")]


def _merit(tries: _Tries, assessed: Assessment) -> Floats:
    """(m,): less is better: the goal with the price of what oversteps the limits, later limits first."""
    share = tries.share() / TIGHT_AT
    if share >= 1:
        return assessed.score
    price = PRICE_FIRST * (PRICE_LAST / PRICE_FIRST) ** share
    goal = np.where(np.isfinite(assessed.goal_ms), assessed.goal_ms, UNANSWERED_MS)
    found: Floats = goal * (1 + price * np.minimum(tries.assessor.overstepped(assessed.uppers), 20))
    return found


def _combinations(space: Space) -> float:
    return float(np.prod(space.sizes.astype(np.float64)))
