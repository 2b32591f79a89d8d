"""Nothing that a customer wrote steers the terminal of whoever looks at it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tests.safety.acting import ACTS
from turntempo import screen, stderr
from turntempo.__main__ import main

NASTY = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202eevil\u2066\rgone [bold red]markup[/] \x1b]8;;http://evil.example\x1b\\link"
TURN = {"schema": "turntempo.turn/2", "speech": {"end_ms": 900.0}, "network": {"up_ms": 20.0, "down_ms": 20.0}}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """All that `turntempo` with these arguments prints."""
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments: object) -> str:
        capsys.readouterr()
        main([str(argument) for argument in arguments])
        return "".join(capsys.readouterr())

    return call


@pytest.mark.parametrize("wrap", [str, Text, lambda text: Padding(text, 1), lambda text: Group(text, Text(text))])
def test_whatever_is_shown_is_harmless(capsys: pytest.CaptureFixture[str], wrap: Callable[[str], Any]) -> None:
    screen.show(wrap(NASTY))
    shown = capsys.readouterr().out
    assert ACTS.findall(shown) == []
    assert "[bold red]markup[/]" in re.sub(r"\s+", " ", shown)
    assert "\\x1b" in shown


def test_cells_titles_and_styles_of_tables_are_harmless() -> None:
    table = Table(NASTY, title=NASTY, caption=NASTY)
    table.add_row(NASTY, style="bold")
    stream = io.StringIO()
    screen.Screen(file=stream, force_terminal=True, width=200, color_system="truecolor").print(table)
    styled = re.sub(r"\x1b\[[\d;]*m", "", stream.getvalue())  # rich's own colours
    assert ACTS.findall(styled) == []


def test_what_is_said_is_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    for speak in (stderr.error, stderr.warn, stderr.hint, stderr.note, screen.say):
        speak(NASTY)
    assert ACTS.findall("".join(capsys.readouterr())) == []


def test_json_is_harmless_and_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    screen.show_json({NASTY: [NASTY]})
    shown = capsys.readouterr().out
    assert ACTS.findall(shown) == []
    assert json.loads(shown) == {NASTY: [NASTY]}


def test_data_is_byte_for_byte_in_a_pipe_and_harmless_before_a_person(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen.data("a\x1b[2Jb")
    assert capsys.readouterr().out == "a\x1b[2Jb"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    screen.data("a\x1b[2Jb")
    assert capsys.readouterr().out == "a\\x1b[2Jb"


@pytest.mark.parametrize("command", ["replay", "diagnose", "check", "tune", "case", "import", NASTY])
def test_a_nasty_path_is_harmless_in_an_error(run: Callable[..., str], command: str, tmp_path: Path) -> None:
    name = f"no-{NASTY.replace('/', '_')}.jsonl"
    assert ACTS.findall(run(command, name, "--settings", tmp_path / name)) == []
    assert ACTS.findall(run(command, "show", name)) == []


@pytest.mark.parametrize("field", ["id", "session", "schema", "extra"])
def test_nasty_names_in_a_recording_are_harmless(run: Callable[..., str], tmp_path: Path, field: str) -> None:
    turn = TURN | {"id": "t", "session": "s", "index": 0} | {field: NASTY}
    (tmp_path / "r.jsonl").write_text(json.dumps(turn) + "\n")
    for command in ("replay", "diagnose", "check"):
        assert ACTS.findall(run(command, tmp_path / "r.jsonl", "--profile", "support-call")) == []


def test_nasty_ids_that_a_recording_may_have_are_harmless(run: Callable[..., str], tmp_path: Path) -> None:
    nasty = "t\u202e[red]\u200b=1+1"
    turns = [TURN | {"id": f"{nasty}{n}", "session": nasty, "index": n} for n in range(3)]
    (tmp_path / "r.jsonl").write_text("".join(json.dumps(turn) + "\n" for turn in turns))
    fill = ("--profile", "support-call")
    for arguments in (("--trace", f"{nasty}0"), ("--trace", "nobody"), ("--json",), ()):
        shown = run("replay", tmp_path / "r.jsonl", *fill, *arguments)
        assert ACTS.findall(shown) == []
    assert "[red]" in run("replay", tmp_path / "r.jsonl", *fill, "--trace", f"{nasty}0")


@pytest.mark.parametrize("value", [NASTY, {NASTY: 1}, [NASTY]])
def test_nasty_settings_are_harmless(run: Callable[..., str], tmp_path: Path, value: Any) -> None:
    (tmp_path / "r.jsonl").write_text(json.dumps(TURN | {"id": "t", "session": "s", "index": 0}) + "\n")
    for held in ({"endpointing": value}, {NASTY: value}, {"barge_in": {"mode": value}}):
        (tmp_path / "s.json").write_text(json.dumps(held))
        assert ACTS.findall(run("replay", tmp_path / "r.jsonl", "--settings", tmp_path / "s.json")) == []
        for vendor in ("agora", "livekit", "xiaozhi", "json"):
            assert ACTS.findall(run("settings", "from", vendor, tmp_path / "s.json")) == []


def test_a_nasty_case_is_harmless(run: Callable[..., str], tmp_path: Path) -> None:
    case = tmp_path / "case"
    run("case", "new", case, "--title", NASTY, "--customer", NASTY, "--users-report", NASTY, "--who", "ann")
    (tmp_path / "nasty\u202e\x1b[31m.txt").write_text(NASTY)
    commands = (
        ("attach", case, tmp_path / "nasty\u202e\x1b[31m.txt", "--who", NASTY),
        ("log", case, "note", NASTY, "--who", NASTY),
        ("show", case),
        ("show", case, "--json"),
        ("check", case),
        ("list", tmp_path),
        ("stats", tmp_path),
        ("bundle", case, "-o", tmp_path / "b.zip"),
        ("open", tmp_path / "b.zip", "-o", tmp_path / "opened"),
        ("show", tmp_path / "opened"),
    )
    for arguments in commands:
        shown = run("case", *arguments)
        assert ACTS.findall(shown) == [], arguments
        assert "bug in turntempo" not in shown
    assert "[bold red]markup[/]" in re.sub(r"\s+", " ", run("case", "show", case))
