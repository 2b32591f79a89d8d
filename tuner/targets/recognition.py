"""Whose configuration a file is, by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from stages.errors import Ambiguous, InputError, SettingsError
from tuner.formats.tree import at, relative
from tuner.targets import all_targets
from tuner.targets.containers import DATA, Document
from tuner.targets.target import DOCUMENTS, Target
from tuner.targets.trials.abstract import ABSTRACT, TIMED, timed, untimed_settings

SURE, SIGN, KNOWN = 3, 3, 1
"""What a setting that we read, a sign in the text, and a setting that we only know are worth."""
ENOUGH = 3
MOST_NAMED = 3
MOST_STRANGE = 3
"""One setting beside more top-level keys that the form does not know, and hardly any that it does, is chance."""
KNOWN_PART = 0.25
SAME = {"shengwang": "agora"}
"""A build whose files are those of another: the other is named, unless a sign of its own says so."""
SOURCES = (".py", ".pyi", ".ts", ".tsx", ".mts", ".js", ".mjs", ".cjs")
"""Files of code: what is broken there is mended, so that a sign of the vendor is enough."""
USUAL = ("deepgram-flux", "assemblyai", "livekit")
"""Targets that are taken where what a file states is theirs as much as another's of the same vendor."""


@dataclass(frozen=True)
class Recognised:
    """The vendor of a file."""

    name: str
    why: str
    """One sentence."""


@dataclass(frozen=True)
class _Found:
    name: str
    title: str
    weight: int
    evidence: tuple[str, ...]


def recognised(text: str, source: str) -> Recognised:
    """Whose configuration this is, and by what; InputError where nothing or several things are said of it."""
    every = [*_targets(), *((name, form) for name, form in ABSTRACT.items())]
    found = [one for name, form in every if (one := _weighed(name, form, text, source)) and one.weight >= ENOUGH]
    if not found:
        _refuse_ambiguous([form for _, form in every], text, source)
        known = ", ".join(name for name, _ in every if name not in SAME)
        raise InputError(f"{source}: nothing in it is a setting of a vendor known here; name it, one of {known}")
    best = _heaviest(found)
    if len(best) > 1:
        names = ", ".join(one.name for one in best)
        raise InputError(
            f"{source}: {names} have such settings; say whose they are: turntempo settings from VENDOR FILE"
        )
    return Recognised(timed(best[0].name, text, source), _why(best[0], source))


def _refuse_ambiguous(forms: list[Target], text: str, source: str) -> None:
    """Raise what says that a vendor's settings are in a text more than once, so that none of them was read."""
    for form in forms:
        try:
            form.opened(text, source)
        except Ambiguous:
            raise
        except SettingsError:
            continue


def _heaviest(found: list[_Found]) -> list[_Found]:
    """Those of which a file shows the most; a build before what it is built on, of one vendor's targets the usual."""
    others = {SAME[one.name] for one in found if one.name in SAME}
    found = [one for one in found if one.name not in others]
    most = max(one.weight for one in found)
    best = [one for one in found if one.weight == most]
    usual = [one for one in best if one.name in USUAL]
    vendors = {one.name.partition("-")[0] for one in best}
    return usual if len(usual) == 1 and len(vendors) == 1 else best


def _targets() -> Iterator[tuple[str, Target]]:
    """Every target that is no other's form, and no part of a vendor's file of which another reads all."""
    part = {form.name for one in all_targets().values() for form in one.older} | {one.name for one in TIMED.values()}
    return ((name, one) for name, one in all_targets().items() if name not in part)


def _weighed(name: str, form: Target, text: str, source: str) -> _Found | None:
    """What a text shows of a vendor; None: nothing."""
    signs = tuple(match[0].strip() for sign in form.signs if (match := re.search(sign, text)))
    if (name in SAME or not _words(name).search(text)) and not signs:
        return None
    document = _opened(form, text, source)
    stated = _of_form(form, name, document)
    if name in TIMED:
        other = _of_form(TIMED[name], name, _opened(TIMED[name], text, source))
        stated = max(stated, other, key=lambda found: sum(worth for _, worth in found))
    weight = SIGN * len(signs) + sum(worth for _, worth in stated)
    if not stated and signs and (_is_another(form, document) or _only_mentions(form, document, source)):
        return None
    evidence = (*(path for path, worth in stated if worth == SURE), *signs, *(path for path, _ in stated))
    return _Found(name, form.title, weight, tuple(dict.fromkeys(evidence))) if weight else None


