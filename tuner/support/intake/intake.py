"""The intake form of a support case, with the answers so far."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, get_args

from stages.brief import brief
from stages.errors import InputError, UnknownName
from stages.escaping import plain
from stages.i18n import LANGUAGES, Language
from stages.model import Model
from stages.schema_ids import is_schema, schema_id

SCHEMA = schema_id("case")

Environment = Literal["production", "test"]
Impact = Literal["down", "broken", "degraded", "minor", "question", "suggestion"]
"""From "nothing works", through a main function that fails or works badly, to wishes."""

LONGEST, MOST_LINES = 20_000, 200
"""The most characters of an answer, and the most lines where it is a list: some ten pages."""

OPEN = re.compile(r"|\?+|-+|\.\.\.|tbd|todo|n/?a|unknown|待定|待补充|未知|不详", re.IGNORECASE)
"""Placeholders, which count as no answer."""


class Intake(Model):
    """The customer's answers; None: not known yet. Except for closed choices they are the customer's own text."""

    title: str | None = None
    customer: str | None = None
    language: Language | None = None
    users_report: str | None = None
    steps: str | None = None
    since: str | None = None
    impact: Impact | None = None
    environment: Environment | None = None
    users_hit: str | None = None
    tried: str | None = None
    product: str | None = None
    scenario: str | None = None
    device: str | None = None
    os: str | None = None
    network: str | None = None
    region: str | None = None
    sdk: str | None = None
    sdk_version: str | None = None
    agent_stack: str | None = None
    asr: str | None = None
    llm: str | None = None
    tts: str | None = None

    @property
    def answered(self) -> dict[str, str]:
        """Field -> answer, for those that have one."""
        return {name: value for name in FIELDS if (value := getattr(self, name)) is not None}


FIELDS: tuple[str, ...] = tuple(Intake.model_fields)

CHOICES: dict[str, tuple[str, ...]] = {
    "language": LANGUAGES,
    "environment": get_args(Environment),
    "impact": get_args(Impact),
}
"""Field -> the answers it takes."""


def parse(answers: Mapping[str, Any], source: str) -> Intake:
    """The intake from a form's values: text, numbers, or lists of them; an answer such as "?" or "TBD" counts as none.

    Raises InputError naming `source`, the field, the rule and what came.
    """
    given = dict(answers)
    schema = given.pop("schema", SCHEMA)
    if not is_schema(schema, "case"):
        raise InputError(f"{source}: schema: must be {SCHEMA!r}, got {brief(schema)}")
    for name in given:
        if name not in FIELDS:
            raise InputError(f"{source}: {UnknownName('field of the form', str(name), FIELDS)}")
    return Intake(**{name: _answer(source, name, value) for name, value in given.items()})


def _answer(source: str, name: str, value: Any) -> Any:
    text = plain(_text(source, name, value))
    if OPEN.fullmatch(text):
        return None
    if name in CHOICES:
        text = text.lower()
        if text not in CHOICES[name]:
            raise InputError(f"{source}: {name}: is one of {', '.join(CHOICES[name])}, got {brief(text)}")
    return text


def _text(source: str, name: str, value: Any) -> str:
    """The answer as it is written in the form: 4.10 stays 4.10."""
    if value is None:
        return ""
    if isinstance(value, list) and not any(isinstance(one, list) for one in value) and len(value) <= MOST_LINES:
        return "\n".join(f"{place}. {_text(source, name, one)}" for place, one in enumerate(value, start=1))
    if isinstance(value, Mapping | list):
        what = "a group of fields" if isinstance(value, Mapping) else "lists in a list, or too long a list"
        raise InputError(f"{source}: {name}: is a text, a number or a list of up to {MOST_LINES} of them, got {what}")
    if isinstance(value, bool):
        return str(value).lower()
    as_written = getattr(value, "as_string", None)  # tomlkit keeps how a number is written
    text = str(as_written()) if as_written and not isinstance(value, str) else str(value)
    if len(text) > LONGEST:
        raise InputError(f"{source}: {name}: has more than {LONGEST:,} characters; attach it as a file instead")
    return text
