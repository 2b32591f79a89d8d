"""Devices and named pipes where a file is expected: refused at once by every command that takes one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from turntempo.__main__ import main

COMMANDS = (
    "diagnose {file}",
    "replay turns.jsonl --settings {file}",
    "compare {file} s.json turns.jsonl",
    "check turns.jsonl --baseline {file}",
    "settings from vapi {file}",
    "export s.json --to vapi --base {file} -o out.json",
    "export {file} --to vapi -o out.json",
    "import auto {file} -o out.jsonl",
    "import table {file} -o out.jsonl",
    "import table turns.jsonl --map {file} -o out.jsonl",
    "case open {file} -o opened",
    "case new made --form {file}",
    "report {file}",
    "listen --broker mqtt://127.0.0.1:1 --store fleet.db --credentials {file}",
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a recording and settings; the commands run in it."""
    monkeypatch.chdir(tmp_path)
    main(["simulate", "support-call", "-n", "4", "-o", "turns.jsonl"])
    (tmp_path / "s.json").write_text('{"endpointing": {"silence_ms": 900}}')
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("file", ["/dev/zero", "pipe.toml"])
def test_it_is_refused_at_once(command: str, file: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(folder / "pipe.toml")
    capsys.readouterr()
    assert main(command.format(file=file).split()) == 2
    said = capsys.readouterr().err
    assert file in said
    assert "bug in turntempo" not in said
    assert not (folder / "opened").exists()
