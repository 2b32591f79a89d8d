from pathlib import Path

import pytest

from pipeline.simulation import profile_names
from stages.errors import InputError
from tui.state.opener import open_source, profile_sources, source_at, sources_around
from tui.state.turn_source import TurnSource
from tuner.support.case import create_case


def test_cases_and_recordings_are_found_a_little_way_down(tmp_path: Path) -> None:
    deep = tmp_path / "calls" / "may"
    deep.mkdir(parents=True)
    for name in ("a.jsonl", "calls/may/b.parquet", "calls/may/c.jsonl.gz", "calls/notes.txt", ".d.jsonl"):
        (tmp_path / name).write_text("")
    create_case(tmp_path / "cases" / "lily", "", "case.toml")
    (tmp_path / "cases" / "lily" / "recording.jsonl").write_text("")
    found = [(one.kind, Path(one.name).name) for one in sources_around(tmp_path)]
    assert found == [("case", "lily"), *(("recording", name) for name in ("a.jsonl", "b.parquet", "c.jsonl.gz"))]


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert sources_around(tmp_path / "nowhere") == ()


def test_a_profile_is_opened_as_turns_under_the_defaults() -> None:
    found = open_source(TurnSource("profile", "receptionist", turns=80, seed=3))
    assert (len(found.batch), found.title, found.case) == (80, "receptionist", None)
    assert found.inputs.settings_assumed
    assert found.inputs.assumed is not None


def test_every_profile_can_be_opened() -> None:
    assert [one.name for one in profile_sources()] == list(profile_names())


def test_a_file_that_is_not_there_is_shown_with_its_name() -> None:
    with pytest.raises(InputError, match=r"nowhere\.jsonl"):
        open_source(source_at("nowhere.jsonl"))
