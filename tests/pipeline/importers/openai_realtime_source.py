"""Events of OpenAI Realtime as a client receives them, made from the types of openai 3.54.0."""

import base64
import json
from typing import Any

EPOCH = 1_765_000_000.0
SILENCE, PREFIX = 600, 300
PCM = base64.b64encode(b"\0" * 8 * 200).decode()
"""200 ms of audio."""

Event = dict[str, Any]
Timed = tuple[float, Event]

SERVER_VAD = {"type": "server_vad", "threshold": 0.5, "silence_duration_ms": SILENCE, "prefix_padding_ms": PREFIX}


def opening(detection: Event | None = None, name: str = "sess_1") -> list[Timed]:
    session = {"id": name, "type": "realtime", "audio": {"input": {"turn_detection": {"type": "server_vad"}}}}
    sound = {"format": {"type": "audio/pcmu"}}
    updated = {"id": name, "audio": {"input": {"turn_detection": detection or SERVER_VAD}, "output": sound}}
    return [
        (0.0, {"type": "session.created", "session": session}),
        (0.2, {"type": "session.updated", "session": updated}),
    ]


def spoken(item: str, start: float, end: float, heard: bool = True) -> list[Timed]:
    """Speech from `start` to `end`: reported after its silence, with the padding and the silence in the offsets."""
    stopped = end + SILENCE / 1000
    offsets = {"audio_start_ms": round(start * 1000) - PREFIX, "audio_end_ms": round(stopped * 1000)}
    events: list[Timed] = [
        (
            start + 0.1,
            {"type": "input_audio_buffer.speech_started", "item_id": item, "audio_start_ms": offsets["audio_start_ms"]},
        ),
        (
            stopped,
            {"type": "input_audio_buffer.speech_stopped", "item_id": item, "audio_end_ms": offsets["audio_end_ms"]},
        ),
        (stopped + 0.01, {"type": "input_audio_buffer.committed", "item_id": item}),
    ]
    if heard:
        transcript = {"item_id": item, "content_index": 0, "transcript": "what is the weather"}
        kind = "conversation.item.input_audio_transcription.completed"
        events.append((stopped + 0.3, {"type": kind, **transcript}))
    return events


def answered(name: str, created: float, first: float, pieces: int, cut: float | None = None) -> list[Timed]:
    """A response with so many pieces of 200 ms of audio, which are sent faster than they play."""
    ids = {"response_id": name, "item_id": f"item_{name}"}
    events: list[Timed] = [
        (created, {"type": "response.created", "response": {"id": name, "status": "in_progress"}}),
        (first - 0.02, {"type": "response.output_audio_transcript.delta", **ids, "delta": "It is"}),
    ]
    for place in range(pieces):
        events.append((first + place * 0.03, {"type": "response.output_audio.delta", **ids, "delta": PCM}))
    done = first + pieces * 0.03 if cut is None else cut
    said = {"transcript": "It is sunny, and warm too."}
    events.append((done, {"type": "response.output_audio_transcript.done", **ids, **said}))
    status = "completed" if cut is None else "cancelled"
    events.append((done, {"type": "response.done", "response": {"id": name, "status": status}}))
    return events


def tool(name: str, created: float, called: float, result: float) -> list[Timed]:
    item = {"id": f"item_{name}", "type": "function_call", "name": "weather"}
    output = {"type": "function_call_output", "call_id": "call_1", "output": "{}"}
    done = {"id": name, "status": "completed", "output": [item]}
    return [
        (created, {"type": "response.created", "response": {"id": name, "status": "in_progress"}}),
        (called, {"type": "response.function_call_arguments.done", "response_id": name, "item_id": item["id"]}),
        (called + 0.01, {"type": "response.done", "response": done}),
        (result, {"type": "conversation.item.added", "item": output}),
    ]


def call(detection: Event | None = None, name: str = "sess_1") -> list[Timed]:
    """A plain turn; one in two stretches, its first response cancelled unheard; one with a tool; one interrupted."""
    events = [
        *opening(detection, name),
        *spoken("u1", 1.0, 3.0),
        *answered("r1", 3.62, 4.1, 10),
        *spoken("u2", 8.0, 9.0),
        (9.62, {"type": "response.created", "response": {"id": "r2", "status": "in_progress"}}),
        (9.9, {"type": "response.done", "response": {"id": "r2", "status": "cancelled"}}),
        *spoken("u3", 9.8, 11.0),
        *answered("r3", 11.62, 12.0, 10),
        *spoken("u4", 16.0, 17.0),
        *tool("r4", 17.62, 18.0, 18.5),
        *answered("r5", 18.6, 19.1, 10),
        *spoken("u5", 20.0, 21.5),
        (20.2, {"type": "conversation.item.truncated", "item_id": "item_r5", "content_index": 0, "audio_end_ms": 1100}),
        *answered("r6", 22.12, 22.6, 5),
    ]
    return sorted(events, key=lambda one: one[0])


def numbered(events: list[Timed]) -> list[Timed]:
    return [(at, {"event_id": f"event_{place}", **event}) for place, (at, event) in enumerate(events)]


def json_lines(events: list[Timed]) -> bytes:
    return b"\n".join(json.dumps({"received_at": EPOCH + at, "event": one}).encode() for at, one in numbered(events))


def bare(events: list[Timed]) -> bytes:
    return b"\n".join(json.dumps(event).encode() for _, event in numbered(events))


def printed(events: list[Timed]) -> bytes:
    """As a logger prints dicts, a time before each."""
    lines = []
    for at, event in numbered(events):
        second = 26400 + at
        clock = f"{int(second // 3600):02}:{int(second // 60) % 60:02}:{second % 60:06.3f}"
        lines.append(f"2025-12-06 {clock.replace('.', ',')} - DEBUG - received {event!r}")
    return "\n".join(lines).encode()


def models(events: list[Timed]) -> bytes:
    """As the SDK's models print themselves, and nothing else."""

    def shown(value: Any) -> str:
        if isinstance(value, dict):
            return f"Held({', '.join(f'{key}={shown(one)}' for key, one in value.items())})"
        return repr(value)

    return "\n".join(shown(event).replace("Held", "Event", 1) for _, event in numbered(events)).encode()


def files() -> dict[str, bytes]:
    return {"events.jsonl": json_lines(call()), "client.log": printed(call(name="sess_2"))}
