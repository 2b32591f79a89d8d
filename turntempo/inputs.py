"""The inputs of a command, with what is doubtful about them told to the person at the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from stages.settings import Settings
from tuner.deploy import inputs
from tuner.deploy.inputs import Inputs
from tuner.deploy.overrides import VendorNames, overridden, vendor_names
from turntempo import stderr


def load(
    turns: Sequence[str],
    settings_file: Path | None,
    seed: int,
    profile: str | None,
    skip_bad: bool = False,
    *,
    sets: Sequence[str] = (),
    vendor: str | None = None,
) -> Inputs:
    """The turns in these files and the settings, those of `--set` changed. Raises InputError."""
    names = _checked(turns, sets, vendor)
    return _told(_with_sets(inputs.load(turns, settings_file, seed, profile, skip_bad), sets, names))


def assumed(
    profile: str,
    turns: int,
    seed: int,
    settings_file: Path | None,
    *,
    sets: Sequence[str] = (),
    vendor: str | None = None,
) -> Inputs:
    """As many turns of a profile, in the place of a recording that is not there."""
    names = _checked((), sets, vendor)
    return _told(_with_sets(inputs.assumed(profile, turns, seed, settings_file), sets, names))


def _checked(turns: Sequence[str], sets: Sequence[str], vendor: str | None) -> VendorNames | None:
    """Whose names `--set` takes, once its names and values are known to be right, before a long recording is read."""
    if not sets:
        return None
    names = vendor_names(vendor, inputs.case_among(turns))
    overridden(Settings(), sets, names)
    return names


def _with_sets(found: Inputs, sets: Sequence[str], names: VendorNames | None) -> Inputs:
    if not sets:
        return found
    changed = overridden(found.settings, sets, names)
    for note in changed.notes:
        stderr.note(note)
    for doubt in changed.doubts:
        stderr.warn(doubt)
    return replace(found, settings=changed.settings, sets=changed.texts)


def _told(found: Inputs) -> Inputs:
    for doubt in found.doubts():
        stderr.warn(doubt)
        if doubt.key.startswith("inputs.unsaid"):
            stderr.hint("name them with --settings S.json")
    return found
