"""Vendors' configurations for a person: what was read, what is changed, what they do not carry."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from stages.settings import NAMES
from tuner.statistics import numbers
from tuner.targets import not_carried
from tuner.targets.readings import Apart, Reading, Writing
from tuner.targets.target import Target

FROM = {
    "stated": "the file",
    "derived": "computed from the file's values",
    "vendor default": "the vendor's default",
    "vendor stack": "how the vendor's stack works",
    "code": "the file's code: not known, the vendor's default is taken",
    "not known": "not known: our default",
}


def read_table(reading: Reading) -> Table:
    """Every setting that the vendor's configuration or stack decides, and what says so."""
    drawn = Table(box=None, pad_edge=False, header_style="dim")
    drawn.add_column("setting")
    drawn.add_column("value", justify="right")
    drawn.add_column("from")
    for name, value in reading.settings.flat().items():
        if reading.origins[name] != "not known":
            drawn.add_row(name, numbers.setting(value), FROM[reading.origins[name]])
    return drawn


def not_known(reading: Reading) -> list[str]:
    """The settings of ours that the file says nothing about."""
    return [name for name in NAMES if reading.origins[name] == "not known"]


def reading_json(reading: Reading, file: str) -> dict[str, Any]:
    """For programs."""
    return {
        "vendor": reading.target,
        "file": file,
        "settings": reading.settings.json_dict(),
        "origins": dict(reading.origins),
        "understood": dict(reading.stated),
        "not_understood": list(reading.unknown),
        "set_by_code": {path: {"line": code.line} for path, code in reading.code.items()},
        "without_effect": dict(reading.idle),
        "doubts": list(reading.doubts),
        "version": reading.version or None,
        "version_asked": reading.asked or None,
    }


def writing_lines(writing: Writing, target: Target) -> list[str]:
    """What the file does not carry, under headings; nothing where it carries all."""
    found = not_carried.sections(writing, target.title)
    return [line for heading, lines in found for line in ("", heading, *(f"- {one}" for one in lines))]


def writing_json(writing: Writing) -> dict[str, Any]:
    """For programs."""
    return {
        "vendor": writing.target,
        "values": dict(writing.values),
        "inexact": {name: {"wanted": wanted, "written": got} for name, (wanted, got) in writing.inexact.items()},
        "elsewhere": [_apart_json(one) for one in writing.elsewhere],
        "inexpressible": [_apart_json(one) for one in writing.inexpressible],
    }


def _apart_json(one: Apart) -> dict[str, Any]:
    return {"name": one.name, "value": one.value, "reason": one.reason}
