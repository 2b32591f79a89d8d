"""Settings beside others: only what differs, in groups."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from stages.settings import Settings
from tui.words import Words
from tuner.numbers import setting

Difference = tuple[str, str, str]
"""Name, value before, value after."""


def differences(before: Settings, after: Settings) -> tuple[Difference, ...]:
    """In the documented order."""
    was = before.flat()
    return tuple(
        (name, setting(was[name]), setting(value)) for name, value in after.flat().items() if value != was[name]
    )


def listed(found: Iterable[Difference], words: Words) -> Content:
    """One a line under its group's name: `silence_ms  2000 -> 640`; says so where there is none."""
    rows = [(*name.split(".", 1), before, after) for name, before, after in found]
    if not rows:
        return Content.styled(words("moved.as_now"), "$text-muted")
    width, size = (max(len(row[place]) for row in rows) for place in (1, 2))
    lines, group = [], ""
    for row in rows:
        if row[0] != group:
            group = row[0]
            lines.append(Content.styled(group, "bold"))
        lines.append(
            Content.assemble(f"  {row[1]:{width}}  {row[2]:>{size}} ", ("→ ", "$text-muted"), (row[3], "bold"))
        )
    return Content("\n").join(lines)
