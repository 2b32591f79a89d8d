"""Recordings in Parquet: what a row may hold, and what a table must have to be a recording."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.recordings import read, write
from pipeline.recordings.parquet.form import TYPES
from pipeline.turns.builder import from_turns
from pipeline.turns.rows import turn_at, turn_dict
from stages.errors import RecordingError
from stages.turn import Turn
from tests.pipeline.recordings.lines import BARE, TURN

Save = Callable[..., Path]

BASE: dict[str, list[Any]] = {"id": ["a", "b", "c"], "session": ["s", "s", "s"], "speech.end_ms": [900.0, 800.0, 700.0]}


@pytest.fixture
def saved(tmp_path: Path) -> Save:
    """Writes columns as a Parquet file, in the types of a recording unless others are given."""

    def save(columns: dict[str, list[Any]], **types: pa.DataType) -> Path:
        kinds = {name: types.get(name.replace(".", "_"), TYPES.get(name)) for name in columns}
        table = pa.table({name: pa.array(values, type=kinds[name]) for name, values in columns.items()})
        pq.write_table(table, tmp_path / "calls.parquet")
        return tmp_path / "calls.parquet"

    return save


def error(path: Path) -> str:
    with pytest.raises(RecordingError) as caught:
        read(path)
    return str(caught.value)


def test_three_columns_make_a_recording(saved: Save) -> None:
    columns = read(saved(BASE)).columns
    assert [turn_at(columns, i).speech.end_ms for i in range(3)] == [900, 800, 700]
    assert turn_at(columns, 0).speech.pauses is None
    assert columns.index.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("speech.end_ms", [900.0, None, 1.0], "row 2: speech.end_ms: is missing"),
        ("speech.end_ms", [900.0, float("nan"), 1.0], "row 2: speech.end_ms: must be a finite number"),
        ("speech.end_ms", [900.0, 2.5, 1.0], "row 2: speech.end_ms: must be in milliseconds, got 2.5"),
        ("asr.final_ms", [None, float("inf"), 200.0], "row 2: asr.final_ms: must be a finite number"),
        ("asr.final_ms", [None, -1.0, 200.0], "row 2: asr.final_ms: must not be negative, got -1"),
        ("id", ["a", None, "c"], "row 2: id: is missing"),
        ("id", ["a", "", "c"], "row 2: id: must be 1 to 200 characters of plain text, got ''"),
        ("id", ["a", "x" * 300, "c"], "row 2: id: must be 1 to 200 characters"),
        ("id", ["a", "a\nb", "c"], "row 2: id: must be 1 to 200 characters of plain text, got 'a\\nb'"),
        ("id", ["a", "a", "c"], "row 2: id: must be unique, and 'a' was there before"),
        ("index", [0, -1, 1], "row 2: index: must not be negative, got -1"),
        ("llm.reply_tokens", [None, 0, 1], "row 2: llm.reply_tokens: must be at least 1, got 0"),
        ("llm.ttft_ms", [None, [], [1.0]], "row 2: llm.ttft_ms: must have 1 to 6 entries, one an attempt, got 0"),
        ("llm.ttft_ms", [None, [500.0] * 7, [1.0]], "row 2: llm.ttft_ms: must have 1 to 6 entries"),
        ("llm.ttft_ms", [None, [500.0, 0.5], [1.0]], "row 2: llm.ttft_ms[1]: must be in milliseconds, got 0.5"),
        (
            "censored",
            [None, ["llm.tfft_ms"], []],
            "row 2: censored: unknown censored field 'llm.tfft_ms'. Did you",
        ),
        ("speech.pauses", [None, [{"at_ms": 1.0}], []], "row 2: speech.pauses[0].ms: is missing"),
        ("speech.pauses", [None, [None], []], "row 2: speech.pauses[0].at_ms: is missing"),
        (
            "speech.pauses",
            [[], [{"at_ms": 700.0, "ms": 200.0}], []],
            "row 2: speech.end_ms: must not come before the",
        ),
        (
            "speech.pauses",
            [[], [{"at_ms": 100.0, "ms": 200.0}, {"at_ms": 250.0, "ms": 100.0}], []],
            "row 2: speech.pauses: must be in order and must not overlap: one at 100 ms lasts 200 ms, the next begins",
        ),
        ("overlaps", [[], [{"at_ms": 1.0, "ms": 9.0, "kind": "bark"}], []], "row 2: overlaps: kind must be one of"),
        ("overlaps", [[], [{"at_ms": 1.0, "ms": 9.0, "kind": "echo", "words": 40000}], []], "row 2: overlaps[0].words"),
    ],
)
def test_a_broken_rule_is_placed_in_its_row(saved: Save, name: str, values: list[Any], said: str) -> None:
    path = saved(BASE | {name: values})
    assert error(path).startswith(f"{path}:{said}")
    assert len(read(path, skip_bad=True).columns) >= 1


def test_whole_counts_are_asked_for(saved: Save) -> None:
    path = saved(BASE | {"llm.reply_tokens": [1.0, 1.5, 2.0]}, llm_reply_tokens=pa.float64())
    assert "row 2: llm.reply_tokens: must be a whole number, got 1.5" in error(path)


def test_clause_sentence_and_reply_are_in_order(saved: Save) -> None:
    path = saved(BASE | {"llm.clause_tokens": [1, 5, 1], "llm.reply_tokens": [1, 4, 1]})
    assert "row 2: llm: clause_tokens <= reply_tokens must hold, got clause_tokens=5 reply_tokens=4" in error(path)


@pytest.mark.parametrize(
    ("columns", "types", "said"),
    [
        ({"conv": [1], "start": [2.0]}, {}, "is Parquet, but no recording of turns: it has no column 'id'"),
        ({"llm.ttft": [[1.0]] * 3}, {}, "unknown column 'llm.ttft'. Did you mean llm.ttft_ms?"),
        ({"asr.final_ms": ["1", "2", "3"]}, {"asr_final_ms": pa.string()}, "asr.final_ms: must hold numbers"),
        ({"id": [1, 2, 3]}, {"id": pa.int64()}, "id: must hold text, the column holds int64"),
        ({"llm.ttft_ms": [1.0, 2.0, 3.0]}, {"llm_ttft_ms": pa.float64()}, "llm.ttft_ms: must be a list a row"),
        (
            {"overlaps": [[1.0]] * 3},
            {"overlaps": pa.list_(pa.float64())},
            "overlaps: must be a list of {at_ms, ms",
        ),
        (
            {"speech.pauses": [[{"at_s": 1.0}]] * 3},
            {"speech_pauses": pa.list_(pa.struct([("at_s", pa.float64())]))},
            "unknown key 'at_s'. Did you mean at_ms?",
        ),
    ],
)
def test_a_table_that_is_not_a_recording_says_why(
    saved: Save, columns: dict[str, Any], types: dict[str, Any], said: str
) -> None:
    assert said in error(saved(columns if "conv" in columns else BASE | columns, **types))


def test_types_that_other_tools_write_are_read(saved: Save) -> None:
    types = {"id": pa.large_string(), "session": pa.dictionary(pa.int32(), pa.string())}
    lists = {"llm.ttft_ms": [[500], None, [1000, None]], "censored": [None, None, None]}
    kinds = {"llm_ttft_ms": pa.large_list(pa.int64()), "censored": pa.null()}
    columns = read(saved(BASE | lists, **types, **kinds)).columns
    assert turn_at(columns, 2).llm.ttft_ms == (1000, None)


def test_bad_settings_in_the_metadata_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "calls.parquet"
    for stored, said in ((b"{", "EOF"), (b'{"vad": 1}', "vad"), (b'{"vda": {}}', "unknown setting 'vda'")):
        table = pa.table(BASE).replace_schema_metadata({b"turntempo.settings": stored})
        pq.write_table(table, path)
        assert "metadata turntempo.settings" in error(path)
        assert said in error(path)


def test_a_table_without_rows_holds_no_turns(saved: Save) -> None:
    assert "holds no turns" in error(saved({name: [] for name in BASE}))


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "calls.parquet"
    write(path, from_turns(Turn.model_validate(dict(BARE, id=f"t{i}")) for i in range(100)))
    content = bytearray(path.read_bytes())
    content[content.index(b"\x28\xb5\x2f\xfd") + 20] ^= 1  # inside the first page of zstd
    path.write_bytes(content)
    assert "the Parquet data cannot be read: " in error(path)


def test_json_lines_and_parquet_say_the_same(tmp_path: Path) -> None:
    columns = from_turns(Turn.model_validate(line) for line in (TURN, BARE))
    for name in ("calls.jsonl", "calls.parquet"):
        write(tmp_path / name, columns)
    lines, table = read(tmp_path / "calls.jsonl").columns, read(tmp_path / "calls.parquet").columns
    assert [turn_dict(lines, i) for i in range(2)] == [turn_dict(table, i) for i in range(2)]
