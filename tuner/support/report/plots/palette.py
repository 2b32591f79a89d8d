"""Colours by name, so that one drawing suits a light page, a dark one and paper: the page says what each name is."""

from __future__ import annotations

import re

NAMES: tuple[str, ...] = (
    *("ink", "muted", "grid", "before", "after", "limit", "user", "agent", "sound"),
    *("network", "endpoint", "asr", "lead", "llm", "tools", "chunk", "tts", "floor", "other", "playout"),
)
"""Each is a CSS variable of the page, `--ink` and so on; the last eleven are the parts of the response time."""

_DRAWN = re.compile(r"rgb\(1,\s*2,\s*(\d+)\)|#0102([0-9a-f]{2})")


def colour(name: str) -> str:
    """The stand-in under which a drawing library knows the colour of this name."""
    return f"#0102{NAMES.index(name):02x}"


def named(svg: str) -> str:
    """The drawing with every stand-in replaced by the name it stands for."""
    return _DRAWN.sub(lambda found: f"var(--{NAMES[int(found[1] or found[2], 10 if found[1] else 16)]})", svg)
