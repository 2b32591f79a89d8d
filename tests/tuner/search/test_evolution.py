import numpy as np
import numpy.typing as npt

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tuner.search.assessment import Assessor
from tuner.search.evolution import Evolution, first_points
from tuner.space.space import Points, Space, space_of
from tuner.statistics.limits import default_limits
from tuner.statistics.objective import DEFAULT_GOAL

TURNS = simulate(Profile.load("receptionist"), 60, seed=2)
SPACE: Space = space_of(TURNS, TURNS, Settings(), default_limits())
ASSESSOR = Assessor(Batch(TURNS, threads=1), DEFAULT_GOAL, default_limits(), confidence=None)


def begun(seed: int = 1, n: int = 40) -> Evolution:
    random = np.random.default_rng(seed)
    points = first_points(SPACE, random, n)
    return Evolution(SPACE, random, points, ASSESSOR(SPACE.rows(points)))


def distances(points: Points) -> npt.NDArray[np.float64]:
    """How far each lies from the far corner of the space: a merit that needs no turns."""
    found: npt.NDArray[np.float64] = np.abs(points - SPACE.sizes + 1).sum(axis=1).astype(float)
    return found


def test_the_first_population_has_the_settings_in_force_and_points_of_the_space() -> None:
    points = first_points(SPACE, np.random.default_rng(1), 40)
    assert (points[0] == SPACE.home).all()
    assert (points >= 0).all()
    assert (points < SPACE.sizes).all()
    assert len(np.unique(points, axis=0)) == 40


def test_children_lie_within_the_space_and_differ_from_their_parents() -> None:
    evolution = begun()
    for _ in range(20):
        children = evolution.children()
        assert (children.points >= 0).all()
        assert (children.points < SPACE.sizes).all()
        assert (children.points != evolution.points).any(axis=1).mean() > 0.8


def test_only_children_that_are_no_worse_replace_their_parents() -> None:
    evolution = begun()
    parents, children = evolution.points, evolution.children()
    before, after = distances(parents), distances(children.points)
    evolution.select(children, ASSESSOR(SPACE.rows(children.points)), before, after)
    better = (after <= before)[:, None]
    assert np.array_equal(evolution.points, np.where(better, children.points, parents))
    assert np.array_equal(evolution.assessed.score, ASSESSOR(SPACE.rows(evolution.points)).score)


def test_generations_come_nearer_to_the_goal_than_random_points() -> None:
    evolution = begun()
    for _ in range(60):
        children = evolution.children()
        evolution.select(children, evolution.assessed, distances(evolution.points), distances(children.points))
    at_random = np.random.default_rng(0).integers(0, SPACE.sizes, size=(61 * 40, len(SPACE)))
    assert distances(evolution.points).min() < distances(at_random).min() / 2


def test_a_population_shrinks_to_the_named_places() -> None:
    evolution = begun()
    best = np.argsort(evolution.assessed.score)[:10]
    points, scores = evolution.points[best], evolution.assessed.score[best]
    evolution.keep(best)
    assert np.array_equal(evolution.points, points)
    assert np.array_equal(evolution.assessed.score, scores)
