"""Our names of settings, figures and fields in words that a customer knows."""

from __future__ import annotations

import re
from collections.abc import Callable

from stages.connect_settings import CONNECT_SETTINGS
from stages.i18n import Language, catalogue, say, translate
from stages.settings import SETTINGS
from tuner.statistics.vocabulary import named

ATTEMPT = re.compile(r"(?P<field>[a-z.0-9_]+)\[(?P<place>\d+)\]")


def in_words(name: str) -> str | None:
    """The words for a name of ours; None: it is none."""
    one = SETTINGS.get(name) or CONNECT_SETTINGS.get(name)
    if one is not None:
        return one.subject or one.meaning.rstrip(".")
    if f"named.{name}" in catalogue("en") or f"figure.{name}" in catalogue("en"):
        return named(name)
    if f"turn_field.{name}" in catalogue("en"):
        return say(f"turn_field.{name}")
    listed = ATTEMPT.fullmatch(name)
    if listed is None or f"turn_field.{listed['field']}" not in catalogue("en"):
        return None
    field = say(f"turn_field.{listed['field']}")
    return field if listed["place"] == "0" else say("turn_field.attempt", field=field, number=int(listed["place"]) + 1)


def to_customer(text: str, language: Language, plain: Callable[[str], str] = str) -> str:
    """The text in this language and a customer's words; `plain` makes text of others harmless."""

    def worded(one: str) -> str:
        words = in_words(one)
        return plain(one) if words is None else translate(words, language, audience="customer")

    return translate(text, language, worded, audience="customer")
