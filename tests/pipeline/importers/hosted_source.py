"""A run of Home Assistant's Assist, and metric messages of Tencent TRTC, made from their documented shapes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

BEGIN = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def event(kind: str, at_ms: float, **data: Any) -> dict[str, Any]:
    return {"type": kind, "data": data, "timestamp": (BEGIN + timedelta(milliseconds=at_ms)).isoformat()}


def assist_run(vad_end: float | None = 2130.0, text_at: float | None = 3000.0) -> dict[str, Any]:
    """A run: speech from 500 to 1,430 ms, recognition 270 ms, first text 600 ms after the intent began."""
    ended = 2130.0 if vad_end is None else vad_end
    late = ended - 2130.0
    events = [
        event("run-start", 0, pipeline="p", language="en"),
        event("stt-start", 10, engine="stt.a"),
        event("stt-vad-start", 810, timestamp=800),
        *([event("stt-vad-end", ended + 10, timestamp=ended)] if vad_end is not None else []),
        event("stt-end", late + 2410, stt_output={"text": "a b"}),
        event("intent-start", late + 2415, engine="conversation.a", intent_input="a b"),
        *([event("intent-progress", late + text_at + 15, chat_log_delta={"content": "c"})] if text_at else []),
        event("intent-end", late + 4015, processed_locally=False, intent_output={}),
        event("tts-start", late + 4020, tts_input="Done, the light is on."),
        event("tts-end", late + 4420, tts_output={"url": "/a"}),
        event("run-end", late + 4430),
    ]
    return {"events": events}


def trtc_messages() -> list[dict[str, Any]]:
    """Two rounds; the second was interrupted."""
    rounds = {"r1": (1320, 410, 180), "r2": (1250, 380, 220)}
    names = ("asr_latency", "llm_first_token", "tts_first_frame_latency")
    found = [
        {
            "type": 10020,
            "sender": "bot",
            "payload": {"metric": name, "value": value, "tag": {"roundid": place}},
        }
        for place, values in rounds.items()
        for name, value in zip(names, values, strict=True)
    ]
    return [
        *found,
        {"type": 10020, "sender": "bot", "payload": {"metric": "interruption", "value": 1, "tag": {"roundid": "r2"}}},
    ]
