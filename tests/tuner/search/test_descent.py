import numpy as np

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tuner.search.assessment import Assessment, Assessor
from tuner.search.descent import TOGETHER, descend
from tuner.space.space import Points, Space, space_of
from tuner.space.vary import parse_vary
from tuner.statistics.limits import parse_limit
from tuner.statistics.objective import DEFAULT_GOAL

TURNS = simulate(Profile.load("receptionist"), 60, seed=2)
LIMITS = (parse_limit("cut_off_rate=3%"),)
ASSESSOR = Assessor(Batch(TURNS, threads=1), DEFAULT_GOAL, LIMITS, confidence=None)
VARIED = ("endpointing.silence_ms=300:1300:10", "playout.prebuffer_ms=0:300:10", "eager.silence_ms=0:500:10")
SPACE: Space = space_of(TURNS, TURNS, Settings(), LIMITS, tuple(item for text in VARIED for item in parse_vary(text)))
WAIT, BUFFER = (SPACE.names.index(name) for name in ("endpointing.silence_ms", "playout.prebuffer_ms"))


class Valley:
    """A shorter wait is faster and cuts off more; a longer buffer costs half of that and gives it back."""

    def __init__(self) -> None:
        self.tried = 0

    def __call__(self, points: Points) -> Assessment:
        self.tried += len(points)
        wait, buffer = points[:, WAIT].astype(float), points[:, BUFFER].astype(float)
        goal = 1000 + 10 * wait + 5 * buffer
        cut_offs = 0.03 + 0.001 * (50 - wait - buffer)
        table = np.round(cut_offs, 6)[:, None]
        return Assessment(goal, table, ASSESSOR.score(goal, table), cut_offs, cut_offs, goal)


def lowest(start: Points, seed: int, evaluations: int = 10_000) -> tuple[float, int]:
    valley, seen = Valley(), []

    def assess(points: Points) -> Assessment:
        found = valley(points)
        seen.append(float(found.goal_ms[found.within].min(initial=np.inf)))
        return found

    random = np.random.default_rng(seed)
    descend(ASSESSOR, SPACE, start, assess, random, lambda: valley.tried >= evaluations)
    return min(seen), valley.tried


def point(wait: int, buffer: int) -> Points:
    found = np.zeros(len(SPACE), dtype=np.int64)
    found[WAIT], found[BUFFER] = wait, buffer
    return found


def test_two_moves_that_help_only_together_are_made_together() -> None:
    """At the limit a shorter wait breaks it and a longer buffer is slower: both at once are faster within it."""
    best, _ = lowest(point(50, 0), seed=1)
    assert best == 1000 + 10 * 20 + 5 * 30


def test_a_descent_from_outside_of_the_limits_ends_within() -> None:
    best, _ = lowest(point(0, 0), seed=2)
    assert best == 1000 + 10 * 20 + 5 * 30


def test_a_descent_ends_where_no_move_improves_or_the_budget_is_over() -> None:
    _, tried = lowest(point(20, 30), seed=3)
    assert tried < 500
    _, tried = lowest(point(50, 0), seed=3, evaluations=1)
    assert tried == 1


def test_outside_of_the_limits_one_move_may_compensate_another() -> None:
    """A longer wait mends the cut-offs and makes as much dead air; a longer buffer only takes that away again."""
    limits = (parse_limit("cut_off_rate=3%"), parse_limit("dead_air_rate=5%"))
    judge = Assessor(ASSESSOR.batch, DEFAULT_GOAL, limits, confidence=None)

    def assess(points: Points) -> Assessment:
        wait, buffer = points[:, WAIT].astype(float), points[:, BUFFER].astype(float)
        table = np.stack([0.031 - 0.0003 * wait, np.maximum(0.05 + 0.0005 * wait - 0.0005 * buffer, 0.0495)], axis=1)
        goal = 1000 + wait + buffer
        return Assessment(goal, table, judge.score(goal, table), goal, goal, goal)

    alone = assess(np.stack([point(0, 0), *(point(wait, 0) for wait in range(1, 101)), point(0, 30)]))
    assert alone.score.argmin() == 0
    end = descend(judge, SPACE, point(0, 0), assess, np.random.default_rng(1), lambda: False)
    assert assess(end[None, :]).within[0]


