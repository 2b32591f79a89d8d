"""A session of Pipecat made by hand, as each of its logs has it. Shapes: pipecat-ai 1.14.0.

Three turns: a plain one; one in which the user pauses and the reply is withdrawn unheard; one that is interrupted. Then
the interruption, which is answered.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

EPOCH = 1_795_000_000.0
START, STOP = 0.2, 0.2


@dataclass(frozen=True)
class Said:
    """A turn, in seconds since the session's start; the VAD's silence is when it takes the speech to have ended."""

    heard: tuple[tuple[float, float, float], ...]
    """Of each stretch of speech: the VAD's report of its begin, its silence, the final transcript."""
    asked: float
    first: float
    done: float
    spoke: float
    audio: float
    sound: float
    stopped: float
    interrupted: bool = False
    withdrawn: float | None = None
    """A request that the user's going on cancelled before its first token."""


TURNS = (
    Said(((1.2, 3.0, 3.3),), 3.31, 3.81, 4.4, 4.0, 4.2, 4.21, 6.0),
    Said(((8.2, 9.0, 9.3), (10.2, 11.5, 11.9)), 11.91, 12.2, 12.6, 12.4, 12.55, 12.56, 14.0, withdrawn=9.31),
    Said(((16.2, 17.0, 17.3),), 17.31, 17.6, 18.2, 17.8, 17.95, 17.96, 20.2, interrupted=True),
    Said(((20.2, 21.0, 21.4),), 21.41, 21.7, 22.0, 21.8, 21.95, 21.96, 23.0),
)
TEXT = "Sure. Where do you want to go?"


