"""A session of LiveKit Agents made by hand, as each of its logs has it. Shapes: livekit-agents 1.8.9.

Three exchanges: a plain one; one with a pause of 700 ms that a reply falls into; one that the user interrupts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

EPOCH = 1_795_000_000.0


@dataclass(frozen=True)
class Said:
    """An exchange, in seconds since the session's start."""

    reply: str
    speech: tuple[tuple[float, float], ...]
    final: float
    commit: float
    request: float
    first: float
    done: float
    tts: float
    audio: float
    sound: tuple[float, float]
    text: str
    tokens: int
    lead: float = 0.02
    failed: float = 0.0
    """An attempt that was given up after so long."""


EXCHANGES = (
    Said("speech_a", ((1.0, 3.0),), 3.2, 3.5, 3.52, 4.02, 4.4, 4.2, 4.4, (4.41, 6.4), "Sure. Where to?", 6),
    Said("speech_b", ((8.0, 9.0),), 9.1, 9.5, 9.52, 9.7, 9.9, 9.75, 9.8, (9.81, 9.95), "When is it?", 4),
    Said(
        "speech_c",
        ((9.7, 11.0),),
        11.2,
        11.5,
        11.52,
        13.0,
        13.3,
        13.1,
        13.3,
        (13.31, 15.5),
        "In May, then.",
        5,
        0.02,
        1.0,
    ),
    Said("speech_d", ((14.8, 16.8),), 17.0, 17.3, 17.32, 17.7, 18.0, 17.8, 17.95, (17.96, 19.0), "Good.", 2),
)


