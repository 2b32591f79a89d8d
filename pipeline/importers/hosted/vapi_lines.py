"""The lines "Turn latency" of Vapi's call logs: the whole, and its parts in brackets."""

from __future__ import annotations

import re

import msgspec

_LINE = re.compile(r"\bTurn latency:\s*(\d+(?:\.\d+)?)\s*(ms|s)\b\s*(?:\(([^)]{0,500})\))?")
_PART = re.compile(r"(?<![a-z])([a-z]++)\s*+:\s*+(-?\d++(?:\.\d++)?)\s*+(ms|s)\b")
_CALL = re.compile(r"\"?call_?id\"?\s*[:=]\s*\"?([\w-]{8,64})", re.IGNORECASE)


class TurnLatency(msgspec.Struct, frozen=True):
    """The latencies of one turn in ms, as Vapi gives them; None: not given, or N/A."""

    whole: float | None
    transcriber: float | None = None
    endpointing: float | None = None
    kb: float | None = None
    model: float | None = None
    voice: float | None = None
    place: str = ""


def line_latency(line: str) -> TurnLatency | None:
    """The latencies that a line gives; None: it gives none."""
    found = _LINE.search(line)
    if found is None:
        return None
    parts = {name: _ms(value, unit) for name, value, unit in _PART.findall(found[3] or "")}
    return TurnLatency(
        whole=_ms(found[1], found[2]),
        transcriber=parts.get("transcriber"),
        endpointing=parts.get("endpointing"),
        kb=parts.get("kb"),
        model=parts.get("model"),
        voice=parts.get("voice"),
    )


def session_of(line: str) -> str | None:
    """The id of the call, where the line has it."""
    found = _CALL.search(line)
    return found[1] if found else None


def _ms(value: str, unit: str) -> float:
    return float(value) * (1000.0 if unit == "s" else 1.0)
