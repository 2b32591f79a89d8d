"""Which settings differ from others, in a line each."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from stages.settings import Settings
from tui.state.slider_model import value_text


def changed(before: Settings, after: Settings) -> dict[str, tuple[str, str]]:
    """Setting -> what it was and is, in the documented order; only those that differ."""
    was, now = before.flat(), after.flat()
    return {name: (value_text(name, was[name]), value_text(name, now[name])) for name in was if was[name] != now[name]}


def changes(before: Settings, after: Settings, nothing: str) -> Table | Text:
    """endpointing.silence_ms  2000 ms → 1040 ms"""
    found = changed(before, after)
    if not found:
        return Text(nothing, style="dim")
    drawn = Table.grid(padding=(0, 1))
    for name, (was, now) in found.items():
        drawn.add_row(name, Text(was, justify="right"), "→", Text(now, style="bold"))
    return drawn
