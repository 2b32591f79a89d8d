"""Names that no disk takes, and terminals that know only ASCII."""

# ruff: noqa: E501 one row of commands

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from turntempo.__main__ import main

LONG = "n" * 300


@pytest.mark.parametrize(
    "arguments",
    [["settings", "from", LONG], ["case", "new", LONG], ["case", "show", LONG], ["diagnose", LONG], ["replay", LONG], ["check", LONG], ["explain", LONG]],
)  # fmt: skip
def test_a_name_that_is_too_long_is_the_users_mistake(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert "bug in turntempo" not in said
    assert "error: " in said
    assert list(tmp_path.iterdir()) == []


def test_a_case_is_shown_on_a_terminal_that_knows_only_ascii(tmp_path: Path) -> None:
    main(["case", "new", str(tmp_path / "c")])
    found = subprocess.run(
        [sys.executable, "-m", "turntempo", "case", "show", str(tmp_path / "c")],
        env=os.environ | {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout.isascii()
    assert b"bug in turntempo" not in found.stderr
