"""The terms of the product and of its field, explained in every language: figures, parts, settings, findings, the rest.

The texts stand in `glossary.en.toml` and `glossary.zh.toml`; a setting is explained by its definition.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from stages.connect_settings import CONNECT_SETTINGS
from stages.errors import InputError
from stages.i18n import LANGUAGES, Language, translate
from stages.setting import Setting
from stages.settings import SETTINGS


@dataclass(frozen=True)
class Term:
    """One term in one language."""

    name: str
    kind: str
    """figure, part, group, finding, verdict, term or setting."""
    text: str
    """Two or three sentences."""
    unit: str = ""
    """Of a setting its range and default."""
    also: tuple[str, ...] = ()
    """Other names of the same."""
    guide: str = ""
    """The page of docs/guide that shows it; "": none."""

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        names = ("name", "kind", "unit", "text", "guide")
        return {name: getattr(self, name) for name in names} | {"also": list(self.also)}


@cache
def glossary(language: Language) -> Mapping[str, Term]:
    """Name -> term, by kind."""
    english, translated = _tables("en"), _tables(language)
    found = {
        name: Term(
            name,
            kind,
            translated[kind][name]["text"],
            translated[kind][name].get("unit", ""),
            tuple(translated[kind][name].get("also", ())),
            one.get("guide", ""),
        )
        for kind, terms in english.items()
        for name, one in terms.items()
    }
    for name, one in (*SETTINGS.items(), *CONNECT_SETTINGS.items()):
        found[name] = _of_setting(one, translate(one.meaning, language), language, found[one.group].guide)
    return MappingProxyType(found)


def explained(word: str, language: Language) -> Term:
    """The term of this name, or of another name of the same, in any language; InputError with the closest."""
    known = _names()
    key = _plain(word)
    quantile = re.sub(r" ?\.(?:p\d+|mean|max)$", "", key)  # response_ms.p95 is explained with response_ms
    for tried in (key, quantile):
        if tried in known:
            return glossary(language)[known[tried]]
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    meant = f" Did you mean {close[0]}?" if close else ""
    raise InputError(f"no term {word!r} is explained.{meant} `turntempo explain` lists all of them")


@cache
def _names() -> Mapping[str, str]:
    """Every name that a term has in any language, as it is looked up -> its own name; own names come first."""
    found = {_plain(name): name for name in glossary("en")}
    for language in LANGUAGES:
        for term in glossary(language).values():
            for other in term.also:
                found.setdefault(_plain(other), term.name)
    return MappingProxyType(found)


def _plain(word: str) -> str:
    """A name without regard to capitals, hyphens and underscores."""
    return re.sub(r"[\s_-]+", " ", word).strip().lower()


_SETTING = {
    "en": ("{range}{or_null}; default {default}", ", or null", "{meaning}.", " It is {subject}.", " {held}"),
    "zh": ("{range}{or_null}；默认 {default}", " 或 null", "{meaning}。", "即：{subject}。", "{held}"),
}
_HELD = {
    "en": "It says how a stack works, and the model charges no price for it: a search leaves it alone unless --vary "
    "names it.",
    "zh": "它描述技术栈的工作方式，模型不为它计代价：除非用 --vary 指定，搜索不会改动它。",
}


def _of_setting(one: Setting, meaning: str, language: Language, guide: str) -> Term:
    """Out of a setting's definition: its meaning, what sentences call it, and whether a search moves it."""
    unit, or_null, first, second, third = _SETTING[language]
    default = json.dumps(one.default).strip('"')
    range_ = ", ".join(one.choices or ("true", "false"))
    if one.range is not None:
        range_ = f"{one.range.low:g}..{one.range.high:g} {one.unit}".rstrip()
    text = first.format(meaning=f"{meaning[:1].upper()}{meaning[1:]}")
    text += second.format(subject=translate(one.subject, language)) if one.subject else ""
    text += "" if one.priced else third.format(held=_HELD[language])
    unit_and_range = unit.format(range=range_, or_null=or_null if one.nullable else "", default=default)
    return Term(one.name, "setting", text, unit_and_range, (), guide)


@cache
def _tables(language: Language) -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath(f"glossary.{language}.toml").read_text(encoding="utf-8"))