def iso(at: float) -> str:
    return datetime.fromtimestamp(EPOCH + at, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def span(name: str, id: str, parent: str | None, start: float, end: float, held: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "context": {"trace_id": "0xdef", "span_id": id, "trace_state": "[]"},
        "parent_id": parent,
        "start_time": iso(start),
        "end_time": iso(end),
        "attributes": held,
    }


def spans(turns: tuple[Said, ...] = TURNS) -> list[dict[str, Any]]:
    found = []
    for place, one in enumerate(turns):
        turn = f"turn{place}"
        for k, (begin, silence, final) in enumerate(one.heard):
            held = {"metrics.ttfb": final - silence, "transcript": "I want to go", "is_final": True}
            found.append(span("stt", f"s{place}{k}", turn, begin - START, final, held))
        if one.withdrawn is not None:
            found.append(span("llm", f"w{place}", turn, one.withdrawn, one.withdrawn + 0.1, {"metrics.ttfb": 0.5}))
        held = {"metrics.ttfb": one.first - one.asked, "output": TEXT}
        found.append(span("llm", f"l{place}", turn, one.asked, one.done, held))
        held = {"metrics.ttfb": one.audio - one.spoke, "text": TEXT}
        found.append(span("tts", f"v{place}", turn, one.spoke, one.audio + 0.2, held))
        end = one.stopped if one.interrupted else one.stopped + 1
        held = {
            "turn.number": place + 1,
            "conversation.id": "c1",
            "turn.user_bot_latency_seconds": one.sound - one.heard[-1][1],
            "turn.was_interrupted": one.interrupted,
        }
        found.append(span("turn", turn, "all", one.heard[0][0], end, held))
    found.append(span("conversation", "all", None, 0, 30, {"conversation.id": "c1"}))
    return found


def breakdowns(turns: tuple[Said, ...] = TURNS) -> list[dict[str, Any]]:
    return [breakdown(one) for one in turns]


def breakdown(one: Said) -> dict[str, Any]:
    silence, final = one.heard[-1][1:]
    ttfb = {"Stt#0": (silence, final), "Llm#0": (one.asked, one.first), "Tts#0": (one.spoke, one.audio)}
    wait = {"key": "endpointing_wait", "owner": "config: VAD stop_secs", "start_time": EPOCH + silence}
    return {
        "ttfb": [
            {"processor": name, "model": None, "start_time": EPOCH + start, "duration_secs": end - start}
            for name, (start, end) in ttfb.items()
        ],
        "contributions": [wait | {"duration_secs": STOP, "label": "endpointing wait", "owner_kind": "setting"}],
        "measured_from": "user_silence",
        "total_secs": one.sound - silence,
        "text_aggregation": {"processor": "Tts#0", "start_time": EPOCH + one.first, "duration_secs": 0.19},
        "user_turn_start_time": EPOCH + silence,
        "user_turn_secs": one.asked - 0.005 - silence,
        "function_calls": [],
    }


def with_tool(one: Said) -> dict[str, Any]:
    """The breakdown of a reply behind a function call of 300 ms."""
    held = breakdown(one)
    again = {"processor": "Llm#0", "model": None, "start_time": EPOCH + one.first + 0.4, "duration_secs": 0.25}
    held["ttfb"].insert(2, again)
    call = {"function_name": "f", "start_time": EPOCH + one.first + 0.05, "duration_secs": 0.3}
    return held | {"function_calls": [call], "total_secs": held["total_secs"] + 0.65}


def frames(turns: tuple[Said, ...] = TURNS) -> list[dict[str, Any]]:
    found: list[tuple[float, dict[str, Any]]] = [(0.0, metric("TTFB", "Stt#0", value=0.0))]
    for one in turns:
        for _, silence, final in one.heard:
            found.append((final, metric("TTFB", "Stt#0", value=final - silence)))
            score = {"is_complete": True, "probability": 0.8, "e2e_processing_time_ms": 40.0}
            found.append((silence + STOP + 0.05, metric("Turn", "SmartTurn", **score)))
        found.append((one.first, metric("TTFB", "Llm#0", value=one.first - one.asked)))
        found.append((one.spoke, metric("TextAggregation", "Tts#0", value=one.spoke - one.first)))
        found.append((one.audio, metric("TTFB", "Tts#0", value=one.audio - one.spoke)))
    ordered = sorted(found, key=lambda held: held[0])
    return [{"frame": "MetricsFrame", "timestamp": EPOCH + at, "data": [held]} for at, held in ordered]


def metric(kind: str, processor: str, **values: Any) -> dict[str, Any]:
    return {"type": f"{kind}MetricsData", "processor": processor, "model": None, **values}


def lines(objects: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(held).encode() + b"\n" for held in objects)


def text_log(turns: tuple[Said, ...] = TURNS) -> bytes:
    """The log of a version that reports the VAD's speech, as loguru prints it."""
    said: list[tuple[float, str, str]] = [(0.0, "pipecat:<module>:13", "Pipecat 1.2.0 (Python 3.12)")]
    for one in turns:
        for begin, silence, final in one.heard:
            said.append((begin, "pipecat.audio.vad:73", "VADProcessor#0: User started speaking"))
            said.append((silence + STOP, "pipecat.audio.vad:81", "VADProcessor#0: User stopped speaking"))
            said.append((final, "pipecat.metrics:175", f"SttService#0 TTFB: {final - silence:.3f}s"))
        said.append((one.asked, "pipecat.services.llm:9", "OpenAILLMService#0: Generating chat [[{'role': 'user'}]]"))
        said.append((one.first, "pipecat.metrics:175", f"OpenAILLMService#0 TTFB: {one.first - one.asked:.3f}s"))
        said.append((one.spoke, "pipecat.services.tts:53", f"CartesiaTTSService#0: Generating TTS [{TEXT}]"))
        said.append((one.audio, "pipecat.metrics:175", f"CartesiaTTSService#0 TTFB: {one.audio - one.spoke:.3f}s"))
        said.append((one.sound, "pipecat.transports.base_output:394", "Bot started speaking"))
        said.append((one.stopped, "pipecat.transports.base_output:401", "Bot stopped speaking"))
    ordered = sorted(said, key=lambda held: held[0])
    return "".join(f"{stamp(at)} | DEBUG    | {where} - {what}\n" for at, where, what in ordered).encode()


def stamp(at: float) -> str:
    return datetime.fromtimestamp(EPOCH + at, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
