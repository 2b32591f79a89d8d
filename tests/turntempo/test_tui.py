import shlex
import socket
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tui.state.turn_source import TurnSource
from turntempo.cli.tui import _allowed


def test_without_a_terminal_the_next_step_is_reported(run: Callable[..., Any]) -> None:
    found = run("tui")
    assert found.code == 2
    assert "needs a terminal" in found.err
    assert "--web" in found.err


def test_a_path_that_is_not_there_is_reported_before_the_screen_is_taken_over(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    found = run("tui", tmp_path / "gone.jsonl")
    assert (found.code, found.out) == (2, "")
    assert "gone.jsonl: there is no such file or folder" in found.err


def test_a_folder_that_is_not_a_case_is_refused(run: Callable[..., Any], tmp_path: Path) -> None:
    found = run("tui", tmp_path)
    assert found.code == 2
    assert "is a folder and no case" in found.err


def test_an_unknown_profile_is_refused_with_the_list(run: Callable[..., Any]) -> None:
    found = run("tui", "--profile", "ai-tutr")
    assert found.code == 2
    assert "ai-tutor" in found.err


def test_a_port_that_is_taken_is_reported(run: Callable[..., Any]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        found = run("tui", "--web", "--port", taken.getsockname()[1])
    assert found.code == 2
    assert "choose another" in found.err


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would run for each tab."""
    commands: list[list[str]] = []
    monkeypatch.setattr("turntempo.web.serve", lambda command, *others: commands.append(shlex.split(command)))
    return commands


def folders_of(command: list[str]) -> list[str]:
    return [value for option, value in pairwise(command) if option == "--allow"]


def test_in_a_browser_files_stay_below_the_working_folder_or_the_folders_named(
    run: Callable[..., Any], served: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a b").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a b")
    assert run("tui", "--web").code == 0
    assert run("tui", "--web", "--allow", "a b", "--allow", "link").code == 0
    here = str(tmp_path.resolve())
    assert [folders_of(one) for one in served] == [[here], [f"{here}/a b"] * 2]


def test_what_is_named_on_the_command_line_may_be_read_and_a_case_written(tmp_path: Path) -> None:
    calls, agent = tmp_path / "calls.jsonl", tmp_path / "agent.json"
    named = TurnSource("recording", str(calls), settings_file=str(agent))
    here = tmp_path / "here"
    recording = _allowed((here,), named, tmp_path / "tutor.jsonl.gz")
    case = _allowed((here,), TurnSource("case", str(tmp_path / "case")), tmp_path / "tutor.jsonl.gz")
    anywhere = _allowed((), named, tmp_path / "tutor.jsonl.gz")
    assert recording.has(named)
    assert recording.folders == (here.resolve(),)
    assert case.folders == (here.resolve(), (tmp_path / "case").resolve())
    assert anywhere.folders is None


def test_a_folder_to_allow_that_is_not_there_is_refused(run: Callable[..., Any], tmp_path: Path) -> None:
    found = run("tui", "--allow", tmp_path / "gone")
    assert found.code == 2
    assert "gone" in found.err
