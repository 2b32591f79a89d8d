"""Our own settings as JSON, TOML or environment variables, for a stack that has no target of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from pydantic.fields import FieldInfo

from stages.settings import NAMES, SCHEMA, Settings
from stages.vector import CHOICES, FLAGS, WHOLE
from tuner.formats.env_text import Env
from tuner.formats.json_text import Json
from tuner.formats.toml_text import Toml
from tuner.formats.tree import Format
from tuner.space.axes import ORDERED
from tuner.targets.field import Field
from tuner.targets.rule import direct, is_time, our_bounds
from tuner.targets.target import Target


def _target(name: str, title: str, form: Format, prefix: str = "", null: Any = None, upper: bool = False) -> Target:
    """Every setting under its own name, behind a prefix; `null` is how this format says null."""

    def path(setting: str) -> str:
        return prefix + (setting.upper() if upper else setting)

    fields = tuple(_field(setting, path(setting), null) for setting in NAMES)
    rules = tuple(
        direct(setting, one, {None: null} if _is_nullable(setting) else None, ORDERED.get(setting))
        for setting, one in zip(NAMES, fields, strict=True)
    )
    notes = ("It has no null: the text `null` stands for it.",) if null else ()
    return Target(name, title, form, fields, rules, scopes=(prefix.rstrip("."),), notes=notes)


def _info(setting: str) -> FieldInfo:
    group, _, key = setting.partition(".")
    found: FieldInfo = Settings.model_fields[group].annotation.model_fields[key]  # type: ignore[union-attr]
    return found


def _is_nullable(setting: str) -> bool:
    return type(None) in get_args(_info(setting).annotation)


def _field(setting: str, path: str, null: Any) -> Field:
    low, high = our_bounds(setting)
    closed = setting in CHOICES or setting in FLAGS
    nullable, default = _is_nullable(setting), _info(setting).default
    return Field(
        path,
        "choice" if setting in CHOICES else "flag" if setting in FLAGS else "integer" if setting in WHOLE else "number",
        "ms" if is_time(setting) else "",
        None if closed else low,
        None if closed else high,
        choices=CHOICES.get(setting, ()),
        default=null if default is None else default,
        nullable=nullable and null is None,
        special=(null,) if nullable and null is not None else (),
        source="docs/timing-model.md, section 2",
    )


JSON = _target("json", "JSON, for any stack", Json())
MARK = Field("schema", "choice", choices=(SCHEMA,), source="`turntempo schema settings`")

TARGETS = (
    replace(JSON, fields=(MARK, *JSON.fields)),
    _target("toml", "TOML, for any stack", Toml(), null="null"),
    _target("env", "environment variables, for any stack", Env("TURNTEMPO__"), prefix="TURNTEMPO.", upper=True),
)
