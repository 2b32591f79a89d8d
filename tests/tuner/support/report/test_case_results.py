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
from tuner.support.report.case_results import (
    export_file,
    keep_exported,
    log_reported,
    log_tuned,
    report_facts,
    write_report,
)
from tuner.support.report.of_case import Written

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return create_case(tmp_path / "case", 'title = "Late"\n', "case.toml", event(AT, "ana", "received"))


def test_the_log_tells_what_a_search_came_to_and_where_its_files_are(case: Case, tmp_path: Path) -> None:
    turns = simulate(Profile.load("receptionist"), 200, seed=1)
    found = recommend(Task(turns, Settings(), DEFAULT_GOAL, default_limits(), budget=Budget(evaluations=20)))
    for folder, named in ((case.tuning, "tuning/"), (tmp_path / "other", f"{tmp_path}/other/")):
        last = log_tuned(case, folder, found, AT, "bo").log.events[-1]
        assert (last.kind, last.who, last.at, last.files) == ("tuned", "bo", AT, (named,))
        assert last.text


def test_an_export_stands_beside_its_diff_and_the_log_names_both(case: Case) -> None:
    file = export_file(case, "join.json")
    assert file == case.export / "join.json"
    assert file.parent.is_dir()
    assert keep_exported(case, file, "+new\n", "the settings in force", "Agora", AT, "bo") == file.with_name(
        "join.json.diff"
    )
    assert (case.export / "join.json.diff").read_text() == "+new\n"
    last = open_case(case.folder).log.events[-1]
    assert (last.kind, last.text) == ("exported", "the settings in force as a configuration of Agora")
    assert last.files == ("export/join.json", "export/join.json.diff")


def test_without_a_difference_there_is_no_diff(case: Case) -> None:
    assert keep_exported(case, export_file(case, "a.json"), "", "them", "Agora", AT, "bo") is None
    assert list(case.export.iterdir()) == []
    assert open_case(case.folder).log.events[-1].files == ("export/a.json",)


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
