"""Settings changed for one command: `--set NAME=VALUE`, in our names or in a vendor's."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from stages.errors import InputError, UnknownName
from stages.i18n import Said, joined, say
from stages.settings import NAMES, Settings, from_flat
from tuner.deploy.set_value import parse_sets
from tuner.formats.document import read_document
from tuner.statistics.numbers import setting
from tuner.support.case import Case
from tuner.targets import all_targets, target
from tuner.targets.readings import Reading
from tuner.targets.target import Target

NEUTRAL = ("json", "toml", "env")
"""Targets whose names are ours."""


@dataclass(frozen=True)
class VendorNames:
    """The vendor whose names `--set` takes beside ours."""

    target: Target
    """The form of a file where there is one, else the vendor's present form with its older ones."""
    stated: Mapping[str, Any] | None = None
    """What the file states, by path; None: there is no file, so the settings in force are written in this form."""


@dataclass(frozen=True)
class Overridden:
    """Settings with some values changed."""

    settings: Settings
    notes: tuple[Said, ...] = ()
    """How a vendor's name was taken, one sentence each."""
    doubts: tuple[str, ...] = ()
    """What the vendor's table says against it."""


def vendor_names(name: str | None, case: Case | None) -> VendorNames | None:
    """The vendor of this name, else that of the case's configuration, with what that file states. None: neither."""
    whose = name or (case.config_vendor if case else None)
    if whose is None:
        return None
    wanted = target(whose)
    if case is None or case.config is None or case.config_vendor is None:
        return VendorNames(wanted)
    if wanted not in (target(case.config_vendor), *target(case.config_vendor).older):
        return VendorNames(wanted)
    own = target(case.config_vendor)
    family, found = own.of_file(read_document(case.config), str(case.config))
    return VendorNames(family.form(found.tree), family.read_document(found).stated)


def overridden(settings: Settings, texts: Iterable[str], vendor: VendorNames | None = None) -> Overridden:
    """The settings with these `NAME=VALUE` set.

    A name is one of ours, else one of the vendor's: its full path, or its end (`min_delay`) where one path ends so.
    Without a vendor, the one that alone has such a path. Raises InputError with the closest name.
    """
    wanted = parse_sets(texts)
    ours = {name: value for name, value in wanted.items() if name in NAMES}
    given = {name: value for name, value in wanted.items() if name not in ours}
    form, paths = _placed(tuple(given), vendor) if given else (None, {})
    changed = from_flat({**settings.flat(), **ours}, "--set")
    if form is None:
        return Overridden(changed)
    theirs = {paths[name]: value for name, value in given.items()}
    for name, value in given.items():
        _refuse(name, form, paths[name], value)
    stated = vendor.stated if vendor is not None and vendor.target is form else None
    return _translated(form, theirs, changed, stated)


def _translated(
    form: Target, theirs: Mapping[str, Any], settings: Settings, stated: Mapping[str, Any] | None
) -> Overridden:
    """The settings with a vendor's values set: what the vendor's file would then say otherwise is changed.

    A setting that follows from others in the vendor's file, and is not in force as it does, stays as it is.
    """
    base = stated if stated is not None else _written(form, settings)
    before, after = form.read_values(base), form.read_values({**base, **theirs})
    direct = {rule.ours[0] for rule in form.rules if len(rule.theirs) == 1 and rule.theirs[0] in theirs}
    was, now, in_force = before.settings.flat(), after.settings.flat(), settings.flat()
    followed = {name for name in NAMES if now[name] != was[name] and was[name] == in_force[name]}
    moved = {name: now[name] for name in NAMES if name in followed or (name in direct and name in after.ours)}
    notes = tuple(_note(form, path, value, moved) for path, value in theirs.items())
    return Overridden(settings.replace(moved), notes, _new_doubts(before, after))


