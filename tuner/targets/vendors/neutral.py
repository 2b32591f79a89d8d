"""Our own settings as JSON, TOML or environment variables, for a stack that has no target of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from stages.schema_ids import former_id
from stages.setting import Kind, Setting, Steps
from stages.settings import SCHEMA, SETTINGS
from tuner.formats.env_text import Env
from tuner.formats.json_text import Json
from tuner.formats.toml_text import Toml
from tuner.formats.tree import Format
from tuner.space.axes import Values
from tuner.targets.field import Field
from tuner.targets.rule import direct
from tuner.targets.target import Target


def _target(name: str, title: str, form: Format, prefix: str = "", null: Any = None, upper: bool = False) -> Target:
    """Every setting under its own name, behind a prefix; `null` is how this format says null."""

    def path(setting: str) -> str:
        return prefix + (setting.upper() if upper else setting)

    fields = tuple(_field(one, path(name), null) for name, one in SETTINGS.items())
    rules = tuple(
        direct(one.name, field, {None: null} if one.nullable else None, _choices(one))
        for one, field in zip(SETTINGS.values(), fields, strict=True)
    )
    notes = ("It has no null: the text `null` stands for it.",) if null else ()
    return Target(name, title, form, fields, rules, scopes=(prefix.rstrip("."),), notes=notes)


def _choices(setting: Setting) -> Values | None:
    """Of a choice its axis; None: what follows from the field's range and ours."""
    return setting.axis.values if setting.kind == "choice" and isinstance(setting.axis, Steps) else None


KINDS: dict[Kind, Literal["flag", "choice", "integer", "number"]] = {
    "flag": "flag",
    "choice": "choice",
    "count": "integer",
    "number": "number",
}


def _field(setting: Setting, path: str, null: Any) -> Field:
    allowed = setting.range
    return Field(
        path,
        KINDS[setting.kind],
        setting.unit,
        allowed.low if allowed else None,
        allowed.high if allowed else None,
        choices=setting.choices,
        default=null if setting.default is None else setting.default,
        nullable=setting.nullable and null is None,
        special=(null,) if setting.nullable and null is not None else (),
        source="docs/timing-model.md, section 2",
    )


JSON = _target("json", "JSON, for any stack", Json())
MARK = Field("schema", "choice", choices=(SCHEMA, former_id("settings")), source="`turntempo schema settings`")

TARGETS = (
    replace(JSON, fields=(MARK, *JSON.fields)),
    _target("toml", "TOML, for any stack", Toml(), null="null"),
    _target("env", "environment variables, for any stack", Env("TURNTEMPO__"), prefix="TURNTEMPO.", upper=True),
)
