from typing import Any

import numpy as np
import pytest

from pipeline.turns.builder import from_turns
from pipeline.turns.columns import Columns
from pipeline.turns.rows import turn_at, turn_dict
from stages.errors import IncompleteTurn
from stages.turn import Turn


def turn(name: str, session: str, **more: Any) -> dict[str, Any]:
    speech = {"pauses": [{"at_ms": 300, "ms": 200, "eot_score": None}], "end_ms": 900, "eot_score": None}
    plain: dict[str, Any] = {
        "schema": "turntempo.turn/2",
        "id": name,
        "session": session,
        "index": 0,
        "speech": speech | {"release_ms": 0, "onset_lag_ms": 0, "eot_delay_ms": 0},
        "network": {"up_ms": 20, "down_ms": 30},
        "asr": {"final_ms": 250, "interim_ms": 0},
        "llm": {"ttft_ms": [400, 500], "fallback_ttft_ms": None, "token_ms": 20, "prefill_ms_per_1k": 10}
        | {"clause_tokens": 3, "sentence_tokens": 9, "reply_tokens": 20},
        "tts": {"ttfb_ms": [150], "fallback_ttfb_ms": 90, "ms_per_token": 200},
        "overlaps": [{"at_ms": 10, "ms": 20, "kind": "echo", "words": 0, "score": None}],
    }
    return plain | more


def columns(*turns: dict[str, Any]) -> Columns:
    return from_turns(Turn.model_validate(one) for one in turns)


def test_a_turn_comes_back_from_the_columns_as_it_went_in() -> None:
    one, other = turn("a", "s"), turn("b", "s", overlaps=[], history={"tokens_per_turn": 9, "turns": 3, "needs": 1})
    found = columns(one, other)
    assert [turn_dict(found, 0), turn_dict(found, 1)] == [one, other]
    assert turn_at(found, 1) == Turn.model_validate(other)


def test_what_is_missing_stays_missing() -> None:
    bare = {"schema": "turntempo.turn/2", "id": "a", "session": "s", "speech": {"end_ms": 900}}
    found = columns(bare, turn("b", "s", llm={"ttft_ms": [400, None], "token_ms": 3}, censored=["asr.final_ms"]))
    assert turn_at(found, 0).speech.pauses is None
    assert turn_at(found, 0).overlaps is None
    assert turn_at(found, 0).llm.ttft_ms is None
    assert turn_at(found, 1).llm.ttft_ms == (400, None)
    assert turn_at(found, 1).censored == ("asr.final_ms",)
    with pytest.raises(IncompleteTurn, match="ttft_ms"):
        found.require_complete()


def test_a_mark_on_an_array_marks_each_of_its_draws() -> None:
    found = columns(turn("a", "s", censored=["llm.ttft_ms"]), turn("b", "s", censored=["llm.ttft_ms[1]"]))
    assert turn_at(found, 0).censored[:2] == ("llm.ttft_ms[0]", "llm.ttft_ms[1]")
    assert turn_at(found, 1).censored == ("llm.ttft_ms[1]",)


def test_interleaved_sessions_are_grouped_and_the_recorded_order_is_kept_beside() -> None:
    found = columns(turn("a1", "a"), turn("b1", "b"), turn("a2", "a"), turn("b2", "b"))
    assert [name.decode() for name in found.ids] == ["a1", "a2", "b1", "b2"]
    assert found.session_start.tolist() == [0, 2, 4]
    assert [found.ids[i].decode() for i in found.in_recorded_order()] == ["a1", "b1", "a2", "b2"]


def test_sessions_are_taken_out_with_their_pauses_and_overlaps() -> None:
    no_pause = turn("b1", "b", overlaps=[])
    no_pause["speech"]["pauses"] = []
    found = columns(turn("a1", "a"), no_pause, turn("c1", "c"), turn("c2", "c"))
    kept = found.of_sessions(np.array([1, 2]))
    assert [turn_dict(kept, i) for i in range(3)] == [turn_dict(found, i) for i in (1, 2, 3)]
    assert [name.decode() for name in kept.session_names] == ["b", "c"]
    assert kept.session_start.tolist() == [0, 1, 3]
    assert kept.find("c2") == 2
    assert kept.find("a1") is None


def test_columns_hold_a_typical_turn_in_400_bytes() -> None:
    pauses = [{"at_ms": 1000.0 * k, "ms": 300} for k in range(1, 3)]
    many = [turn(f"tutor-000123-{i:03}", f"tutor-{i // 8:06}") for i in range(400)]
    for one in many:
        one["speech"] |= {"pauses": pauses, "end_ms": 5000}
    assert columns(*many).nbytes / 400 <= 400