def _note(form: Target, path: str, value: Any, moved: Mapping[str, Any]) -> Said:
    """How one of the vendor's names was taken, and what of ours it decides."""
    decided = [name for rule in form.rules if path in rule.theirs for name in rule.ours if name in moved]
    shown = f"{path}={setting(value)}"
    if not decided:
        return say("set.without_effect", set=shown, vendor=form.title)
    ours = [f"{name}={setting(moved[name])}" for name in dict.fromkeys(decided)]
    return say("set.taken_as", set=shown, vendor=form.title, ours=joined(ours, "comma"))


def _written(form: Target, settings: Settings) -> dict[str, Any]:
    """The settings in a vendor's form, as a file would state them."""
    values = form.write(settings).values
    return {path: value for path, value in values.items() if value is not None or form.by_path[path].nullable}


def _new_doubts(before: Reading, after: Reading) -> tuple[str, ...]:
    return tuple(one for one in after.doubts if one not in before.doubts)


def _refuse(name: str, form: Target, path: str, value: Any) -> None:
    field = form.by_path[path]
    if problem := field.problem(value):
        unit = {"s": " (seconds)", "ms": " (milliseconds)"}.get(field.unit, "")
        raise InputError(f"--set {name}={setting(value)}: {path} of {form.title}{unit} {problem}")


def _placed(names: tuple[str, ...], vendor: VendorNames | None) -> tuple[Target, dict[str, str]]:
    """The form that has all of a vendor's names, and the full path of each. Raises InputError."""
    targets = [vendor.target] if vendor else [one for one in all_targets().values() if one.name not in NEUTRAL]
    forms = [(one, form) for one in targets for form in (one, *one.older)]
    having: dict[str, list[Target]] = {}
    for name in names:
        having[name] = [form for _, form in forms if _ending_in(form, name)]
        if not having[name]:
            raise _unknown(name, vendor)
    found = {one.name: form for one, form in reversed(forms) if all(form in having[name] for name in names)}
    if not found:
        said = "; ".join(f"{name} of {', '.join(form.title for form in having[name])}" for name in names)
        raise InputError(f"--set: no one vendor's form has all of these names: {said}")
    if len(found) > 1:
        whose = ", ".join(reversed(found))
        raise InputError(f"--set {', '.join(names)}: {whose} have such a key; say whose is meant with --target VENDOR")
    (form,) = found.values()
    return form, {name: _only(form, name) for name in names}


def _ending_in(form: Target, name: str) -> list[str]:
    """The paths of a form that a name may stand for: the path itself, else those that end in it.

    Of those that the vendor takes for the same setting, the one that it has now.
    """
    paths = _paths(form)
    if name in paths:
        return [name]
    found = [path for path in paths if path.endswith(f".{name}")]
    others = {one.old for one in form.renamed if one.new in found}
    return [path for path in found if path not in others]


def _only(form: Target, name: str) -> str:
    paths = _ending_in(form, name)
    if len(paths) > 1:
        raise InputError(f"--set {name}: {form.title} has {', '.join(paths)}; write more of the path")
    return paths[0]


def _paths(form: Target) -> list[str]:
    """The paths that a person can set."""
    return [path for path in form.by_path if path.rpartition(".")[2] not in ("()", "**")]


def _unknown(name: str, vendor: VendorNames | None) -> InputError:
    """With the closest name; ours are listed, of the vendors' many only the closest is named."""
    targets = [vendor.target] if vendor else list(all_targets().values())
    theirs = [path for one in targets if one.name not in NEUTRAL for form in (one, *one.older) for path in _paths(form)]
    last = {path.rpartition(".")[2]: path for path in reversed(theirs)}
    close = difflib.get_close_matches(name, [*NAMES, *theirs], n=1, cutoff=0.75)
    close = close or [last[key] for key in difflib.get_close_matches(name.rpartition(".")[2], last, n=1, cutoff=0.75)]
    if not close or close[0] in NAMES:
        return UnknownName("setting", name, NAMES)
    whose = vendor.target.title if vendor else "any vendor"
    return InputError(f"--set {name}: no setting of ours or of {whose} has this name. Did you mean {close[0]}?")
