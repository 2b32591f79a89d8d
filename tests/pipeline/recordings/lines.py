"""Valid and broken lines of recordings."""

from copy import deepcopy
from typing import Any

TURN: dict[str, Any] = {
    "schema": "turntempo.turn/2",
    "id": "t1",
    "session": "s1",
    "index": 0,
    "speech": {
        "pauses": [
            {"at_ms": 400, "ms": 250.5, "eot_score": 0.25},
            {"at_ms": 800, "ms": 300, "eot_score": None, "release_ms": 7, "onset_lag_ms": 9},
        ],
        "end_ms": 1500,
        "eot_score": 0.5,
        "release_ms": 40,
    },
    "network": {"up_ms": 20, "down_ms": 25},
    "asr": {"final_ms": 210},
    "llm": {
        "ttft_ms": [10000, None],
        "fallback_ttft_ms": 300,
        "token_ms": 12.5,
        "clause_tokens": 2,
        "sentence_tokens": 9,
        "reply_tokens": 30,
    },
    "tts": {"ttfb_ms": [150], "fallback_ttfb_ms": None, "ms_per_token": 240},
    "overlaps": [
        {"at_ms": 0, "ms": 100, "kind": "echo", "words": 0, "score": None},
        {"at_ms": 700, "ms": 400, "kind": "interrupt", "words": 4, "score": 0.75},
    ],
    "history": {"tokens_per_turn": 30, "turns": 4, "needs": 1},
    "censored": ["llm.ttft_ms[0]"],
    "response_ms": 1210.25,
}

BARE: dict[str, Any] = {"schema": "turntempo.turn/2", "id": "t2", "session": "s1", "speech": {"end_ms": 900}}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The turn with one field changed; the value `...` removes the field."""
    turn: Any = deepcopy(TURN)
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    inner = turn
    for part in way:
        inner = inner[part]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return dict(turn)
