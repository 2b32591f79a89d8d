"""Settings as a vendor's file: a new one, or the least change to the customer's own."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from stages.errors import SettingsError
from stages.settings import Settings
from tuner.formats.tree import NULL, at, relative
from tuner.targets.field import Field
from tuner.targets.readings import Writing
from tuner.targets.renamed import taken_out
from tuner.targets.rule import Theirs
from tuner.targets.set_by_code import left_alone, left_outside
from tuner.targets.target import Target


@dataclass(frozen=True)
class Export:
    """What to deploy."""

    text: str
    changes: dict[str, tuple[Any, Any]]
    """Path in the file -> value before and after; None: not there."""
    diff: str
    """Unified; empty where nothing changed, or where there was no file before."""
    writing: Writing
    left_alone: tuple[str, ...] = ()
    """What the file's code sets, which is not touched: one sentence each, with the values that were to be written."""


def new_file(
    target: Target, settings: Settings, in_force: Settings | None = None, named: Collection[str] | None = None
) -> Export:
    """A document with these settings and no more; of them only those `named`, where names are given."""
    writing = target.write(settings, in_force)
    if named is not None:
        said = {path for rule in target.rules if not set(named).isdisjoint(rule.ours) for path in rule.theirs}
        values = {path: value for path, value in writing.values.items() if path in said}
        inexact = {name: pair for name, pair in writing.inexact.items() if name in named}
        writing = replace(writing, values=values, inexact=inexact)
    values = {path: _value(target, path, value) for path, value in writing.values.items()}
    changes = {path: (None, value) for path, value in writing.values.items() if value is not None}
    return Export(target.format.fresh(values), changes, "", writing)


def changed_file(target: Target, settings: Settings, base: str, name: str, in_force: Settings | None = None) -> Export:
    """The customer's file with these settings: what holds there already is not touched.

    Only what the settings move is written, where the file then means them; else all that is not so yet. What the file
    does not carry is listed where it differs from the settings in force, or from what the file was read as. What the
    file's code sets stays as it is. Raises SettingsError.
    """
    target, found = target.of_file(base, name)
    form, before = target.form(found.tree), target.read_document(found)
    root, writing = form.root(found.tree), form.write(settings, in_force or before.settings)
    as_read = form.write(before.settings).values
    said = {one for one in form.said(writing.values) if before.origins[one] != "code"}
    missing = {
        path: value
        for path, value in writing.values.items()
        if path not in before.code and before.stated.get(path, form.defaults[path]) != value
    }
    moved = {path: value for path, value in missing.items() if path not in as_read or as_read[path] != value}
    moved |= taken_out(moved, before.stated, form.renamed)
    missing |= taken_out(missing, before.stated, form.renamed)
    outside = {path: value for path, value in moved.items() if not _is_of(path, value, root)}
    for wanted in (moved, missing):
        wanted = {path: value for path, value in wanted.items() if _is_of(path, value, root)}
        wanted = _with_required(form, wanted, writing.values, found.tree, root)
        placed = {
            relative(path, root): _value(form, path, value) if path in writing.values else value
            for path, value in wanted.items()
        }
        try:
            text = found.edited(placed)
        except SettingsError:
            if outside or wanted.keys() >= missing.keys():
                raise
            continue
        read = target.read_document(target.opened(text, name)).ours
        if outside or ((not wanted or said <= read.keys()) and _means(read, settings, writing)):
            break
    changes = {found.there(relative(path, root)): (before.stated.get(path), value) for path, value in wanted.items()}
    alone = (*left_alone(before.code, writing.values, root, name), *left_outside(outside, root, name))
    return Export(text, changes, _diff(base, text, name), writing, alone)


def _is_of(path: str, value: Any, root: str) -> bool:
    """Whether a file that holds only what stands at `root` can hold this: no part of another object, nor a call."""
    called = isinstance(value, str) and value.endswith("()")
    return not root or (path.startswith(f"{root}.") and not called)


def _means(read: Mapping[str, Any], settings: Settings, writing: Writing) -> bool:
    """Whether a file is read as these settings, or as the nearest that the vendor has."""
    wanted = settings.flat()
    return all(
        value in (wanted[name], writing.inexact.get(name, (None, wanted[name]))[1]) for name, value in read.items()
    )


def _with_required(form: Target, wanted: dict[str, Any], all_of: Theirs, tree: Any, root: str) -> dict[str, Any]:
    """And what must stand in an object that is made for them."""
    missing: dict[str, Any] = {}
    for one in form.fields:
        parent = one.path.rpartition(".")[0]
        begun = any(path.startswith(f"{parent}.") and value is not None for path, value in wanted.items())
        if one.required and begun and not at(tree, relative(one.path, root))[0]:
            missing[one.path] = all_of.get(one.path, one.default)
    return missing | wanted


def _value(form: Target, path: str, value: Any) -> Any:
    field: Field = form.by_path[path]
    return NULL if value is None and field.nullable else value


def _diff(before: str, after: str, name: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), name, f"{name} (changed)"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
