"""Calls of Retell as its API gives them, made from the types of retell-sdk 6.2.13."""

import json
from typing import Any

E2E = [1300, 1100, 1500]
LLM = [520, 480, 640]
TTS = [210, 190, 230]


def words(start: float, text: str, pace: float = 0.3, gap_after: int | None = None, gap: float = 0.0) -> list[Any]:
    """A word every `pace` seconds, and `gap` more after one of them."""
    found = []
    for place, word in enumerate(text.split()):
        begin = start + place * pace + (gap if gap_after is not None and place > gap_after else 0.0)
        found.append({"word": word, "start": round(begin, 3), "end": round(begin + pace, 3)})
    return found


def utterance(role: str, start: float, text: str, **held: Any) -> dict[str, Any]:
    meta = {"metadata": {"is_backchannel": True}} if held.pop("backchannel", False) else {}
    return {"role": role, "content": text, "words": words(start, text, **held), **meta}


def transcript() -> list[dict[str, Any]]:
    """The greeting; a turn with a pause of 0.9 s; a turn whose reply is interrupted; a turn with a backchannel."""
    return [
        utterance("agent", 0.5, "Hello, this is the clinic."),
        utterance("user", 3.0, "I want to book a visit", gap_after=2, gap=0.9),
        utterance("agent", 7.0, "Sure. On which day do you want to come?"),
        utterance("user", 11.0, "On Monday in the morning"),
        utterance("agent", 13.6, "Monday at nine is free, and ten is too, shall I"),
        utterance("user", 16.0, "ten is good please", pace=0.25),
        utterance("agent", 16.2, "mhm", backchannel=True),
        utterance("agent", 18.5, "Done. See you on Monday."),
    ]


def latency(values: list[int]) -> dict[str, Any]:
    ordered = sorted(values)
    return {"p50": ordered[len(values) // 2], "p90": ordered[-1], "num": len(values), "values": values}


def call(name: str = "call_a1", **changed: Any) -> dict[str, Any]:
    return {
        "call_id": name,
        "agent_id": "agent_1",
        "agent_version": 3,
        "call_type": "web_call",
        "call_status": "ended",
        "start_timestamp": 1765000000000,
        "transcript": "Agent: Hello ...",
        "transcript_object": transcript(),
        "latency": {"e2e": latency(E2E), "llm": latency([400, *LLM]), "tts": latency([180, *TTS])},
    } | changed


def files() -> dict[str, bytes]:
    lines = [{"event": "call_ended", "call": call(name)} for name in ("call_b2", "call_b3")]
    return {
        "call.json": json.dumps(call(), indent=1).encode(),
        "webhooks.jsonl": "\n".join(json.dumps(line) for line in lines).encode(),
    }
