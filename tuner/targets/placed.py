"""The same settings at other places in a document, or spelled otherwise: a form that differs in nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from tuner.targets.idle import Idle
from tuner.targets.rule import Ours, Rule, Theirs
from tuner.targets.target import Target


def placed(form: Target, at: str, **others: Any) -> Target:
    """The form with every path under `at`; `others` are what else the target has of its own: name, roots, marks."""
    return respelled(form, lambda path: f"{at}.{path}", **others)


def respelled(form: Target, spell: Callable[[str], str], **others: Any) -> Target:
    """The form with every path as `spell` has it; `others` as of `placed`."""
    before = {spell(one.path): one.path for one in form.fields}
    return replace(
        form,
        fields=tuple(replace(one, path=spell(one.path)) for one in form.fields),
        rules=tuple(_moved(rule, spell, before) for rule in form.rules),
        renamed=tuple(replace(one, old=spell(one.old), new=spell(one.new)) for one in form.renamed),
        idle=tuple(_moved_idle(one, spell, before) for one in form.idle),
        refused=lambda given: _respelled(form.refused(_as_before(given, before)), before),
        doubts=lambda given: _respelled(form.doubts(_as_before(given, before)), before),
        **others,
    )


def _respelled(sentences: Iterable[str], before: Mapping[str, str]) -> Iterator[str]:
    """Sentences with the keys of the form that they now speak of."""
    keys = {then.rpartition(".")[2]: now.rpartition(".")[2] for now, then in before.items()}
    for sentence in sentences:
        yield re.sub(r"\b\w+\b", lambda word: keys.get(word[0], word[0]), sentence)


def _moved(rule: Rule, spell: Callable[[str], str], before: Mapping[str, str]) -> Rule:
    def read(given: Theirs) -> dict[str, Any]:
        return rule.read(_as_before(given, before))

    def write(ours: Ours) -> dict[str, Any]:
        return {spell(path): value for path, value in rule.write(ours).items()}

    return replace(rule, theirs=tuple(map(spell, rule.theirs)), read=read, write=write)


def _moved_idle(one: Idle, spell: Callable[[str], str], before: Mapping[str, str]) -> Idle:
    return Idle(
        tuple(map(spell, one.paths)),
        lambda given: one.reason(_as_before(given, before)),
        lambda given: one.when(_as_before(given, before)),
    )


def _as_before(given: Theirs, before: Mapping[str, str]) -> dict[str, Any]:
    return {before[path]: value for path, value in given.items() if path in before}