@lru_cache(maxsize=256)
def _words(name: str) -> re.Pattern[str]:
    """The last names of all settings that files of a vendor may state, one of which stands in each that states one."""
    form = all_targets().get(name) or ABSTRACT[name]
    family = (form, *form.older, *((TIMED[name], *TIMED[name].older) if name in TIMED else ()))
    paths = {path for one in family for path in (*one.by_path, *(renamed.old for renamed in one.renamed))}
    return re.compile("|".join(sorted(re.escape(path.rpartition(".")[2].rstrip("()*")) for path in paths)))


def _opened(form: Target, text: str, source: str) -> Document | None:
    try:
        return form.opened(text, source)
    except SettingsError:
        return None


def _of_form(form: Target, name: str, document: Document | None) -> tuple[tuple[str, int], ...]:
    if document is None:
        return ()
    try:
        return () if _is_chance(form, document.tree) else tuple(_stated(form, name, document))
    except SettingsError:
        return ()


def _is_another(form: Target, document: Document | None) -> bool:
    """Whether a file is an object of which the form hardly knows a key, and its signs stand deeper in it alone."""
    if document is None:
        return False
    tree = document.tree
    top = " ".join(f"{key} {value}" for key, value in tree.items() if not isinstance(value, Mapping | list))
    strange = len(tree.keys() - _top_keys(form.form(tree), tree)) > (1 - KNOWN_PART) * len(tree)
    return form.format.name == "json" and strange and not any(re.search(sign, top) for sign in form.signs)


def _only_mentions(form: Target, document: Document | None, source: str) -> bool:
    """Whether a text that is no configuration, such as a log or a mail, names the vendor and holds nothing of it."""
    if source.lower().endswith((*DATA, *SOURCES)):
        return False
    return document is None or (document.format.name not in DOCUMENTS and not form.weight(document.tree))


def _top_keys(own: Target, tree: Mapping[str, Any]) -> set[str]:
    root = own.root(tree)
    return {relative(path, root).partition(".")[0] for path in (*own.by_path, *own.no_timing, *own.roots)}


def _is_chance(form: Target, tree: Mapping[str, Any]) -> bool:
    """Whether a single top-level key is the form's, in an object of whose other keys it knows hardly any."""
    own = form.form(tree)
    root = own.root(tree)
    stated = [path for path in own.by_path if at(tree, relative(path, root))[0]]
    if len(stated) != 1 or "." in relative(stated[0], root):
        return False
    others = tree.keys() - {relative(stated[0], root)}
    return len(others) > MOST_STRANGE and len(others & _top_keys(own, tree)) < KNOWN_PART * len(others)


def _stated(form: Target, name: str, found: Document) -> Iterator[tuple[str, int]]:
    """The settings of the form that the file is of, with right values, as they stand in it; and what each is worth."""
    own = form.form(found.tree)
    root = own.root(found.tree)
    of_rules = {path for rule in own.rules for path in rule.theirs} | {one.path for one in untimed_settings(name)}
    of_rules |= {one.old for one in own.renamed if one.new in of_rules}
    for path, one in own.by_path.items():
        there, value = at(found.tree, relative(path, root))
        if there and one.kind not in ("text", "any") and one.problem(one.named(value)) is None:
            yield found.there(relative(path, root)), SURE if path in of_rules else KNOWN


def _why(found: _Found, source: str) -> str:
    named = ", ".join(f"`{one}`" for one in found.evidence[:MOST_NAMED])
    more = len(found.evidence) - MOST_NAMED
    return f"{source}: read as {found.title} (`{found.name}`), by {named}" + (f" and {more} more" if more > 0 else "")
