import copy
from typing import Any

import pytest
from pydantic import ValidationError

from stages.turn import Turn

WHOLE: dict[str, Any] = {
    "schema": "turntempo.turn/2",
    "id": "t1",
    "session": "s1",
    "index": 2,
    "speech": {
        "pauses": [{"at_ms": 400, "ms": 250.5, "eot_score": None}, {"at_ms": 900, "ms": 300, "release_ms": 20}],
        "end_ms": 1500,
        "eot_score": 0.9,
    },
    "network": {"up_ms": 30, "down_ms": 40},
    "asr": {"final_ms": 250},
    "llm": {"ttft_ms": [500, None], "token_ms": 20, "clause_tokens": 2, "sentence_tokens": 8, "reply_tokens": 30},
    "tts": {"ttfb_ms": [150], "ms_per_token": 200},
    "overlaps": [{"at_ms": 100, "ms": 300, "kind": "backchannel", "words": 1, "score": 0.1}],
    "history": {"tokens_per_turn": 50, "turns": 2, "needs": 1},
    "censored": ["asr.final_ms"],
    "response_ms": 1400,
}


def test_a_turn_reads_back_as_it_was_written() -> None:
    assert Turn.model_validate(WHOLE).json_dict() == WHOLE


def test_only_schema_id_session_and_the_end_of_speech_must_be_there() -> None:
    turn = Turn.model_validate({"schema": "turntempo.turn/2", "id": "t", "session": "s", "speech": {"end_ms": 900}})
    assert turn.speech.pauses is None
    assert turn.overlaps is None
    assert turn.llm.ttft_ms is None


def changed(path: str, value: Any) -> dict[str, Any]:
    data = copy.deepcopy(WHOLE)
    target: Any = data
    *way, last = path.split(".")
    for step in way:
        target = target[int(step) if step.isdigit() else step]
    target[int(last) if last.isdigit() else last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        ("speech.end_ms", 1100, "end_ms must not come before the end of the last pause"),
        ("speech.pauses.1.at_ms", 600, "must be in order and must not overlap"),
        ("speech.pauses.0.ms", -1, "greater than or equal to 0"),
        ("speech.end_ms", float("nan"), "finite number"),
        ("speech.eot_score", 1.5, "less than or equal to 1"),
        ("llm.sentence_tokens", 31, "sentence_tokens <= reply_tokens must hold"),
        ("llm.clause_tokens", 9, "clause_tokens <= sentence_tokens must hold"),
        ("llm.ttft_ms", [], "at least 1 item"),
        ("tts.ttfb_ms", [1] * 7, "at most 6 items"),
        ("overlaps.0.kind", "cough", "'interrupt', 'backchannel', 'noise' or 'echo'"),
        ("overlaps", [{"at_ms": 0, "ms": 50, "kind": "noise"}, {"at_ms": 20, "ms": 5, "kind": "echo"}], "in order"),
        ("network.up", 3, "Extra inputs are not permitted"),
        ("id", "", "at least 1 character"),
        ("schema", "turntempo.turn/9", "turntempo.turn/2"),
    ],
)
def test_a_turn_that_breaks_a_rule_is_refused(path: str, value: Any, rule: str) -> None:
    with pytest.raises(ValidationError, match=rule):
        Turn.model_validate(changed(path, value))