def iso(at: float) -> str:
    return datetime.fromtimestamp(EPOCH + at, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def span(name: str, id: str, parent: str | None, start: float, end: float, **attributes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "context": {"trace_id": "0xabc", "span_id": id, "trace_state": "[]"},
        "parent_id": parent,
        "start_time": iso(start),
        "end_time": iso(end),
        "attributes": {key.replace("__", "."): value for key, value in attributes.items()},
        "events": [],
    }


def spans(exchanges: tuple[Said, ...] = EXCHANGES) -> list[dict[str, Any]]:
    found = []
    for one in exchanges:
        user, turn, r = f"u{one.reply}", f"t{one.reply}", one.reply
        for place, (start, end) in enumerate(one.speech):
            found.append(span("user_speaking", f"{user}{place}", user, start, end))
        events = [{"received_at": EPOCH + one.final, "type": "final_transcript", "transcript_length": 9}]
        found.append(span("eou_wait", f"w{r}", user, one.speech[-1][1], one.commit, lk__eou__outcome="committed"))
        found.append(span("on_user_turn_completed", f"c{r}", user, one.commit, one.commit + one.lead))
        found.append(
            span(
                "user_turn",
                user,
                "root",
                one.speech[0][0],
                one.commit + 0.03,
                **{"lk.stt.events": json.dumps(events), "lk.pii.user_transcript": "to Rome in May"},
            )
        )
        llm = {"ttft": one.first - one.request, "duration": one.done - one.request, "completion_tokens": one.tokens}
        again = one.request + one.failed
        if one.failed:
            found.append(span("llm_request_run", f"x{r}", f"l{r}", one.request, again, lk__retry_count=0))
        found.append(span("llm_request_run", f"y{r}", f"l{r}", again, one.done, lk__retry_count=1))
        found.append(
            span("llm_request", f"l{r}", f"n{r}", one.request, one.done, **{"lk.llm_metrics": json.dumps(llm)})
        )
        said = {"lk.pii.response.text": one.text, "lk.pii.response.function_calls": "[]"}
        found.append(span("llm_node", f"n{r}", turn, one.request, one.done, **said))
        tts = {"ttfb": one.audio - one.tts, "duration": one.audio - one.tts, "audio_duration": 1.8}
        said = {"lk.tts_metrics": json.dumps(tts), "lk.pii.input_text": one.text}
        found.append(span("tts_request", f"q{r}", f"o{r}", one.tts, one.audio, **said))
        found.append(span("tts_node", f"o{r}", turn, one.tts, one.audio))
        found.append(span("agent_speaking", f"s{r}", turn, *one.sound))
        whole: dict[str, Any] = {
            "lk.speech_id": one.reply,
            "lk.e2e_latency": one.sound[0] - one.speech[-1][1],
            "lk.on_user_turn_completed_delay": one.lead,
        }
        found.append(span("agent_turn", turn, "root", one.commit, one.sound[1], **whole))
    found.append(span("agent_session", "root", None, 0.0, 20.0))
    return found


def metrics(exchanges: tuple[Said, ...] = EXCHANGES) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in exchanges:
        end = one.speech[-1][1]
        found += [
            {
                "type": "eou_metrics",
                "timestamp": EPOCH + one.commit + one.lead,
                "end_of_utterance_delay": one.commit - end,
                "transcription_delay": one.final - end,
                "on_user_turn_completed_delay": one.lead,
                "speech_id": one.reply,
            },
            {
                "type": "llm_metrics",
                "timestamp": EPOCH + one.done,
                "ttft": one.first - one.request,
                "duration": one.done - one.request,
                "cancelled": False,
                "completion_tokens": one.tokens,
                "speech_id": one.reply,
            },
            {
                "type": "tts_metrics",
                "timestamp": EPOCH + one.audio,
                "ttfb": one.audio - one.tts,
                "duration": one.audio - one.tts,
                "audio_duration": 1.8,
                "cancelled": False,
                "speech_id": one.reply,
            },
        ]
    return found


def messages(exchanges: tuple[Said, ...] = EXCHANGES) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in exchanges:
        start, end = one.speech[0][0], one.speech[-1][1]
        user = {
            "started_speaking_at": EPOCH + start,
            "stopped_speaking_at": EPOCH + end,
            "transcription_delay": one.final - end,
            "end_of_turn_delay": one.commit - end,
            "on_user_turn_completed_delay": one.lead,
        }
        agent = {
            "started_speaking_at": EPOCH + one.sound[0],
            "stopped_speaking_at": EPOCH + one.sound[1],
            "llm_node_ttft": one.first - one.request,
            "llm_node_tps": 20.0,
            "tts_node_ttfb": one.audio - one.tts,
            "e2e_latency": one.sound[0] - end,
        }
        found.append(
            {"id": f"i{one.reply}", "type": "message", "role": "user", "content": ["to Rome"], "metrics": user}
        )
        found.append(
            {"id": f"j{one.reply}", "type": "message", "role": "assistant", "content": [one.text], "metrics": agent}
        )
    return found


def report(exchanges: tuple[Said, ...] = EXCHANGES) -> dict[str, Any]:
    events: list[dict[str, Any]] = []
    for one in exchanges:
        for start, end in one.speech:
            events.append({"type": "user_state_changed", "new_state": "speaking", "created_at": EPOCH + start})
            events.append({"type": "user_state_changed", "new_state": "listening", "created_at": EPOCH + end})
        said = {"type": "user_input_transcribed", "transcript": "to Rome in May", "is_final": True}
        events.append(said | {"created_at": EPOCH + one.final})
        events.append({"type": "agent_state_changed", "new_state": "speaking", "created_at": EPOCH + one.sound[0]})
        events.append({"type": "agent_state_changed", "new_state": "listening", "created_at": EPOCH + one.sound[1]})
    return {
        "job_id": "job_1",
        "room_id": "RM_1",
        "room": "room",
        "events": sorted(events, key=lambda event: event["created_at"]),
        "options": {
            "allow_interruptions": True,
            "min_interruption_duration": 0.5,
            "min_interruption_words": 0,
            "min_endpointing_delay": 0.5,
            "max_endpointing_delay": 3.0,
            "preemptive_generation": {"enabled": False, "preemptive_tts": False, "max_retries": 3},
        },
        "chat_history": {"items": messages(exchanges)},
        "sdk_version": "1.8.9",
    }


def lines(objects: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(held).encode() + b"\n" for held in objects)


def text_log(exchanges: tuple[Said, ...] = EXCHANGES) -> bytes:
    """A log of version 0.x: the metrics inside of the messages of JSON records."""
    found: list[dict[str, Any]] = [{"message": "user has picked up", "level": "INFO", "timestamp": iso(0.5)}]
    for one in exchanges:
        end, named = one.speech[-1][1], f"sequence_id={one.reply}"
        eou = f"end_of_utterance_delay={one.commit - end:.2f}, transcription_delay={one.final - end:.2f}"
        said = (
            (one.commit, f"EOU metrics: {named}, {eou}"),
            (one.done, f"LLM metrics: {named}, ttft={one.first - one.request:.2f}, output_tokens={one.tokens}"),
            (one.audio, f"TTS metrics: {named}, ttfb={one.audio - one.tts:.2f}, audio_duration=1.80"),
        )
        found += [{"message": f"Pipeline {held}", "level": "INFO", "timestamp": iso(at)} for at, held in said]
    return lines(found)
