from dataclasses import fields

import numpy as np
import pytest

from pipeline.turns.builder import from_turns, grouped, ungrouped
from pipeline.turns.columns import Columns
from pipeline.turns.rows import rows
from stages.turn import Turn

LINES = [
    {
        "schema": "turntempo.turn/2",
        "id": "b0",
        "session": "b",
        "index": 0,
        "speech": {"end_ms": 900, "eot_score": None},
    },
    {
        "schema": "turntempo.turn/2",
        "id": "a0",
        "session": "a",
        "index": 3,
        "speech": {
            "pauses": [
                {"at_ms": 400, "ms": 250.5, "eot_score": 0.25},
                {"at_ms": 800, "ms": 300, "eot_score": None, "release_ms": 7, "onset_lag_ms": 9},
            ],
            "end_ms": 1500,
            "eot_score": 0.5,
            "release_ms": 40,
        },
        "network": {"up_ms": 20, "down_ms": 0},
        "asr": {"final_ms": 210},
        "llm": {"ttft_ms": [10000, None], "fallback_ttft_ms": 300, "clause_tokens": 2, "reply_tokens": 9},
        "tts": {"ttfb_ms": [None], "fallback_ttfb_ms": None},
        "overlaps": [
            {"at_ms": 0.5, "ms": 100, "kind": "echo", "words": 0, "score": None},
            {"at_ms": 700, "ms": 100, "kind": "interrupt", "words": 4, "score": 0.75},
        ],
        "history": {"tokens_per_turn": 30, "turns": 4, "needs": 1},
        "censored": ["llm.ttft_ms[0]"],
        "response_ms": 1210.25,
    },
    {"schema": "turntempo.turn/2", "id": "b1", "session": "b", "speech": {"pauses": [], "end_ms": 901}, "overlaps": []},
]


@pytest.fixture
def columns() -> Columns:
    return from_turns(Turn.model_validate(line) for line in LINES)


def assert_same(a: Columns, b: Columns) -> None:
    for field in fields(Columns):
        left, right = getattr(a, field.name), getattr(b, field.name)
        assert left.dtype == right.dtype, field.name
        assert np.array_equal(left, right, equal_nan=left.dtype.kind == "f"), field.name


def test_rows_in_recorded_order_build_the_same_columns_again(columns: Columns) -> None:
    again = from_turns(Turn.model_validate(row) for row in rows(columns, columns.in_recorded_order()))
    assert_same(again, columns)


def test_arrays_in_recorded_order_group_to_the_same_columns_again(columns: Columns) -> None:
    assert_same(grouped(ungrouped(columns, columns.in_recorded_order())), columns)


def test_a_row_says_what_the_turn_said(columns: Columns) -> None:
    (row,) = rows(columns, np.array([columns.find("a0")]))
    said = Turn.model_validate(LINES[1])
    assert Turn.model_validate(row).model_dump() == said.model_dump()


def test_what_is_unknown_is_left_out_and_what_is_known_to_be_empty_is_kept(columns: Columns) -> None:
    first, _, last = rows(columns, columns.in_recorded_order())
    assert "pauses" not in first["speech"]
    assert "overlaps" not in first
    assert last["speech"]["pauses"] == last["overlaps"] == []


def test_one_attempt_that_was_not_seen_is_not_the_same_as_none_recorded(columns: Columns) -> None:
    first, second, _ = rows(columns, columns.in_recorded_order())
    assert second["tts"]["ttfb_ms"] == [None]
    assert "ttfb_ms" not in first["tts"]
