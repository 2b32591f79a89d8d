"""What a command or a screen works on: the calls of a recording, completed, and the settings in force."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.connect.completion import Completed, complete
from pipeline.connect.recording import read
from pipeline.recordings.problem import LeftOut
from pipeline.recordings.settings_file import read_values
from stages.connect_settings import CONNECT_SETTINGS, ConnectSettings, parse


@dataclass(frozen=True)
class Calls:
    """Complete calls."""

    completed: Completed
    left_out: LeftOut
    settings_from: Path | None
    """The file that says which settings were in force; None: the recording does, or nothing."""
    settings_assumed: bool
    """Nothing says which settings were in force: the defaults are taken."""


def settings_in(path: Path | None) -> ConnectSettings:
    """The settings in a file, JSON or TOML; without a file the defaults. Raises SettingsError."""
    return ConnectSettings() if path is None else parse(read_values(path, CONNECT_SETTINGS), str(path))


def load(path: str, settings_file: Path | None, seed: int, skip_bad: bool) -> Calls:
    """The calls, with the settings in force: of the recording, else of the file, else the defaults."""
    recording = read(path, skip_bad)
    in_force = recording.in_force or settings_in(settings_file)
    named = settings_file if recording.in_force is None else None
    assumed = recording.in_force is None and named is None
    return Calls(complete(recording, in_force, seed), recording.left_out, named, assumed)
