"""A recording of calls is told from other files by its first line, whatever that holds."""

import gzip
import os
from pathlib import Path

import pytest

from pipeline.connect.recording import is_calls

SESSION = b'{"schema":"turntempo.session/1","id":"a","outcome":"left"}\n'


@pytest.mark.parametrize("first", [SESSION, b'{"schema":"turntempo.connect/1"}\n'])
def test_a_recording_of_calls_is_recognised_gzipped_or_not(tmp_path: Path, first: bytes) -> None:
    (tmp_path / "a.jsonl").write_bytes(first)
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(first, mtime=0))
    assert is_calls(tmp_path / "a.jsonl")
    assert is_calls(str(tmp_path / "a.jsonl.gz"))


@pytest.mark.parametrize(
    "held",
    [
        b"",
        b"[[[[",
        b"\xff\xfe\x00",
        b'{"schema":5}',
        b'{"schema":"turntempo.turn/2"}',
        gzip.compress(SESSION, mtime=0)[:15],
    ],
)
def test_anything_else_is_not(tmp_path: Path, held: bytes) -> None:
    (tmp_path / "a.jsonl").write_bytes(held)
    assert not is_calls(tmp_path / "a.jsonl")


def test_what_is_no_file_of_lines_is_not(tmp_path: Path) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    os.mkfifo(tmp_path / "pipe.jsonl")
    (tmp_path / "a.json").write_bytes(SESSION)
    for name in ("folder.jsonl", "pipe.jsonl", "a.json", "none.jsonl"):
        assert not is_calls(tmp_path / name)
