"""What a diagnosis without a recording rests on, and how its JSON says so at every figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.simulation import Profile

SETTINGS = ("settings", "remedy")
"""The objects that hold settings, which are the customer's or ours: no figures."""

_LEVELS = np.array([0.5, 0.95])

SHOWN: dict[str, str] = {
    "speech.pauses.ms": "pauses inside a turn",
    "network.up_ms": "network, each way",
    "asr.final_ms": "final transcript",
    "llm.ttft_ms": "LLM, first token",
    "llm.token_ms": "LLM, each further token",
    "tts.ttfb_ms": "first audio",
}
"""What weighs most in the response time, of all that a profile says."""


@dataclass(frozen=True)
class Assumption:
    """One quantity as a profile has it, in ms."""

    field: str
    what: str
    p50: float
    p95: float
    source: str

    def sentence(self) -> str:
        return f"{self.what}: {self.p50:.0f} ms at the median, {self.p95:.0f} at p95 ({self.source})"

    def json_dict(self) -> dict[str, Any]:
        return {"field": self.field, "p50": self.p50, "p95": self.p95, "source": self.source}


def assumptions(profile: Profile) -> tuple[Assumption, ...]:
    """What the figures rest on, and where the profile has it from."""
    return tuple(_assumption(profile, field, what) for field, what in SHOWN.items())


def marked(value: Any) -> Any:
    """The same JSON with `"assumed": true` in every object that holds a number or a finding."""
    if isinstance(value, list):
        return [marked(one) for one in value]
    if not isinstance(value, dict):
        return value
    inner = {name: one if name in SETTINGS else marked(one) for name, one in value.items()}
    figures = "text" in value or any(
        isinstance(one, int | float) and not isinstance(one, bool) for one in value.values()
    )
    return inner | {"assumed": True} if figures else inner


def _assumption(profile: Profile, field: str, what: str) -> Assumption:
    found: Any = profile
    for name in field.split("."):
        found = getattr(found, name)
    p50, p95 = (float(value) for value in found.quantile(_LEVELS))
    return Assumption(field, what, round(p50, 1), round(p95, 1), found.source)
