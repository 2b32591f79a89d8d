"""Whose configuration a file is, by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stages.errors import InputError, SettingsError
from tuner.formats.tree import at, relative
from tuner.targets import all_targets
from tuner.targets.containers import Document
from tuner.targets.target import Target
from tuner.targets.trials.abstract import ABSTRACT

SURE, SIGN, KNOWN = 3, 3, 1
"""What a setting that we read, a sign in the text, and a setting that we only know are worth."""
ENOUGH = 3
MOST_NAMED = 3
SAME = {"shengwang": "agora"}
"""A build whose files are those of another: the other is named, unless a sign of its own says so."""


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
        known = ", ".join(name for name, _ in every if name not in SAME)
        raise InputError(f"{source}: nothing in it is a setting of a vendor known here; name it, one of {known}")
    most = max(one.weight for one in found)
    best = [one for one in found if one.weight == most]
    if len(best) > 1:
        names = ", ".join(one.name for one in best)
        raise InputError(f"{source}: {names} have such settings; say whose they are: turntempo settings from VENDOR FILE")
    return Recognised(best[0].name, _why(best[0], source))


def _targets() -> Iterator[tuple[str, Target]]:
    """Every target that is no other's form."""
    older = {form.name for one in all_targets().values() for form in one.older}
    return ((name, one) for name, one in all_targets().items() if name not in older)


def _weighed(name: str, form: Target, text: str, source: str) -> _Found | None:
    """What a text shows of a vendor; None: nothing."""
    signs = tuple(match[0].strip() for sign in form.signs if (match := re.search(sign, text)))
    try:
        stated = tuple(_stated(form, form.opened(text, source)))
    except SettingsError:
        stated = ()
    weight = SIGN * len(signs) + sum(worth for _, worth in stated)
    if name in SAME and not signs:
        return None
    evidence = (*(path for path, worth in stated if worth == SURE), *signs, *(path for path, _ in stated))
    return _Found(name, form.title, weight, tuple(dict.fromkeys(evidence))) if weight else None


def _stated(form: Target, found: Document) -> Iterator[tuple[str, int]]:
    """The settings of the form that the file is of, with right values, as they stand in it; and what each is worth."""
    own = form.form(found.tree)
    root = own.root(found.tree)
    of_rules = {path for rule in own.rules for path in rule.theirs}
    for path, one in own.by_path.items():
        there, value = at(found.tree, relative(path, root))
        if there and one.kind not in ("text", "any") and one.problem(one.named(value)) is None:
            yield found.there(relative(path, root)), SURE if path in of_rules else KNOWN


def _why(found: _Found, source: str) -> str:
    named = ", ".join(f"`{one}`" for one in found.evidence[:MOST_NAMED])
    more = len(found.evidence) - MOST_NAMED
    return f"{source}: read as {found.title} (`{found.name}`), by {named}" + (f" and {more} more" if more > 0 else "")
