"""What Agora tells of two conversations, made from its documented shapes."""

from __future__ import annotations

from typing import Any

AT = 1_774_579_820_147
"""Begin of the session, ms since 1970."""


def turn(number: int, kind: str = "voice_input", end: str = "ok", *, segments: dict[str, float]) -> dict[str, Any]:
    started = AT + number * 10_000
    return {
        "agent_id": "A42",
        "channel": "room",
        "turn_id": number,
        "start": {"start_at": started, "type": kind, "metadata": {"speech_duration_ms": 1500}},
        "end": {"end_at": started + 6000, "type": end, "metadata": {"playback_duration_ms": 3000}},
        "metrics": {
            "e2e_latency_ms": sum(segments.values()),
            "segmented_latency_ms": [{"name": name, "latency": ms} for name, ms in segments.items()],
        },
    }


FULL: dict[str, float] = {
    "transport": 420,
    "algorithm_processing": 740,
    "asr_ttlw": 200,
    "llm_ttft": 281,
    "llm_ftfs": 50,
    "tts_ttfb": 153,
}


def turns() -> dict[str, Any]:
    """A page of GET .../turns: a greeting, two turns, one that was interrupted."""
    return {
        "agent_id": "A42",
        "channel": "room",
        "total_turn_count": 4,
        "pagination": {"page_index": 1, "total_pages": 1, "is_last_page": True},
        "turns": [
            turn(1, "greeting", segments={"tts_ttfb": 337}),
            turn(2, segments=FULL),
            turn(3, "voice_input", "interrupted", segments=FULL),
            turn(4, segments={name: ms for name, ms in FULL.items() if name != "transport"}),
        ],
    }


def webhook(kind: int, payload: dict[str, Any]) -> dict[str, Any]:
    return {
        "noticeId": f"n{kind}",
        "productId": 17,
        "eventType": kind,
        "notifyMs": AT + 90_000,
        "payload": {"agent_id": "B7", "channel": "room", "start_ts": AT, "stop_ts": AT + 90_000, **payload},
    }


def events() -> list[dict[str, Any]]:
    """Webhooks of another session: 112 with an object of segments, 111 with one turn more, 103 with speech times."""
    segments = {"algorithm_processing": 720, "asr_ttlw": 141, "llm_ttft": 270, "tts_ttfb": 90}
    finished = turn(2, segments={}) | {"agent_id": "B7"}
    finished["start"] = {"start_at": AT + 20_000, "type": "voice_input"}
    finished["metrics"] = {"e2e_latency_ms": 1221, "segmented_latency_ms": segments}
    measures = {"turn_id": 3, "asr_ttlw": 103, "llm_ttfb": 306, "llm_ttfs": 948, "tts_ttfb": 106}
    said = {"role": "user", "content": "a b", "speech_start_ms": AT + 19_000, "speech_end_ms": AT + 21_250}
    return [
        webhook(112, {"total_turn_count": 1, "is_truncated": False, "turns": [finished]}),
        webhook(111, {"metrics": [{"turn_id": 1, "tts_ttfb": 61}, measures]}),
        webhook(103, {"contents": [said, {"role": "assistant", "content": "c d"}]}),
    ]
