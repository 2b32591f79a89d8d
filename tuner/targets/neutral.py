"""Our own settings as a JSON file, under no vendor's name."""

from __future__ import annotations

import typing
from typing import Any

from pydantic.fields import FieldInfo

from stages.settings import NAMES, Settings
from stages.vector import CHOICES, FLAGS, WHOLE
from tuner.ranges import ORDERED
from tuner.targets.field import Field, Kind
from tuner.targets.json_text import Json
from tuner.targets.rule import Rule, direct, our_bounds
from tuner.targets.target import Target

SOURCE = "docs/timing-model.md, section 2"


def _nullable(info: FieldInfo) -> bool:
    return type(None) in typing.get_args(info.annotation)


def fields(path: typing.Callable[[str], str] = str) -> tuple[Field, ...]:
    """One of each setting, under its own name or the one that `path` gives it."""
    return tuple(_field(name, path(name)) for name in NAMES)


def rules(of: tuple[Field, ...]) -> tuple[Rule, ...]:
    """Each setting is its field."""
    return tuple(
        direct(name, one, {None: None} if one.nullable else None, ORDERED.get(name))
        for name, one in zip(NAMES, of, strict=True)
    )


def _field(name: str, path: str) -> Field:
    group, _, key = name.partition(".")
    info = Settings.model_fields[group].annotation.model_fields[key]  # type: ignore[union-attr]
    low, high = our_bounds(name)
    bounded: dict[str, Any] = {} if name in CHOICES or name in FLAGS else {"low": low, "high": high}
    kind: Kind = "choice" if name in CHOICES else "flag" if name in FLAGS else "integer" if name in WHOLE else "number"
    return Field(
        path,
        kind,
        "ms" if name.endswith("_ms") or name == "filler.ms" else "",
        **bounded,
        choices=CHOICES.get(name, ()),
        default=info.default,
        nullable=_nullable(info),
        source=SOURCE,
    )


JSON = Target("json", "JSON, for any stack", Json(), fields(), rules(fields()), scopes=("",))

TARGETS = (JSON,)
