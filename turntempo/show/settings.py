"""The settings as tables: names, ranges, defaults, meanings, all out of their definition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from stages.settings import NAMES, UNPRICED, Settings
from stages.vector import CHOICES, FLAGS
from tuner.statistics import numbers


@dataclass(frozen=True)
class Setting:
    """One setting as its definition has it; `low` and `high` None: a choice or a flag."""

    name: str
    unit: str
    low: float | None
    high: float | None
    nullable: bool
    default: Any
    meaning: str

    @property
    def held(self) -> bool:
        """Not moved by a search unless asked for: the model charges no price for it."""
        return self.name in UNPRICED

    @property
    def range(self) -> str:
        """0..3000 ms, or null"""
        if self.name in CHOICES:
            return ", ".join(CHOICES[self.name])
        if self.name in FLAGS:
            return "true, false"
        span = f"{self.low:g}..{self.high:g}" + (f" {self.unit}" if self.unit else "")
        return f"{span}, or null" if self.nullable else span


def every_setting() -> list[Setting]:
    """All of them, in the documented order."""
    groups = Settings.model_json_schema()
    found = []
    for name in NAMES:
        group, _, key = name.partition(".")
        definition = groups["properties"][group]["$ref"].rpartition("/")[2]
        found.append(_setting(name, groups["$defs"][definition]["properties"][key]))
    return found


def listing(settings: Sequence[Setting]) -> Group:
    """For the terminal: a line of figures, and the meaning below it."""
    width = max(len(one.name) for one in settings)
    parts: list[RenderableType] = []
    for one in settings:
        line = Text(f"{one.name:{width}}", style="bold").append(
            f"  {numbers.setting(one.default):>9}  {one.range}", style="not bold"
        )
        parts += [line, Padding(Text(_meaning(one), style="dim"), (0, 0, 0, 4))]
    return Group(*parts)


def markdown_table(settings: Sequence[Setting]) -> str:
    """For a page."""
    lines = ["| setting | range | default | meaning |", "|---|---|---|---|"]
    for one in settings:
        lines.append(f"| `{one.name}` | {one.range} | {numbers.setting(one.default)} | {_meaning(one)} |")
    return "\n".join(lines)


def json_rows(settings: Iterable[Setting]) -> list[dict[str, Any]]:
    """For programs."""
    return [
        {
            "name": one.name,
            "range": list(CHOICES.get(one.name, ())) or ([False, True] if one.name in FLAGS else [one.low, one.high]),
            "unit": one.unit or None,
            "nullable": one.nullable,
            "default": one.default,
            "held": one.held,
            "meaning": one.meaning,
        }
        for one in settings
    ]


def _meaning(one: Setting) -> str:
    return f"{one.meaning} (held)" if one.held else one.meaning


def _setting(name: str, schema: dict[str, Any]) -> Setting:
    """From the field's own JSON Schema; of a nullable one the bounds stand one level down."""
    bounded = next((part for part in schema.get("anyOf", ()) if part["type"] != "null"), schema)
    return Setting(
        name=name,
        unit=bounded.get("unit", ""),
        low=bounded.get("minimum"),
        high=bounded.get("maximum"),
        nullable="anyOf" in schema,
        default=schema["default"],
        meaning=schema["description"],
    )
