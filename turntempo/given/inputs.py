"""The inputs of a command; doubts about them are printed on stderr."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from stages.settings import Settings
from tuner.deploy import inputs
from tuner.deploy.inputs import ASSUMED_TURNS, Inputs
from tuner.deploy.our_settings import our_settings
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
    of_import: Mapping[str, Any] | None = None,
) -> Inputs:
    """The turns in these files and the settings, those of `--set` changed. Raises InputError."""
    names = _checked(turns, sets, vendor)
    found = inputs.load(turns, settings_file, seed, profile, skip_bad, options=of_import)
    return _with_warnings(_with_sets(found, sets, names))


def assumed(
    profile: str,
    turns: int,
    seed: int,
    settings_file: Path | None,
    *,
    sets: Sequence[str] = (),
    vendor: str | None = None,
) -> Inputs:
    """Simulated turns of a profile, in place of a recording."""
    names = _checked((), sets, vendor)
    return _with_warnings(_with_sets(inputs.assumed(profile, turns, seed, settings_file), sets, names))


def recorded_or_assumed(
    turns: Sequence[str],
    settings_file: Path | None,
    seed: int,
    profile: str | None,
    count: int | None,
    skip_bad: bool = False,
    *,
    command: str,
    sets: Sequence[str] = (),
    vendor: str | None = None,
) -> Inputs:
    """The recording, or the profile's turns where there is none: no `turns`, or a case that has none yet.

    `count`: how many turns to simulate. Raises UsageError where neither is named, InputError.
    """
    vendor = vendor or (_vendor_of(settings_file) if sets else None)
    case = inputs.case_among(turns)
    if case is not None and case.recording is None and profile is not None:
        own = settings_file or case.settings_file
        return assumed(profile, count or ASSUMED_TURNS, seed, own, sets=sets, vendor=vendor)
    if turns:
        if count is not None:
            raise click.UsageError("-n says how many turns to simulate, and a recording is given: leave one of the two")
        return load(turns, settings_file, seed, profile, skip_bad, sets=sets, vendor=vendor)
    if profile is None:
        raise click.UsageError(
            "name a recording (TURNS), or without one a profile to reason from: "
            f"turntempo {command} --profile support-call --settings S.json"
        )
    return assumed(profile, count or ASSUMED_TURNS, seed, settings_file, sets=sets, vendor=vendor)


def _vendor_of(settings_file: Path | None) -> str | None:
    """The form of the vendor's configuration that is given as settings; None: none is."""
    return None if settings_file is None else our_settings(settings_file).vendor


def for_comparison(
    turns: Sequence[str], seed: int, profile: str | None, skip_bad: bool, first: Settings | None, *, in_force: bool
) -> Inputs:
    """The turns in these files. Where the settings in force are not known, the first of the two compared are taken.

    `in_force`: the settings in force are among the two compared, so it is a doubt where nothing says them.
    """
    found = inputs.load(turns, None, seed, profile, skip_bad, fallback=first)
    for doubt in found.doubts():
        unsaid = doubt.key.startswith("inputs.unsaid")
        if doubt.key == "inputs.odd_settings" or (unsaid and not in_force):
            continue  # of the two compared what is odd is said apart
        stderr.warn(doubt)
        if in_force and unsaid:
            stderr.hint("name a settings file in the place of `now`")
    return found


def with_sets(settings: Settings, turns: Sequence[str], sets: Sequence[str], vendor: str | None) -> Settings:
    """The settings with those of `--set` changed; what they were taken for is printed. Raises InputError."""
    return _changed(settings, sets, _checked(turns, sets, vendor)) if sets else settings


def _checked(turns: Sequence[str], sets: Sequence[str], vendor: str | None) -> VendorNames | None:
    """The vendor whose names `--set` takes, with names and values checked before a long recording is read."""
    if not sets:
        return None
    names = vendor_names(vendor, inputs.case_among(turns))
    overridden(Settings(), sets, names)
    return names


def _with_sets(found: Inputs, sets: Sequence[str], names: VendorNames | None) -> Inputs:
    return replace(found, settings=_changed(found.settings, sets, names), sets=tuple(sets)) if sets else found


def _changed(settings: Settings, sets: Sequence[str], names: VendorNames | None) -> Settings:
    changed = overridden(settings, sets, names)
    for note in changed.notes:
        stderr.note(note)
    for doubt in changed.doubts:
        stderr.warn(doubt)
    return changed.settings


def _with_warnings(found: Inputs) -> Inputs:
    for doubt in found.doubts():
        stderr.warn(doubt)
        if doubt.key.startswith("inputs.unsaid"):
            stderr.hint("name them with --settings S.json")
    return found
