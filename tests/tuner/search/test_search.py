import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from stages.arrays import Floats
from stages.errors import InputError
from stages.settings import Settings
from tuner.search.assessment import Assessment, Assessor
from tuner.search.budget import Budget
from tuner.search.journal import Journal
from tuner.search.search import Progress, Searched, Stopped, _Record, search
from tuner.search.subspace import STOPPING
from tuner.space.space import Space, space_of
from tuner.space.vary import parse_vary
from tuner.statistics.limits import default_limits
from tuner.statistics.objective import DEFAULT_GOAL

TURNS = simulate(Profile.load("receptionist"), 400, seed=2)
ASSESSOR = Assessor(Batch(TURNS, threads=1), DEFAULT_GOAL, default_limits(), confidence=None)
WHOLE = space_of(TURNS, TURNS, Settings(), default_limits())
SMALL = space_of(TURNS, TURNS, Settings(), default_limits(), parse_vary("endpointing.silence_ms=200:1200:50"))
EVALUATIONS = 900
BUDGET = Budget(evaluations=EVALUATIONS)
HOME = ASSESSOR(WHOLE.rows(WHOLE.home[None, :]))


def found(space: Space = WHOLE, seed: int = 1, journal: Journal | None = None) -> Searched:
    return search(ASSESSOR, space, seed, BUDGET, journal=journal)


class Refusing(Assessor):
    """Judges nothing anew."""

    def __init__(self) -> None:
        super().__init__(ASSESSOR.batch, DEFAULT_GOAL, default_limits(), confidence=None)

    def __call__(self, rows: Floats) -> Assessment:
        raise AssertionError("asked to evaluate what the journal holds")


def same(one: Searched, other: Searched) -> bool:
    return np.array_equal(one.points, other.points) and np.array_equal(one.assessed.score, other.assessed.score)


def test_a_small_space_is_tried_whole_and_its_best_is_found() -> None:
    tried = found(SMALL)
    assert tried.evaluations == int(SMALL.sizes.prod())
    every = ASSESSOR(SMALL.rows(np.arange(SMALL.sizes[0])[:, None]))
    assert tried.assessed.score.min() == every.score.min()


def test_a_seed_decides_which_points_are_tried() -> None:
    assert same(found(seed=1), found(seed=1))
    assert not same(found(seed=1), found(seed=2))


def test_no_point_is_evaluated_twice_and_the_settings_in_force_come_first() -> None:
    tried = found()
    assert len(np.unique(tried.points, axis=0)) == tried.evaluations
    assert (tried.points[0] == WHOLE.home).all()
    assert (tried.points >= 0).all()
    assert (tried.points < WHOLE.sizes).all()


def test_a_search_beats_as_many_points_at_random() -> None:
    points = np.random.default_rng(0).integers(0, WHOLE.sizes, size=(900, len(WHOLE)))
    assert found().assessed.score.min() < ASSESSOR(WHOLE.rows(points)).score.min()


def test_a_killed_search_resumes_with_the_result_of_an_unbroken_one(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    whole = found(journal=Journal.open(path, "run", resume=False))
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:4]) + lines[4][:100])
    resumed = found(journal=Journal.open(path, "run", resume=True))
    assert same(whole, resumed)
    assert path.read_text() == "".join(lines)


def test_points_in_the_journal_are_not_evaluated_again(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    whole = found(journal=Journal.open(path, "run", resume=False))
    again = search(Refusing(), WHOLE, 1, BUDGET, journal=Journal.open(path, "run", resume=True))
    assert same(whole, again)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"schema": "turntempo.journal/2", "run": "other"}\n', "is of another run"),
        ("rubbish\n", "line 1 is no header"),
        ('{"schema": "turntempo.journal/2", "run": "run"}\nrubbish\n{}\n', "journal.jsonl:2: is not a line"),
    ],
)
def test_a_journal_of_another_run_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        Journal.open(path, "run", resume=True)


def test_a_journal_is_lines_of_json(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    tried = found(journal=Journal.open(path, "run", resume=False))
    header, *lines = (json.loads(line) for line in path.read_text().splitlines())
    assert header == {"schema": "turntempo.journal/2", "run": "run"}
    assert sum(len(line["points"]) for line in lines) == tried.evaluations


def test_an_interrupt_gives_the_best_so_far() -> None:
    seen: list[Progress] = []

    def watch(progress: Progress) -> None:
        seen.append(progress)
        if progress.evaluations > 350:
            raise KeyboardInterrupt

    tried = search(ASSESSOR, WHOLE, 1, BUDGET, watch=watch)
    assert tried.interrupted
    assert 350 < tried.evaluations < 900
    assert [one.evaluations for one in seen] == sorted(one.evaluations for one in seen)
    assert seen[-1].share < 1


def test_the_watch_callback_can_stop_a_search_with_the_best_so_far() -> None:
    def watch(progress: Progress) -> None:
        if progress.evaluations > 350:
            raise Stopped

    tried = search(ASSESSOR, WHOLE, 1, BUDGET, watch=watch)
    assert tried.interrupted
    assert 350 < tried.evaluations < 900


def test_each_progress_has_the_assessment_of_its_points_and_the_best_settings() -> None:
    seen: list[Progress] = []
    tried = search(ASSESSOR, WHOLE, 1, BUDGET, watch=seen.append)
    joined = Assessment.joined([one.new for one in seen if one.new is not None])
    assert np.array_equal(joined.score, tried.assessed.score)
    best = tried.points[int(tried.assessed.score.argmin())]
    assert seen[-1].best == WHOLE.settings_at(best)
    assert seen[0].best == WHOLE.settings_at(WHOLE.home)


def test_a_budget_in_seconds_ends_a_search() -> None:
    ticks = iter(range(10**6))
    tried = search(ASSESSOR, WHOLE, 1, Budget(seconds=30), clock=lambda: float(next(ticks)))
    assert not tried.interrupted
    assert tried.evaluations > 300


def test_settings_that_stop_the_agent_are_searched_first_and_then_kept_until_the_last_descent() -> None:
    tried = found()
    talking = [axis for axis, name in enumerate(WHOLE.names) if name in STOPPING]
    first = int(0.2 * EVALUATIONS)
    rest = tried.points[first + 100 : int(0.9 * EVALUATIONS)]
    assert len(np.unique(tried.points[:first][:, talking], axis=0)) > first / 2
    assert len(np.unique(rest[:, talking], axis=0)) == 1


@given(st.lists(st.integers(1, 40), min_size=1, max_size=12))
def test_tried_points_are_kept_in_their_order(sizes: list[int]) -> None:
    record, points = _Record(), np.arange(sum(sizes) * 2).reshape(-1, 2)
    places = np.zeros(len(points), dtype=np.int64)
    begin = 0
    for size in sizes:
        part = slice(begin, begin + size)
        record.add(points[part], replace(HOME.take(places[part]), score=points[part, 0].astype(float)))
        begin += size
    assert np.array_equal(record.points, points)
    assert np.array_equal(record.assessed.score, points[:, 0])
