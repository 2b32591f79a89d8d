"""Whatever a file holds, reading it gives turns or a RecordingError, never anything else."""

import gzip
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.recordings import Recording, read, write
from pipeline.turns.builder import from_turns
from pipeline.turns.rows import turn_at
from stages.errors import RecordingError
from stages.turn import Turn
from tests.pipeline.recordings.lines import BARE, TURN

LINES = b"".join(json.dumps(dict(line, id=f"t{i}")).encode() + b"\n" for i, line in enumerate([TURN, BARE] * 3))

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
paths = st.sampled_from(
    [(key,) for key in TURN]
    + [(group, key) for group, held in TURN.items() if isinstance(held, dict) for key in held]
    + [("speech", "pauses", 0, key) for key in ("at_ms", "ms", "eot_score", "x")]
    + [("overlaps", 1, key) for key in ("at_ms", "ms", "kind", "words", "score")]
)
anywhere = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)


def attempt(path: Path, content: bytes) -> None:
    """Reads as it is and skipping what is bad; what was skipped and what was kept make up the file."""
    path.write_bytes(content)
    with suppress(RecordingError):
        read(path)
    with suppress(RecordingError):
        recording = read(path, skip_bad=True)
        assert isinstance(recording, Recording)
        for i in range(len(recording.columns)):
            turn_at(recording.columns, i)


@anywhere
@given(st.binary(max_size=400))
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    attempt(tmp_path / "any", content)


@anywhere
@given(st.lists(st.tuples(paths, json_values), min_size=1, max_size=3))
def test_a_turn_with_anything_anywhere(tmp_path: Path, changes: list[tuple[tuple[str | int, ...], object]]) -> None:
    turn = json.loads(json.dumps(TURN))
    for way, value in changes:
        inner = turn
        for part in way[:-1]:
            try:
                inner = inner[part]
            except (KeyError, IndexError, TypeError):
                inner = {}
        with suppress(TypeError, IndexError):
            inner[way[-1]] = value
    attempt(tmp_path / "any", json.dumps(turn).encode() + b"\n" + LINES)


@anywhere
@given(st.integers(0, len(LINES) - 1), st.binary(min_size=1, max_size=6), st.integers(0, 30))
def test_sound_lines_with_bytes_replaced(tmp_path: Path, at: int, by: bytes, length: int) -> None:
    attempt(tmp_path / "any", LINES[:at] + by + LINES[at + length :])


@anywhere
@given(st.data())
def test_gzip_and_parquet_cut_off_or_damaged(tmp_path: Path, data: st.DataObject) -> None:
    content = data.draw(st.sampled_from(packed(tmp_path)))
    at = data.draw(st.integers(0, len(content) - 1))
    damaged = st.binary(min_size=1, max_size=4).map(lambda by: by + content[at + 1 :])
    attempt(tmp_path / "any", content[:at] + data.draw(st.just(b"") | damaged))


def packed(folder: Path) -> list[bytes]:
    """The lines as gzip and as Parquet."""
    table = folder / "sound.parquet"
    if not table.exists():
        write(table, from_turns(Turn.model_validate_json(line) for line in LINES.splitlines()))
    return [gzip.compress(LINES, mtime=0), table.read_bytes()]


@pytest.mark.parametrize("step", [97])
def test_a_recording_cut_at_any_place(tmp_path: Path, step: int) -> None:
    assert packed(tmp_path)
    for content in packed(tmp_path):
        for end in range(0, len(content), step):
            attempt(tmp_path / "cut", content[:end])
