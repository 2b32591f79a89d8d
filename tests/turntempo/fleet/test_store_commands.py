from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.recordings import read
from tui.state import opener
from tuner.deploy import inputs
from turntempo import clock
from turntempo.selecting import time


def test_selected_turns_of_a_store_are_written_as_parquet_with_their_settings(run, fleet: Path, tmp_path: Path) -> None:
    out = tmp_path / "some.parquet"
    done = run("export-turns", fleet, "--agent", "toy-[12]", "--agent", "toy-1", "-o", out, "--json")
    assert (done.code, done.json["turns"]) == (0, 5)
    found = read(out)
    assert found.settings is not None
    assert found.settings.endpointing.silence_ms == 900
    assert found.columns.session_names.tolist() == [b"toy-1/s1"]


def test_since_and_until_choose_by_the_time_of_receipt(run, fleet: Path, tmp_path: Path) -> None:
    asked = ("--agent", "toy-2", "--since", "2027-01-15T08:00:01Z", "--until", "2027-01-15T08:00:03Z")
    done = run("export-turns", fleet, *asked, "-o", tmp_path / "two.jsonl", "--json")
    assert (done.code, done.json["turns"]) == (0, 2)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ((), "under 2 different settings"),
        (("--agent", "nobody"), "no such turns"),
        (("--since", "yesterday"), "write a time as"),
        (("--since", "1h", "--until", "2h"), "is not before"),
    ],
)
def test_a_selection_that_is_no_recording_says_what_to_do(run, fleet: Path, tmp_path, asked, why: str) -> None:
    done = run("export-turns", fleet, *asked, "-o", tmp_path / "x.jsonl")
    assert done.code == 2
    assert why in done.err
    assert not (tmp_path / "x.jsonl").exists()


def test_only_a_store_takes_a_selection(run, plain: Path, tmp_path: Path) -> None:
    done = run("export-turns", plain, "--agent", "a", "-o", tmp_path / "x.jsonl")
    assert (done.code, "only a store" in done.err) == (2, True)
    assert "standard input is none" in run("export-turns", "-", "--agent", "a", "-o", tmp_path / "x.jsonl").err


@pytest.mark.parametrize("command", ["diagnose", "replay", "check", "compare", "tune", "tui"])
def test_every_command_that_takes_a_recording_has_the_selection(run, command: str) -> None:
    out = run(command, "--help").out
    assert [name for name in ("--agent", "--since", "--until", "--under") if name not in out] == []


def test_a_time_may_be_said_as_how_long_ago() -> None:
    assert timedelta(minutes=119) < clock.now() - time("2h", "--since") < timedelta(minutes=121)


def test_a_command_works_on_a_selection_and_names_it(fleet: Path) -> None:
    given = inputs.load([f"{fleet}?agent=toy-3"], None, 0, "ai-tutor")
    assert (len(given.recorded), given.settings.endpointing.silence_ms, given.settings_from) == (
        5,
        700,
        "the recording",
    )
    assert given.names == (f"{fleet}?agent=toy-3",)


def test_the_app_lists_a_store_and_opens_a_selection(fleet: Path) -> None:
    (fleet.parent / "other.db").write_bytes(b"SQLite format 3\x00")
    assert [Path(one.name).name for one in opener.sources_around(fleet.parent)] == ["fleet.db"]
    source = opener.source_at(f"{fleet}?agent=toy-1")
    assert (source.exists, source.kind) == (True, "recording")
    assert not opener.source_at(f"{fleet}x?agent=toy-1").exists