def test_a_switch_is_tried_together_with_its_idle_settings() -> None:
    """Alone it makes things worse, for its threshold is wrong; and while it is off the threshold changes nothing."""
    varied = ("eager.on", "eager.silence_ms=0:500:10", "eager.max_starts=1:3:1", "endpointing.silence_ms=300:1300:10")
    space = space_of(TURNS, TURNS, Settings(), LIMITS, tuple(item for text in varied for item in parse_vary(text)))
    switch, threshold = (space.names.index(name) for name in ("eager.on", "eager.silence_ms"))
    off = space.dimensions[switch].values.index("off")

    def assess(points: Points) -> Assessment:
        right = np.abs(points[:, threshold] - 40) <= 3
        goal = np.where(points[:, switch] == off, 1000.0, np.where(right, 900.0, 1100.0))
        table = np.zeros((len(points), 1))
        return Assessment(goal, table, ASSESSOR.score(goal, table), goal, goal, goal)

    for seed in range(5):
        end = descend(ASSESSOR, space, space.home, assess, np.random.default_rng(seed), lambda: False)
        assert assess(end[None, :]).goal_ms[0] == 900


def test_a_shorter_wait_is_tried_with_as_much_more_playout_delay() -> None:
    """As soon as before with more of the wait in playout is better; any change of one of them alone is far worse."""

    def assess(points: Points) -> Assessment:
        wait, buffer = points[:, WAIT].astype(float), points[:, BUFFER].astype(float)
        goal, table = 1000 + 50 * np.abs(wait + buffer - 40) + wait, np.zeros((len(points), 1))
        return Assessment(goal, table, ASSESSOR.score(goal, table), goal, goal, goal)

    for seed in range(5):
        end = descend(ASSESSOR, SPACE, point(40, 0), assess, np.random.default_rng(seed), lambda: False)
        assert (end[WAIT], end[BUFFER]) == (10, 30)


class Slope:
    """Two valleys side by side, and an axis that changes nothing."""

    def __init__(self) -> None:
        self.batches: list[Points] = []

    def __call__(self, points: Points) -> Assessment:
        self.batches.append(points)
        goal = 1000 + (points[:, [WAIT, BUFFER]].astype(float) ** 2).sum(axis=1)
        table = np.zeros((len(points), 1))
        return Assessment(goal, table, ASSESSOR.score(goal, table), goal, goal, goal)


def test_a_descent_ends_at_the_best_point_that_it_tried() -> None:
    for seed in range(5):
        slope = Slope()
        end = descend(ASSESSOR, SPACE, point(50, 30), slope, np.random.default_rng(seed), lambda: False)
        every = np.concatenate(slope.batches)
        assert Slope()(end[None, :]).score[0] == Slope()(every).score.min()


def test_an_idle_axis_is_skipped_until_no_move_improves() -> None:
    slope = Slope()
    descend(ASSESSOR, SPACE, point(50, 30), slope, np.random.default_rng(1), lambda: False)
    idle = next(axis for axis in range(len(SPACE)) if axis not in (WAIT, BUFFER))
    moved = [len(np.unique(batch[:, idle])) > 1 for batch in slope.batches]
    assert moved[1]
    assert not all(moved[2:])
    assert moved[-1]


def test_combinations_of_the_same_moves_are_tried_until_none_improves() -> None:
    """After a step on one axis the others' moves are taken to do what they did, and not tried alone again."""
    varied = ("endpointing.silence_ms=300:1300:10", "asr.final_timeout_ms=0:300:10", "tts.timeout_ms=100:600:10")
    space = space_of(TURNS, TURNS, Settings(), LIMITS, tuple(item for text in varied for item in parse_vary(text)))
    sizes: list[int] = []

    def assess(points: Points) -> Assessment:
        sizes.append(len(points))
        goal, table = 1000 + points.sum(axis=1).astype(float), np.zeros((len(points), 1))
        return Assessment(goal, table, ASSESSOR.score(goal, table), goal, goal, goal)

    start = np.array([20, 20, 20])
    end = descend(ASSESSOR, space, start, assess, np.random.default_rng(1), lambda: False)
    assert not end.any()
    alone, together, again = sizes[1:4]
    assert again <= 2 * TOGETHER
    assert alone + together + again < 2 * alone + together


def test_a_descent_goes_on_where_no_move_alone_has_a_finite_effect() -> None:
    """An unanswered turn has no finite time, whatever the move; a better score is still a way down."""

    def assess(points: Points) -> Assessment:
        nothing = np.full(len(points), np.inf)
        score = 100 + points[:, WAIT].astype(np.float64)
        return Assessment(nothing, np.zeros((len(points), 1)), score, nothing, nothing, nothing)

    steps = iter(range(40))
    end = descend(ASSESSOR, SPACE, point(50, 0), assess, np.random.default_rng(1), lambda: next(steps, -1) == -1)
    assert end[WAIT] == 0
