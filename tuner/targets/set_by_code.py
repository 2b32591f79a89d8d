"""Settings whose value only running the customer's code would give: which, in what line, and what depends on them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from stages.brief import brief
from tuner.formats.placed.node import OPEN, Built, Code
from tuner.formats.tree import relative
from tuner.targets.field import Field
from tuner.targets.rule import Rule, Theirs

MOST_NAMED = 3
"""Paths in one sentence; of more the rest are counted."""
LONGEST = 500
"""Characters of code that are looked at to show its begin."""
_TEXT = re.compile(r"""([\[(]?)(?P<quote>["'`])[^"'`]*(?:(?P=quote)|\Z)""")
_NAME = re.compile(r"""[\[(]["'][A-Za-z_]\w{0,40}["']""")


def set_by_code(tree: Mapping[str, Any], fields: Iterable[Field], rules: Sequence[Rule], root: str) -> dict[str, Code]:
    """Path -> the code that sets a field, or an object that it is in. What may be any value matters only to rules."""
    of_rules = {path for rule in rules for path in rule.theirs}
    found = {
        one.path: (one, code_at(tree, relative(one.path, root), one.kind))
        for one in fields
        if (one.kind != "any" or one.path in of_rules) and not one.path.endswith(OPEN)
    }
    return {path: code for path, (one, code) in found.items() if code is not None and not _names_choice(one, code)}


def _names_choice(field: Field, code: Code) -> bool:
    """Whether code is one of the field's choices: a member of an enum, `types.Handling.NO_INTERRUPTION`, or a call."""
    return ("." in code or code.endswith("()")) and field.kind == "choice" and field.named(str(code)) in field.choices


def code_at(tree: Mapping[str, Any], path: str, kind: str = "") -> Code | None:
    """The code that sets what stands at a path; None: it is written out, or is not there."""
    here: Any = tree
    for key in path.split("."):
        if not isinstance(here, Mapping):
            return here if isinstance(here, Code) else None
        opened = here.get(OPEN)
        here = here.get(key, opened if isinstance(opened, Code) else None)
    if isinstance(here, Built) and kind not in ("object", "any"):
        return here.code
    return here if isinstance(here, Code) else None


def depending(rule: Rule, values: Theirs, fields: Mapping[str, Field], paths: Iterable[str]) -> set[str]:
    """The settings of ours that would be another if the fields at these paths were."""
    ours, found = rule.read(values), set()
    for path in paths:
        if path not in rule.theirs:
            continue
        if fields[path].kind in ("any", "list", "text"):
            return set(rule.ours)
        for other in _possible(fields[path]):
            then = rule.read({**values, path: other})
            found |= {name for name in rule.ours if then.get(name) != ours.get(name)}
    return found


def _possible(field: Field) -> Iterator[Any]:
    """Values that stand for all that a field may have."""
    yield from field.choices
    if field.kind == "flag":
        yield from (False, True)
    if field.kind in ("integer", "number", "duration"):
        low, high = field.bounds
        yield from (field.nearest(max(low, min(high, number))) for number in (low, high, 0.0, 1.0) if abs(number) < 1e9)
    if field.nullable:
        yield None


def sentences(code: Mapping[str, Code], root: str, source: str) -> Iterator[str]:
    """One for each piece of code: the line, the paths, what is taken, the next step."""
    for one, paths in _by_code(code):
        verb = "is" if len(paths) == 1 else "are"
        yield (
            f"{source}:{one.line}: {_listed([relative(path, root) for path in paths])} {verb} set by code, "
            f"`{_short(one)}`: not known, the vendor's default is taken; write the value there to have it read"
        )


def left_alone(code: Mapping[str, Code], wanted: Mapping[str, Any], root: str, source: str) -> tuple[str, ...]:
    """One sentence for each piece of code that an export does not touch, with the values that it would need."""
    needed = {path: one for path, one in code.items() if wanted.get(path) is not None}
    return tuple(
        f"{source}:{one.line}: set by code, `{_short(one)}`, and left as it is; these settings need "
        f"{_listed([f'{relative(path, root)} = {json.dumps(wanted[path])}' for path in paths])} there"
        for one, paths in _by_code(needed)
    )


def left_outside(outside: Mapping[str, Any], root: str, source: str) -> tuple[str, ...]:
    """One sentence for the settings that a file cannot hold which is a part of the whole configuration alone."""
    if not outside:
        return ()
    needed = [f"{relative(path, root)} = {json.dumps(value)}" for path, value in outside.items()]
    return (f"{source}: holds only what stands at {root}; these settings need {_listed(needed)} where the rest is",)


def without_code(tree: Any) -> Any:
    """The tree without what code sets."""
    if not isinstance(tree, Mapping):
        return tree
    return {key: without_code(value) for key, value in tree.items() if not isinstance(value, Code)}


def _by_code(code: Mapping[str, Code]) -> Iterable[tuple[Code, list[str]]]:
    groups: dict[tuple[int, str], tuple[Code, list[str]]] = {}
    for path, one in code.items():
        groups.setdefault((one.line, str(one)), (one, []))[1].append(path)
    return groups.values()


def _short(code: Code) -> str:
    """The code in a line, without texts that may be a secret: of `getenv("WAIT", "0.3")` the name alone is shown."""
    shown = _TEXT.sub(lambda found: found[0] if _NAME.fullmatch(found[0]) else found[1] + '"..."', code[:LONGEST])
    return brief(" ".join(shown.split()))[1:-1]


def _listed(parts: list[str]) -> str:
    more = len(parts) - MOST_NAMED
    return ", ".join(parts[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
