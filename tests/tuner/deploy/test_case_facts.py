from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.recordings import write
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tuner.deploy.case_facts import report_facts
from tuner.recommendation.recommendation import Task, recommend
from tuner.recommendation.result_files import write_dossier
from tuner.search.budget import Budget
from tuner.statistics.limits import default_limits
from tuner.statistics.objective import DEFAULT_GOAL
from tuner.support.case import Case, create_case, event, open_case


@pytest.fixture
def case(tmp_path: Path) -> Case:
    received = event(datetime(2026, 11, 22, 12, tzinfo=UTC), "ana", "received")
    return create_case(tmp_path / "case", 'title = "Late"\n', "case.toml", received)


def test_without_a_recording_there_are_no_facts(case: Case) -> None:
    assert report_facts(case, DEFAULT_GOAL, default_limits()) is None


def test_facts_rest_on_the_seed_and_goal_of_the_recommendation(case: Case) -> None:
    turns = simulate(Profile.load("receptionist"), 200, seed=1)
    write(case.folder / "recording.jsonl", turns, Settings())
    task = Task(turns, Settings(), DEFAULT_GOAL, default_limits(), seed=5, budget=Budget(evaluations=20))
    case.tuning.mkdir()
    write_dossier(case.tuning, recommend(task))
    found = report_facts(open_case(case.folder), DEFAULT_GOAL, default_limits(), seed=0)
    assert found is not None
    assert found.found is not None
    assert found.found.task.seed == 5
