"""The app in a real terminal, as a person uses it: open, try a slider, tune for two seconds, export, quit."""

import json
import shlex
import sys
import time
from pathlib import Path

from stages.settings import Settings, parse
from tests.terminal.conftest import Terminal


def begin(terminal: Terminal, root: Path, *arguments: str) -> None:
    """Type the command, as in the README, but with this interpreter and a memory of the test's own."""
    command = [sys.executable, "-m", "turntempo", "tui", *arguments]
    own = f"XDG_STATE_HOME=$PWD/state PYTHONPATH={shlex.quote(str(root))}"
    terminal.type(f"{own} {shlex.join(command)}; echo left with $?")
    terminal.press("Enter")


def test_from_a_recording_to_a_file_to_deploy(terminal: Terminal, root: Path, tmp_path: Path) -> None:
    begin(terminal, root, str(root / "turntempo" / "data" / "tutor.jsonl.gz"))
    terminal.wait("Findings")
    terminal.press("3")
    terminal.wait("Compared with")
    terminal.press("Down", "Left", "Left")
    terminal.wait("1 changed")
    terminal.press("4")
    terminal.wait("goal")
    terminal.press("C-r")
    terminal.wait("Best so far")
    time.sleep(2)
    terminal.press("x")
    terminal.wait("stopped")
    terminal.press("5")
    terminal.wait("Difference")
    terminal.press("s")
    terminal.wait("File to write")
    terminal.press("C-u")
    terminal.wait("json.json", gone=True)  # what is typed before it is done goes with it
    terminal.type("agent.json")
    terminal.wait("agent.json")
    terminal.press("Enter")
    terminal.wait("Wrote agent.json")
    terminal.press("C-q")
    terminal.wait("left with 0")
    saved = parse(json.loads((tmp_path / "agent.json").read_text()))
    assert saved != Settings()
    (recommendation,) = (tmp_path / "state" / "turntempo" / "tuned").glob("*/recommendation.json")
    assert json.loads(recommendation.read_text())["interrupted"]
    begin(terminal, root)
    terminal.wait("Difference")  # where one was
    terminal.press("C-q")
    terminal.wait("left with 0")


def test_it_lives_through_any_size_of_the_terminal(terminal: Terminal, root: Path) -> None:
    begin(terminal, root, str(root / "turntempo" / "data" / "tutor.jsonl.gz"))
    terminal.wait("Findings")
    for key in "123":
        terminal.press(key)
        for columns, rows in ((20, 5), (200, 60), (61, 16), (80, 24)):
            terminal.resize(columns, rows)
    terminal.wait("Compared with")
    terminal.press("C-q")
    terminal.wait("left with 0")


def test_a_wrong_path_is_reported_before_the_screen_is_taken_over(terminal: Terminal, root: Path) -> None:
    begin(terminal, root, "gone.jsonl")
    terminal.wait("left with 2")
    assert "gone.jsonl: there is no such file or folder" in terminal.screen()
