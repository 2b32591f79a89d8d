"""The fast decoder takes the lines that the model takes, and no other, with the same values."""

import json
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.recordings.fast_turns import decoder
from pipeline.recordings.jsonl import Part
from pipeline.recordings.problem import Problem
from pipeline.turns.builder import block
from stages.turn import Turn
from tests.strategies import turns

BASE: dict[str, Any] = {
    "schema": "turntempo.turn/2",
    "id": "a",
    "session": "s",
    "index": 3,
    "speech": {"pauses": [{"at_ms": 100, "ms": 200, "eot_score": 0.5}], "end_ms": 900, "eot_score": None},
    "network": {"up_ms": 10, "down_ms": None},
    "asr": {"final_ms": 100.5},
    "llm": {"ttft_ms": [300, None], "reply_tokens": 20, "clause_tokens": 3},
    "tts": {"ttfb_ms": [100]},
    "overlaps": [{"at_ms": 1, "ms": 50, "kind": "noise", "words": 2}],
    "censored": ["llm.ttft_ms[0]"],
    "tags": {"device": "phone"},
}
LEAVES = (
    *(("id",), ("session",), ("index",), ("schema",), ("speech", "end_ms"), ("speech", "eot_score")),
    *(("speech", "pauses"), ("network", "up_ms"), ("network",), ("llm", "ttft_ms"), ("llm", "reply_tokens")),
    *(("overlaps",), ("censored",), ("asr", "final_ms"), ("tts",), ("response_ms",), ("speech", "unknown"), ("x",)),
    *(("tags",), ("tags", "device"), ("tags", "\x00"), ("tags", "")),
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "a", "a\n", "\x00", "noise", "turntune.turn/1", "é" * 250, "5"]),
    st.lists(st.one_of(st.none(), st.integers(-1, 900), st.text(max_size=3)), max_size=8),
    st.dictionaries(st.sampled_from(["ms", "at_ms", "end_ms", "y"]), st.integers(-1, 900), max_size=3),
)


def changed(path: tuple[str, ...], value: Any) -> bytes:
    held = json.loads(json.dumps(BASE))
    place = held
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return json.dumps(held).encode()


def allowed(line: bytes) -> bool:
    try:
        return "schema_" in Turn.model_validate_json(line).model_fields_set
    except ValidationError:
        return False


def read(line: bytes) -> Part:
    part = Part()
    part.take(1, line)
    return part


@given(st.sampled_from(LEAVES), VALUES)
def test_a_changed_line_is_taken_if_and_only_if_the_model_takes_it(path: tuple[str, ...], value: Any) -> None:
    line = changed(path, value)
    part = read(line)
    made = part.block()
    marks = any("censored" in str(problem.field) for _, problem in part.problems)
    assert (len(made.places) == 1) == (allowed(line) and not marks)
    assert len(made.problems) == 1 - len(made.places)


@given(st.lists(turns(), min_size=1, max_size=5))
def test_the_arrays_are_those_of_the_models(some: list[Turn]) -> None:
    part = Part()
    for number, turn in enumerate(some):
        part.take(number, json.dumps(turn.json_dict()).encode())
    fast, slow = block(part.turns), block(some)
    assert fast.keys() == slow.keys()
    for name, values in slow.items():
        np.testing.assert_array_equal(fast[name], values)
        assert fast[name].dtype == values.dtype


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"5", b'"x"', b"\xff", b'{"schema":' * 2000, b'{"id": NaN}'])
def test_what_is_no_turn_is_a_problem(line: bytes) -> None:
    ((_, problem),) = read(line).problems
    assert isinstance(problem, Problem)


def test_a_name_that_ends_with_a_line_end_is_no_name() -> None:
    with pytest.raises(msgspec.ValidationError):
        decoder().decode(changed(("id",), "a\n"))


def test_of_a_key_that_is_there_twice_the_last_counts_as_in_the_model() -> None:
    line = json.dumps(BASE).encode().replace(b'"id": "a"', b'"id": "a", "id": "b"')
    assert decoder().decode(line).id == Turn.model_validate_json(line).id == "b"
