"""The inputs of a command, with what is doubtful about them told to the person at the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tuner.deploy import inputs
from tuner.deploy.inputs import Inputs
from turntempo import stderr


def load(
    turns: Sequence[str], settings_file: Path | None, seed: int, profile: str | None, skip_bad: bool = False
) -> Inputs:
    """The turns in these files and the settings. Raises InputError."""
    return _told(inputs.load(turns, settings_file, seed, profile, skip_bad))


def assumed(profile: str, turns: int, seed: int, settings_file: Path | None) -> Inputs:
    """As many turns of a profile, in the place of a recording that is not there."""
    return _told(inputs.assumed(profile, turns, seed, settings_file))


def _told(found: Inputs) -> Inputs:
    for doubt in found.doubts():
        stderr.warn(doubt)
        if doubt.key.startswith("inputs.unsaid"):
            stderr.hint("name them with --settings S.json")
    return found
