"""The settings as tables: names, ranges, defaults, meanings, all out of their definition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from stages.setting import Setting
from tuner.statistics import numbers


def range_of(one: Setting) -> str:
    """0..3000 ms, or null"""
    if one.range is None:
        return ", ".join(one.choices or ("true", "false"))
    span = f"{one.range.low:g}..{one.range.high:g}" + (f" {one.unit}" if one.unit else "")
    return f"{span}, or null" if one.nullable else span


def listing(settings: Sequence[Setting]) -> Group:
    """For the terminal: a line of figures, and the meaning below it."""
    width = max(len(one.name) for one in settings)
    parts: list[RenderableType] = []
    for one in settings:
        line = Text(f"{one.name:{width}}", style="bold").append(
            f"  {numbers.setting(one.default):>9}  {range_of(one)}", style="not bold"
        )
        parts += [line, Padding(Text(_meaning(one), style="dim"), (0, 0, 0, 4))]
    return Group(*parts)


def markdown_table(settings: Sequence[Setting]) -> str:
    """For a page."""
    lines = ["| setting | range | default | meaning |", "|---|---|---|---|"]
    for one in settings:
        lines.append(f"| `{one.name}` | {range_of(one)} | {numbers.setting(one.default)} | {_meaning(one)} |")
    return "\n".join(lines)


def json_rows(settings: Iterable[Setting]) -> list[dict[str, Any]]:
    """For programs; a setting that is `held` is not moved by a search unless asked for."""
    return [
        {
            "name": one.name,
            "range": [one.range.low, one.range.high] if one.range else list(one.choices or (False, True)),
            "unit": one.unit or None,
            "nullable": one.nullable,
            "default": one.default,
            "held": not one.priced,
            "meaning": one.meaning,
        }
        for one in settings
    ]


def _meaning(one: Setting) -> str:
    return one.meaning if one.priced else f"{one.meaning} (held)"
