"""Recordings written: whole or not at all, the same bytes for the same turns."""

import gzip
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from pipeline.recordings import read, write
from pipeline.turns.builder import from_turns
from pipeline.turns.columns import Columns
from pipeline.writing.destination import written
from stages.errors import OutputError
from stages.settings import Settings
from stages.turn import Turn
from tests.pipeline.recordings.lines import BARE, TURN, changed

SUFFIXES = ("jsonl", "jsonl.gz", "parquet")

LINES = [
    BARE,
    TURN,
    dict(changed("speech.pauses", []), id="t3", session="other", overlaps=[], index=4),
    dict(BARE, id="t4", session="other", llm={"ttft_ms": [None]}, censored=["asr.final_ms"], asr={"final_ms": 900}),
    dict(BARE, id="t5 ∞", tts={"ttfb_ms": [1.5, 2.25, 300, 4, 5, 1e-3 + 6]}),
]


@pytest.fixture
def columns() -> Columns:
    return from_turns(Turn.model_validate(line) for line in LINES)


def assert_same(a: Columns, b: Columns) -> None:
    for field in fields(Columns):
        left, right = getattr(a, field.name), getattr(b, field.name)
        assert left.dtype == right.dtype, field.name
        assert np.array_equal(left, right, equal_nan=left.dtype.kind == "f"), field.name


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_written_reads_back_the_same(columns: Columns, tmp_path: Path, suffix: str) -> None:
    path, in_force = tmp_path / f"calls.{suffix}", Settings().replace({"filler.after_ms": 800, "llm.max_history": 3})
    write(path, columns, in_force)
    recording = read(path)
    assert_same(recording.columns, columns)
    assert recording.settings == in_force
    assert recording.left_out.count == 0


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_turns_give_the_same_bytes(columns: Columns, tmp_path: Path, suffix: str) -> None:
    for name in ("one", "two"):
        write(tmp_path / f"{name}.{suffix}", columns, Settings())
    assert (tmp_path / f"one.{suffix}").read_bytes() == (tmp_path / f"two.{suffix}").read_bytes()


def test_gzip_holds_the_lines_of_the_plain_file(columns: Columns, tmp_path: Path) -> None:
    write(tmp_path / "calls.jsonl", columns)
    write(tmp_path / "calls.jsonl.gz", columns)
    assert gzip.decompress((tmp_path / "calls.jsonl.gz").read_bytes()) == (tmp_path / "calls.jsonl").read_bytes()


def test_a_line_is_written_as_a_person_would(columns: Columns, tmp_path: Path) -> None:
    write(tmp_path / "calls.jsonl", columns.take(np.array([0])))
    assert (tmp_path / "calls.jsonl").read_text() == (
        '{"schema":"turntempo.turn/2","id":"t2","session":"s1","index":0,'
        '"speech":{"end_ms":900,"eot_score":null,"release_ms":0,"onset_lag_ms":0,"eot_delay_ms":0},'
        '"asr":{"interim_ms":0},"llm":{"fallback_ttft_ms":null},"tts":{"fallback_ttfb_ms":null}}\n'
    )


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_many_turns_keep_their_order_across_blocks(tmp_path: Path, suffix: str) -> None:
    turns = [Turn.model_validate(dict(BARE, id=f"t{i}", session=f"s{i % 7}", index=i // 7)) for i in range(1500)]
    columns = from_turns(turns)
    write(tmp_path / f"calls.{suffix}", columns)
    assert_same(read(tmp_path / f"calls.{suffix}").columns, columns)


def test_a_file_that_is_there_is_kept_unless_forced(columns: Columns, tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text("mine")
    with pytest.raises(OutputError, match=r"is there already; choose another name, or overwrite it with --force"):
        write(path, columns)
    assert path.read_text() == "mine"
    write(path, columns, force=True)
    assert len(read(path).columns) == len(columns)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("calls.csv", "a recording's name ends in .jsonl, .jsonl.gz, .parquet"),
        ("none/calls.jsonl", "does not exist; make it first"),
        ("folder.jsonl", "is a folder; name a file in it"),
    ],
)
def test_a_place_where_nothing_can_be_written_is_refused(
    columns: Columns, tmp_path: Path, name: str, said: str
) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    with pytest.raises(OutputError, match=said):
        write(tmp_path / name, columns)


def test_work_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    def break_off() -> None:
        with written(tmp_path / "calls.jsonl") as stream:
            stream.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert list(tmp_path.iterdir()) == []
