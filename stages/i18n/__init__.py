"""The phrases of turntempo, one catalogue for each language, with the same keys and placeholders.

Code names a phrase by its key: `say("gain.sooner", ms=790)`. The result is English text, a `str`, that keeps its
key and values; `translate(text, "zh")` gives the same in Chinese.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from string import Formatter
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

Language = Literal["en", "zh"]
Audience = Literal["engineer", "customer"]
"""Who reads: an engineer knows options and names of settings, a customer need not."""


LANGUAGES: tuple[Language, ...] = get_args(Language)


class Said(str):
    """English text that keeps its key and values, so that it can be translated."""

    key: str
    values: Mapping[str, Any]

    def __new__(cls, key: str, values: Mapping[str, Any]) -> Said:
        said = super().__new__(cls, _render(key, values, "en", str))
        said.key, said.values = key, dict(values)
        return said

    def __getnewargs__(self) -> tuple[str, dict[str, Any]]:  # type: ignore[override]
        return self.key, dict(self.values)


def say(key: str, /, **values: Any) -> Said:
    """The phrase of this key with these values; a value may itself be a phrase."""
    return Said(key, values)


def joined(parts: Iterable[str], separator: str) -> Said:
    """The parts one after the other, with the separator of this name between them: comma, semicolon, and, space."""
    return Said(f"joined.{separator}", {"parts": tuple(parts)})


def translate(
    text: str, language: Language, plain: Callable[[str], str] = str, *, audience: Audience = "engineer"
) -> str:
    """The text in this language; text without a key (a name, a customer's words) goes through `plain`.

    For a customer the phrases of customer.*.toml stand in the place of those with the same keys.
    """
    if isinstance(text, Said):
        return _render(text.key, text.values, language, plain, audience)
    return plain(reasons(language).get(text, text))


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Key -> phrase, of one language: of sentences, then of each of the terminal app's screens."""
    here = files(__package__)
    screens = [path for path in here.joinpath("screens").iterdir() if path.name.endswith(f".{language}.toml")]
    found: dict[str, str] = {}
    for path in (here.joinpath(f"{language}.toml"), *sorted(screens, key=lambda path: path.name)):
        for group, phrases in tomllib.loads(path.read_text(encoding="utf-8")).items():
            found.update({f"{group}.{name}": phrase for name, phrase in phrases.items()})
    return MappingProxyType(found)


@cache
def for_customers(language: Language) -> Mapping[str, str]:
    """The phrases of one language, those that a customer reads in other words in these."""
    text = files(__package__).joinpath(f"customer.{language}.toml").read_text(encoding="utf-8")
    theirs = {
        f"{group}.{name}": phrase for group, phrases in tomllib.loads(text).items() for name, phrase in phrases.items()
    }
    return MappingProxyType({**catalogue(language), **theirs})


@cache
def reasons(language: Language) -> Mapping[str, str]:
    """English sentence -> the same in this language, for tables of sentences: why a vendor lacks a setting."""
    if language == "en":
        return MappingProxyType({})
    text = files(__package__).joinpath(f"reasons.{language}.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


class _Phrase(Formatter):
    """`str.format`, with a conversion more: `{text!c}` as a sentence begins."""

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        if conversion != "c":
            return super().convert_field(value, cast(Any, conversion))
        text = str(value)
        is_name = bool(text) and "." in text.split()[0]  # a name keeps its first letter
        return text if not text or is_name else text[0].upper() + text[1:]


_PHRASE = _Phrase()


def _render(
    key: str,
    values: Mapping[str, Any],
    language: Language,
    plain: Callable[[str], str],
    audience: Audience = "engineer",
) -> str:
    phrase = (for_customers if audience == "customer" else catalogue)(language)[key]
    translated = {name: _translated(value, language, plain, audience) for name, value in values.items()}
    if key.startswith("joined."):
        return phrase.join(cast(Sequence[str], translated["parts"]))
    return _PHRASE.vformat(phrase, (), translated)


def _translated(value: Any, language: Language, plain: Callable[[str], str], audience: Audience) -> Any:
    if isinstance(value, tuple):
        return tuple(_translated(one, language, plain, audience) for one in value)
    return translate(value, language, plain, audience=audience) if isinstance(value, str) else value
