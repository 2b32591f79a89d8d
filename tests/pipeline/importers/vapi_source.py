"""Calls of Vapi as its API gives them, and lines of a call's log: made from the types of vapi-server-sdk 3.0.0."""

import json
from typing import Any

EPOCH_MS = 1_765_000_000_000.0

TURNS = (
    {"transcriber": 232, "endpointing": 1501, "model": 532, "voice": 406, "turn": 2719},
    {"transcriber": 190, "endpointing": 110, "model": 610, "voice": 380, "turn": 1310},
    {"transcriber": 205, "endpointing": 104, "model": 580, "voice": 395, "turn": 1302},
)


def latency(turn: dict[str, int]) -> dict[str, int]:
    return {f"{name}Latency": value for name, value in turn.items()}


def message(role: str, start: float, end: float, text: str) -> dict[str, Any]:
    """`duration` is in ms, as real calls have it."""
    return {
        "role": role,
        "message": text,
        "time": EPOCH_MS + start * 1000,
        "endTime": EPOCH_MS + end * 1000,
        "secondsFromStart": start,
        "duration": (end - start) * 1000,
    }


def messages() -> list[dict[str, Any]]:
    called, result = EPOCH_MS + 14_500, EPOCH_MS + 14_900
    return [
        {"role": "system", "message": "You are a clerk.", "time": EPOCH_MS, "secondsFromStart": 0},
        message("bot", 0.5, 2.5, "Thank you for calling."),
        message("user", 3.0, 5.0, "I want to book a table"),
        message("bot", 7.7, 10.7, "Sure. For how many people, and when?"),
        message("user", 12.0, 13.0, "For two,"),
        message("user", 13.2, 14.0, "at eight."),
        {"role": "tool_calls", "toolCalls": [{"id": "t1"}], "message": "", "time": called, "secondsFromStart": 14.5},
        {"role": "tool_call_result", "toolCallId": "t1", "name": "find", "result": "{}", "time": result},
        message("bot", 15.3, 17.3, "Done, a table for two."),
        message("user", 18.0, 18.6, "Thanks."),
        message("bot", 19.9, 20.9, "Goodbye!"),
    ]


def call(name: str = "call-7f3a", **changed: Any) -> dict[str, Any]:
    return {
        "id": name,
        "orgId": "org-1",
        "type": "webCall",
        "status": "ended",
        "startedAt": "2025-12-06T05:46:40.000Z",
        "assistant": {
            "startSpeakingPlan": {"transcriptionEndpointingPlan": {"onNoPunctuationSeconds": 1.5}},
            "stopSpeakingPlan": {"numWords": 2},
            "transcriber": {"provider": "deepgram", "model": "nova-3", "keywords": ["secret"]},
            "model": {"messages": [{"role": "system", "content": "You are a clerk."}]},
        },
        "artifact": {
            "messages": messages(),
            "performanceMetrics": {
                "turnLatencies": [latency(turn) for turn in TURNS],
                "turnLatencyAverage": 1910,
                "numAssistantInterrupted": 1,
            },
        },
    } | changed


def report() -> dict[str, Any]:
    """The body of the webhook at the end of a call: what it has is beside the call."""
    whole = call()
    inner = {"id": "call-9c11", "orgId": "org-1", "type": "inboundPhoneCall"}
    given = {key: whole[key] for key in ("artifact", "assistant")}
    return {"message": {"type": "end-of-call-report", "endedReason": "customer-ended-call", "call": inner, **given}}


LINE = "Turn latency: {turn}ms (transcriber: {transcriber}ms, endpointing: {endpointing}ms, kb: {kb}, "
LINE += "model: {model}ms, voice: {voice}ms)"


def log(plus: int = 0) -> bytes:
    lines = ["2025-12-06T05:46:40.100Z [INFO] Call started"]
    for place, turn in enumerate(TURNS):
        held = {name: value + plus for name, value in turn.items()}
        kb = "N/A" if place != 1 else "48ms"
        lines.append(f"2025-12-06T05:47:0{place}.000Z [LOG] {LINE.format(**held, kb=kb)}")
    return "\n".join(lines).encode()


def files() -> dict[str, bytes]:
    return {
        "call.json": json.dumps(call(), indent=1).encode(),
        "call_log.txt": log(plus=10),
        "webhook.json": json.dumps(report()).encode(),
    }
