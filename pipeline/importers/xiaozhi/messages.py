"""The JSON messages between a xiaozhi device and its server, with the time at which they were seen.

Source: 78/xiaozhi-esp32, main/protocols/protocol.cc and docs/websocket_zh.md; of the server,
core/handle/sendAudioHandle.py.
The messages have no time of their own. `tts start` follows the transcript at once, before the LLM is asked: the first
sound is `tts sentence_start`.
"""

from __future__ import annotations

from pipeline.importers.json_values import Object, group, number, parsed, text
from pipeline.importers.moments import ms_of
from pipeline.importers.xiaozhi.events import Event, Kind

TIMES = ("ts", "time", "timestamp", "at", "tst", "received_at", "t")
"""Names under which captures write when a message was seen; `tst` is mosquitto_sub's (`-F %j`)."""

PAYLOADS = ("payload", "message", "msg", "data")

_KINDS: dict[tuple[str, str | None], Kind] = {
    ("listen", "stop"): "listen_stop",
    ("listen", "detect"): "wake",
    ("stt", None): "final",
    ("tts", "sentence_start"): "sound",
    ("tts", "stop"): "end",
    ("abort", None): "abort",
}

TYPES = frozenset({"hello", "listen", "stt", "llm", "tts", "abort", "iot", "mcp"})


def message_of(held: Object) -> Object | None:
    """The message that a captured line holds: the line itself, or what stands under `payload`; None: none."""
    if _is_message(held):
        return held
    return next((one for key in PAYLOADS if key in held and _is_message(one := group(held, key))), None)


def _is_message(held: Object) -> bool:
    kind = text(held, "type")
    return kind in TYPES and (kind != "listen" or "state" in held)


def time_of(held: Object) -> float | None:
    """When a captured line was seen, in ms since 1970."""
    return next((at for key in TIMES if key in held and (at := ms_of(held[key])) is not None), None)


def event_of(message: Object, at: float) -> Event | None:
    """What a message tells; None: nothing of a turn."""
    kind, state = text(message, "type") or "", text(message, "state")
    found = _KINDS.get((kind, state)) or _KINDS.get((kind, None))
    return Event(at, found, session=text(message, "session_id") or "") if found else None


def is_message(held: Object) -> bool:
    """Whether a captured line is surely one of a xiaozhi device: with a state that only it has."""
    message = message_of(held)
    if message is None or time_of(held) is None:
        return False
    kind, state = text(message, "type"), text(message, "state")
    own = (kind == "listen" and state in ("start", "stop", "detect")) or (
        kind == "tts" and state in ("start", "stop", "sentence_start")
    )
    return own or (kind == "stt" and "text" in message and "session_id" in message)


def text_line(line: str) -> Object | None:
    """A captured line that is a time, and a message behind it: `mosquitto_sub -F "%U %t %p"`."""
    at, brace = line[:200].strip(), line.find("{")
    if brace < 8 or not at[:1].isdigit():
        return None
    message = parsed(line[brace:])
    if not isinstance(message, dict):
        return None
    first = at.split()[0]
    when: float | str = line[:brace]
    if number({"t": _float(first)}, "t") is not None and first.count("-") == 0:
        when = _float(first)
    return {"ts": when, "payload": message}


def _float(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return float("nan")
