from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.recordings import write
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tuner.recommendation.recommendation import Task, recommend
from tuner.recommendation.result_files import write_dossier
from tuner.search.budget import Budget
from tuner.statistics.limits import default_limits
from tuner.statistics.objective import DEFAULT_GOAL
from tuner.support.case import Case, create_case, event, open_case
from tuner.support.report.of_case import Written, log_reported, report_facts, write_report

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return create_case(tmp_path / "case", 'title = "Late"\n', "case.toml", event(AT, "ana", "received"))


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


def test_a_report_takes_the_place_of_the_one_before_and_is_logged(case: Case) -> None:
    for text in ("one", "two"):
        written = Written({"report.md": text}, (), ())
        write_report(case.report, written)
        after = log_reported(case, written, AT, "bo")
    assert (case.report / "report.md").read_text() == "two"
    assert (after.log.events[-1].kind, after.log.events[-1].files) == ("reported", ("report/report.md",))
