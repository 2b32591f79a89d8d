"""The search for settings: an evolution under limits that tighten, then a descent. It can be stopped at any time.

Some axes are long (ms), some short (choices); settings act in groups, and the best are at several limits at once. See
docs/decisions for what else was tried.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from stages.arrays import Floats
from stages.settings import Settings
from tuner.search.assessment import Assessment, Assessor
from tuner.search.budget import Budget, Spent
from tuner.search.descent import descend
from tuner.search.evolution import LARGEST, SMALLEST, Evolution, first_points
from tuner.search.journal import Journal
from tuner.search.subspace import Subspace, answering, interruptible, stopped, stopping
from tuner.space.space import Points, Space

FIRST = 12
"""Points of the first generation for each axis; the best of them are the population."""

ROUND, SHARE = 8_000, 0.5
"""The most evaluations of a round; of a budget in seconds, the share that corresponds. Each has new points."""

EVOLVE = 0.4
"""Share of a round for the evolution; the rest is for complete descents from its best points."""

DESCENTS, APART = 5, 6
"""The most descents in a round, and in how many axes their starting points must differ."""

STOPPING_SHARE = 0.075
"""Share of a round, but at most a fifth of the budget, for the settings that stop the agent, searched first."""

LAST = 0.05
"""Share of the budget for a descent along all axes at once, from the best of all rounds."""

TIGHT_AT = 0.9
"""Share of the evolution after which limits are strict; before, exceeding one has a price that rises."""

PRICE_FIRST, PRICE_LAST = 0.05, 5.0
"""Price of exceeding a limit by its whole value, as a share of the goal. A high one finds poor settings or none."""

IDLE = 100
"""An evolution ends after so many generations without a new point."""

UNANSWERED_MS = 20_000.0
CHUNK = 500


class Stopped(Exception):
    """Raised by `watch`: the search ends with the best so far, as after a KeyboardInterrupt."""


@dataclass(frozen=True)
class Progress:
    """The progress of a search. `best_ms`: the goal of the best within the limits; None: there is none yet."""

    label: str
    evaluations: int
    share: float
    """Of the budget."""
    seconds_left: float | None
    best_ms: float | None
    best: Settings | None = None
    """The best settings so far; they are outside of the limits where none is within."""
    new: Assessment | None = None
    """The assessment of the points since the last progress; the first begins with the settings in force."""


@dataclass(frozen=True)
class Searched:
    """All points that were tried, in their order, and their assessment."""

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
    """Try points until the budget is used or the user interrupts. With evaluations as budget, the seed decides all."""
    tries = _Tries(assessor, space, Spent(budget, clock), label, journal, watch)
    random = np.random.Generator(np.random.PCG64(seed))
    interrupted = False
    try:
        tries(space.home[None, :])
        if _combinations(space) <= (budget.evaluations or CHUNK):
            tries.all()
        else:
            _rounds(tries, random, budget)
    except (KeyboardInterrupt, Stopped):
        interrupted = True
        if not len(tries):
            raise
    return Searched(*tries.everything(), interrupted)


class _Record:
    """Points and their assessment in arrays that double, so that adding takes constant time on average."""

    def __init__(self) -> None:
        self._columns: list[npt.NDArray[Any]] = []
        self._n = 0

    def add(self, points: Points, assessed: Assessment) -> None:
        """Append points and their assessment."""
        new = [points, *(getattr(assessed, field.name) for field in fields(Assessment))]
        begin, end = self._n, self._n + len(points)
        if not self._columns or end > len(self._columns[0]):
            before = [column[:begin] for column in self._columns] or [column[:0] for column in new]
            self._columns = [np.concatenate([*both, *both]) for both in zip(before, new, strict=True)]
        for column, values in zip(self._columns, new, strict=True):
            column[begin:end] = values
        self._n = end

    @property
    def points(self) -> Points:
        return self._columns[0][: self._n]

    @property
    def assessed(self) -> Assessment:
        return Assessment(*(column[: self._n] for column in self._columns[1:]))


class _Tries:
    """The points tried so far, each of them evaluated once."""

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
        self._record = _Record()
        self._best: tuple[int, Settings] | None = None

    def __len__(self) -> int:
        return len(self._place)

    def share(self) -> float:
        """The used share of the budget."""
        return self._spent.share(len(self))

    def over(self, share: float = 1.0) -> bool:
        return self.share() >= share

    def fitting(self, n: int) -> int:
        """n evaluations, but at most a fifth of the budget."""
        return min(n, max(2, (self._spent.evaluations or 5 * n) // 5))

    def everything(self) -> tuple[Points, Assessment]:
        """All points in the order in which they were tried, and their assessment."""
        return self._record.points, self._record.assessed

    def best(self) -> Points:
        """The best point so far."""
        points, assessed = self.everything()
        found: Points = points[int(np.argmin(assessed.score))]
        return found

    def all(self) -> None:
        """Try every point of the space."""
        every = np.array(list(product(*(range(size) for size in self.space.sizes))), dtype=np.int64)
        for first in range(0, len(every), CHUNK):
            if not self.over():
                self(every[first : first + CHUNK])

    def __call__(self, points: Points) -> Assessment:
        """The assessment of these points, (m, d)."""
        names = [point.tobytes() for point in points]
        new = {name: place for place, name in enumerate(names) if name not in self._place}
        if new:
            fresh = points[list(new.values())]
            block = self._assessed(fresh)
            self._record.add(fresh, block)
            for name in new:
                self._place[name] = len(self._place)
        _, assessed = self.everything()
        if new and self._watch is not None:
            self._watch(self._progress(block))
        return assessed.take(np.array([self._place[name] for name in names]))

    def _assessed(self, points: Points) -> Assessment:
        """The assessment from the journal where it has all points, else evaluated and appended there."""
        if self._journal is None:
            return self.assessor(self.space.rows(points))
        known = [self._journal.recall(self._label, point) for point in points]
        found = [one for one in known if one is not None]
        if len(found) == len(points):
            return Assessment.joined(found)
        assessed = self.assessor(self.space.rows(points))
        self._journal.note(self._label, points, assessed)
        return assessed

    def _progress(self, new: Assessment) -> Progress:
        points, assessed = self.everything()
        place = int(np.argmin(assessed.score))
        goal = float(assessed.goal_ms[place]) if assessed.within[place] else None
        if self._best is None or self._best[0] != place:
            self._best = place, self.space.settings_at(points[place])
        share = min(1.0, self.share())
        return Progress(self._label, len(self), share, self._spent.seconds_left(), goal, self._best[1], new)


def _rounds(tries: _Tries, random: np.random.Generator, budget: Budget) -> None:
    """Search what stops the agent, then the rest in rounds until little budget is left; last a descent on all axes."""
    space, judge = tries.space, tries.assessor
    share, before, held = ROUND / budget.evaluations if budget.evaluations else SHARE, 0, space.home
    axes = np.arange(len(space))
    if len(first := stopping(space)):
        subspace = Subspace(space, judge, tries, first, interruptible(space), stopped(judge.limits))
        held = subspace.whole(_round(subspace, tries, random, 0, min(0.2, STOPPING_SHARE * share))[None, :])[0]
        axes = answering(space)
    subspace = Subspace(space, judge, tries, axes, held)
    while not tries.over(1 - LAST) and len(tries) > before:
        before, begin = len(tries), tries.share()
        _round(subspace, tries, random, begin, min(1 - LAST, begin + share))
    descend(judge, space, tries.best(), tries, random, tries.over)


def _round(subspace: Subspace, tries: _Tries, random: np.random.Generator, begin: float, end: float) -> Points:
    """One round: an evolution from new points, then descents from its best; gives the best end."""
    population = _evolved(subspace, tries, random, begin, begin + EVOLVE * (end - begin))
    starts = [population[0]]
    for point in population[1:]:
        if len(starts) < DESCENTS and all((point != start).sum() >= APART for start in starts):
            starts.append(point)
    ends = [
        descend(subspace.judge, subspace.space, start, subspace, random, lambda: tries.over(end)) for start in starts
    ]
    found: Points = ends[int(np.argmin(subspace(np.stack(ends)).score))]
    return found


def _evolved(subspace: Subspace, tries: _Tries, random: np.random.Generator, begin: float, end: float) -> Points:
    """The population at the end, best first; the price of exceeding a limit rises during the evolution."""

    def share() -> float:
        spent = tries.share()  # with a budget in seconds it may be over before the first generation
        return (spent - begin) / (end - begin) if spent < end else 1.0

    points = first_points(subspace.space, random, tries.fitting(FIRST * len(subspace.space)))
    evolution, idle = Evolution(subspace.space, random, points, subspace(points)), 0
    while share() < 1 and idle < IDLE:
        size, before = LARGEST + round((SMALLEST - LARGEST) * share()), len(tries)
        evolution.keep(np.argsort(_merit(subspace.judge, evolution.assessed, share()), kind="stable")[:size])
        children = evolution.children()
        assessed = subspace(children.points)
        merits = [_merit(subspace.judge, one, share()) for one in (evolution.assessed, assessed)]
        evolution.select(children, assessed, *merits)
        idle = idle + 1 if len(tries) == before else 0
    evolution.keep(np.argsort(evolution.assessed.score, kind="stable"))
    return evolution.points


def _merit(judge: Assessor, assessed: Assessment, share: float) -> Floats:
    """(m,), less is better: the goal plus the price of exceeding the limits, which come first once they are strict."""
    if share >= TIGHT_AT:
        return assessed.score
    price = PRICE_FIRST * (PRICE_LAST / PRICE_FIRST) ** (share / TIGHT_AT)
    goal = np.where(np.isfinite(assessed.goal_ms), judge.worth(assessed), UNANSWERED_MS)
    found: Floats = goal * (1 + price * np.minimum(judge.excess(assessed.uppers), 20))
    return found


def _combinations(space: Space) -> float:
    return float(np.prod(space.sizes.astype(np.float64)))
