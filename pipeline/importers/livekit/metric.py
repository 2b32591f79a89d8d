"""Metrics of LiveKit Agents, as `metrics_collected` gives them or as a line of text.

Source: livekit-agents 1.8.9, metrics/base.py and metrics/utils.py. All values are in seconds.
"""

from __future__ import annotations

import re

import msgspec

from pipeline.importers.json_values import Object, group, number, parsed, text
from pipeline.importers.moments import ms_of, stamp_ms

KINDS = {"eou_metrics": "eou", "llm_metrics": "llm", "tts_metrics": "tts", "realtime_model_metrics": "llm"}
"""Type of a metric -> the stage; the others are of no use here."""

_LINE = re.compile(r"\b(EOU|LLM|TTS|STT|VAD|RealtimeModel)\s+metrics\b:?\s*(.*)", re.DOTALL)
_PAIR = re.compile(r"(?<!\w)(\w++)\s*+[=:]\s*+([-+0-9.eE]++|[\w.-]++)")
_NAMES = ("speech_id", "sequence_id")


class Metric(msgspec.Struct, frozen=True):
    """One metric. `at`: when it was emitted, in ms since 1970."""

    kind: str
    """eou, llm or tts."""
    reply: str | None
    at: float | None
    values: Object

    def ms(self, key: str) -> float | None:
        """A value in ms."""
        value = number(self.values, key)
        return None if value is None else value * 1000


def metric(held: Object) -> Metric | None:
    """The metric in an object: one itself, in `metrics` of an event, or in the message of a log record."""
    if text(held, "type") == "metrics_collected":
        held = group(held, "metrics")
    if (kind := KINDS.get(text(held, "type") or "")) is not None:
        return Metric(kind, text(held, "speech_id"), ms_of(held.get("timestamp")), held)
    message = text(held, "message") or text(held, "msg") or text(held, "event")
    if message is None:
        return None
    at = ms_of(held.get("timestamp")) or ms_of(held.get("time"))
    return metric_of_text(message, held, at)


def metric_of_text(line: str, beside: Object | None = None, at: float | None = None) -> Metric | None:
    """The metric in a line of text: its values as `name=value`, as JSON behind it, or in the record `beside` it."""
    found = _LINE.search(line)
    if found is None or (kind := found[1].lower()) not in ("eou", "llm", "tts", "realtimemodel"):
        return None
    values: Object = dict(beside or {})
    rest = found[2]
    brace = rest.find("{")
    if brace >= 0 and isinstance(held := parsed(rest[brace:].strip()), dict):
        values |= held
    else:
        values |= {name: _value(value) for name, value in _PAIR.findall(rest)}
    reply = next((name for key in _NAMES if (name := text(values, key))), None)
    return Metric("llm" if kind == "realtimemodel" else kind, reply, stamp_ms(line) if at is None else at, values)


def _value(value: str) -> float | str:
    try:
        return float(value)
    except ValueError:
        return value
