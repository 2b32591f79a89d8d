"""The settings of the first minute of a call: its network check and its signalling (connect model, section 2)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from stages.brief import brief
from stages.errors import SettingsError, UnknownName
from stages.model import Model, Number, first_problem
from stages.setting import Range, Setting, ms, setting

SCHEMA = "turntempo.connect/1"
MOST_ATTEMPTS = 6
"""Attempts that a call may take, and so the draws of a session."""

# fmt: off


class Check(Model):
    threshold: Number | None = setting(
        None,
        "the network check fails below this score; null: there is no check",
        Range(0, 1),
        subject="the score that passes the network check",
    )
    cancels: bool = setting(
        True, "a failed check ends the call; false: the call goes on", subject="whether a failed check ends the call"
    )
    first: bool = setting(
        True,
        "signalling begins when the check has passed; false: both begin at once",
        subject="whether signalling waits for the check",
    )


class Signalling(Model):
    timeout_ms: Number = setting(
        10000,
        "an attempt to connect is given up after this long",
        ms(100, 60000),
        subject="the time after which an attempt is given up",
    )
    attempts: int = setting(
        1, "how many attempts to connect at most", Range(1, MOST_ATTEMPTS), subject="the number of attempts to connect"
    )
    backoff_ms: Number = setting(
        1000, "wait before the second attempt", ms(0, 30000), subject="the wait before the second attempt"
    )
    backoff_factor: Number = setting(
        2, "each further wait is longer by this factor", Range(1, 4), subject="the growth of further waits"
    )
    backoff_max_ms: Number = setting(
        30000, "no wait before an attempt is longer", ms(0, 60000), subject="the longest wait before an attempt"
    )

# fmt: on


class ConnectSettings(Model):
    """All settings of connecting, each with its documented default."""

    check: Check = Check()
    signalling: Signalling = Signalling()

    def flat(self) -> dict[str, Any]:
        """Dotted name -> value, in the order of the definition."""
        return {f"{group}.{name}": value for group, values in self for name, value in values}

    def replace(self, changes: Mapping[str, Any]) -> ConnectSettings:
        """The same with other values at these names. Raises SettingsError."""
        nested = self.json_dict()
        for name, value in changes.items():
            if name not in CONNECT_SETTINGS:
                raise UnknownName("setting", name, CONNECT_SETTINGS)
            group, _, field = name.partition(".")
            nested[group][field] = value
        return parse(nested)


def _definitions() -> dict[str, Setting]:
    groups: dict[str, type[Model]] = {"check": Check, "signalling": Signalling}
    return {
        f"{group}.{name}": Setting.of(f"{group}.{name}", field)
        for group, model in groups.items()
        for name, field in model.model_fields.items()
    }


CONNECT_SETTINGS: Mapping[str, Setting] = MappingProxyType(_definitions())
"""Every setting by its dotted name."""


def parse(data: Any, source: str = "settings") -> ConnectSettings:
    """Settings from their nested JSON form, partial or whole, with or without the "schema" key.

    Raises SettingsError naming `source`, the field, the rule and what came.
    """
    if not isinstance(data, Mapping):
        example = '{"check": {"threshold": 0.5}}'
        raise SettingsError(f"{source}: settings of connecting are a JSON object like {example}, got {brief(data)}")
    held = dict(data)
    schema = held.pop("schema", SCHEMA)
    if schema != SCHEMA:
        raise SettingsError(f"{source}: schema must be {SCHEMA!r}, got {brief(schema)}")
    try:
        return ConnectSettings.model_validate(held)
    except ValidationError as error:
        raise SettingsError(f"{source}: {_explained(error)}") from None


def _explained(error: ValidationError) -> str:
    field, rule = first_problem(error)
    if error.errors(include_url=False)[0]["type"] == "extra_forbidden":
        return str(UnknownName("setting", field, CONNECT_SETTINGS if "." in field else ("check", "signalling")))
    return f"{field}: {rule}"
