import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tuner.recommendation.recommendation import Task, recommend
from tuner.search.budget import Budget
from tuner.statistics.limits import default_limits
from tuner.statistics.objective import DEFAULT_GOAL
from tuner.support.case import Case, create_case, event, open_case
from tuner.support.case.results import export_file, keep_exported, log_tuned

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return create_case(tmp_path / "case", 'title = "Late"\n', "case.toml", event(AT, "ana", "received"))


def test_the_log_has_the_result_of_a_search_and_its_files(case: Case, tmp_path: Path) -> None:
    turns = simulate(Profile.load("receptionist"), 200, seed=1)
    found = recommend(Task(turns, Settings(), DEFAULT_GOAL, default_limits(), budget=Budget(evaluations=20)))
    for folder, named in ((case.tuning, "tuning/"), (tmp_path / "other", f"{tmp_path}/other/")):
        last = log_tuned(case, folder, found, AT, "bo").log.events[-1]
        assert (last.kind, last.who, last.at, last.files) == ("tuned", "bo", AT, (named,))
        assert last.text


def test_an_export_is_written_beside_its_diff_and_the_log_names_both(case: Case) -> None:
    file = export_file(case, "join.json")
    assert file == case.export / "join.json"
    file.write_text("new\n")
    assert keep_exported(case, file, "+new\n", "the settings in force", "Agora", AT, "bo") == file.with_name(
        "join.json.diff"
    )
    assert (case.export / "join.json.diff").read_text() == "+new\n"
    last = open_case(case.folder).log.events[-1]
    assert (last.kind, last.text) == ("exported", "the settings in force as a configuration of Agora")
    assert last.files == ("export/join.json", "export/join.json.diff")
    assert last.sums["export/join.json"] == hashlib.sha256(b"new\n").hexdigest()
    assert set(last.sums) == set(last.files)


def test_without_a_difference_there_is_no_diff(case: Case) -> None:
    export_file(case, "a.json").write_text("same\n")
    assert keep_exported(case, case.export / "a.json", "", "them", "Agora", AT, "bo") is None
    assert [path.name for path in case.export.iterdir()] == ["a.json"]
    assert open_case(case.folder).log.events[-1].files == ("export/a.json",)
