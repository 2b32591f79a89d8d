"""Tags of turns: words of the recorder's own, kept through every form of a recording."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as data

from pipeline.recordings import read, write
from pipeline.simulation import Profile, simulate
from pipeline.turns.builder import from_turns
from pipeline.turns.columns import Columns
from pipeline.turns.rows import turn_at, turn_dict
from pipeline.turns.tags import as_dict, as_texts, groups
from stages.errors import RecordingError
from stages.turn import SCHEMA, Turn

NAMES = data.text(
    data.characters(min_codepoint=32, max_codepoint=0x4FFF, exclude_characters="\x7f"), min_size=1, max_size=20
)


def turn(name: str, **tags: str) -> Turn:
    return Turn.model_validate(
        {"schema": SCHEMA, "id": name, "session": name[0], "speech": {"end_ms": 900}, "tags": tags}
    )


TAGGED = [turn("a1", device="phone", region="eu"), turn("b1"), turn("a2", device="desk"), turn("c1", device="phone")]


def tags_of(columns: Columns) -> dict[str, dict[str, str]]:
    return {columns.ids[place].decode(): as_dict(columns.tags[place]) for place in range(len(columns))}


EXPECTED = {"a1": {"device": "phone", "region": "eu"}, "a2": {"device": "desk"}, "b1": {}, "c1": {"device": "phone"}}


@given(data.lists(data.dictionaries(NAMES, NAMES, max_size=4), min_size=1, max_size=8))
def test_tags_are_read_back_as_they_were(tags: list[dict[str, str]]) -> None:
    assert [as_dict(text) for text in as_texts(tags).tolist()] == tags


def test_tags_go_through_columns_and_back() -> None:
    columns = from_turns(TAGGED)
    assert tags_of(columns) == EXPECTED
    assert turn_at(columns, 0).tags == {"device": "phone", "region": "eu"}
    assert "tags" not in turn_dict(columns, columns.find("b1") or 0)
    assert tags_of(columns.take(np.array([1, 3]))) == {"a2": {"device": "desk"}, "c1": {"device": "phone"}}


@pytest.mark.parametrize("name", ["t.jsonl", "t.jsonl.gz", "t.parquet"])
def test_every_form_of_a_recording_keeps_tags(name: str, tmp_path: Path) -> None:
    write(tmp_path / name, from_turns(TAGGED))
    assert tags_of(read([str(tmp_path / name)]).columns) == EXPECTED


def test_a_recording_without_tags_has_none(tmp_path: Path) -> None:
    columns = simulate(Profile.load("receptionist"), 5, seed=1)
    write(tmp_path / "t.parquet", columns)
    assert groups(read([str(tmp_path / "t.parquet")]).columns) == {}


def test_values_of_a_tag_are_the_turns_that_have_them_the_most_frequent_first() -> None:
    columns = from_turns(TAGGED)
    found = groups(columns)
    assert list(found) == ["device", "region"]
    assert list(found["device"]) == ["phone", "desk"]
    assert columns.ids[found["device"]["phone"]].tolist() == [b"a1", b"c1"]


def rows(**columns: pa.Array) -> pa.Table:
    return pa.table({"id": ["a", "b"], "session": ["s", "s"], "speech.end_ms": [900.0, 800.0]} | columns)


def test_a_struct_of_texts_as_other_tools_write_it_is_read_as_tags(tmp_path: Path) -> None:
    struct = pa.array([{"device": "phone", "os": None}, None])
    pq.write_table(rows(tags=struct), tmp_path / "t.parquet")
    assert tags_of(read([str(tmp_path / "t.parquet")]).columns) == {"a": {"device": "phone"}, "b": {}}


def test_a_column_of_other_types_is_refused_by_name(tmp_path: Path) -> None:
    pq.write_table(rows(tags=pa.array([1, 2])), tmp_path / "t.parquet")
    with pytest.raises(RecordingError, match="tags: must be a map or a struct of texts"):
        read([str(tmp_path / "t.parquet")])


def test_a_tag_in_parquet_that_is_no_plain_text_is_refused_with_its_row(tmp_path: Path) -> None:
    pq.write_table(rows(tags=pa.array([{"device": "phone"}, {"device": "a\x00b"}])), tmp_path / "t.parquet")
    with pytest.raises(RecordingError, match="tags: must have at most 32"):
        read([str(tmp_path / "t.parquet")])


@pytest.mark.parametrize("tags", ['{"device": 5}', '{"device": ""}', '["phone"]', '{"": "x"}', '{"a": "b\\u0000"}'])
def test_a_tag_in_json_that_is_no_text_is_refused_with_its_name(tags: str, tmp_path: Path) -> None:
    line = f'{{"schema": "{SCHEMA}", "id": "a", "session": "s", "speech": {{"end_ms": 900}}, "tags": {tags}}}\n'
    (tmp_path / "t.jsonl").write_text(line)
    with pytest.raises(RecordingError, match="tags"):
        read([str(tmp_path / "t.jsonl")])
