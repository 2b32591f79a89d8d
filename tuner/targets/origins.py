"""Whether a setting of ours stands in a customer's file as it is, or is worked out from what stands there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tuner.targets.field import Field
from tuner.targets.readings import Origin, Reading
from tuner.targets.rule import Rule, Theirs
from tuner.targets.set_by_code import depending


def origins_by_dependence(
    reading: Reading, rules: Iterable[Rule], defaults: Theirs, fields: Mapping[str, Field]
) -> dict[str, Origin]:
    """The origins of a reading with those that are "stated" held against what each setting depends on.

    "stated": it is what one of the file's values says. "derived": it is computed from the file's values. Of a rule that
    makes several of ours, those that depend on none of the file's values are "vendor default".
    """
    found, ours, stated = dict(reading.origins), reading.settings.flat(), reading.stated
    everything = {**defaults, **stated}
    for rule in rules:
        names = [name for name in rule.ours if found[name] == "stated"]
        on = {name: set[str]() for name in names}
        for path in (path for path in rule.theirs if path in stated and names):
            for name in _on_path(rule, everything, path, fields, defaults) & on.keys():
                on[name].add(path)
        for name in names:
            found[name] = _origin(ours[name], {path: stated[path] for path in on[name]}, fields)
    return found


def _on_path(rule: Rule, values: Theirs, path: str, fields: Mapping[str, Field], defaults: Theirs) -> set[str]:
    """The settings that depend on a path; where it may hold anything, those that are others without it."""
    if fields[path].kind not in ("any", "list", "text"):
        return depending(rule, values, fields, (path,))
    ours, without = rule.read(values), rule.read({**values, path: defaults[path]})
    return {name for name in rule.ours if ours.get(name) != without.get(name)}


def _origin(ours: Any, stated: Theirs, fields: Mapping[str, Field]) -> Origin:
    if not stated:
        return "vendor default"
    if any(_is_that(ours, value, fields[path]) for path, value in stated.items()):
        return "stated"
    return "derived"


def _is_that(ours: Any, value: Any, field: Field) -> bool:
    """Whether a value of ours is the file's: the same number, or what a word, a flag or a special value says."""
    number = field.number(value)
    if number is None or value in field.special or isinstance(ours, bool | str) or ours is None:
        return not isinstance(ours, int | float) or isinstance(ours, bool)
    return bool(abs(ours - (field.ms(value) if field.unit else number)) < 1e-6)
