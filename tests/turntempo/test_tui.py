import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any


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
