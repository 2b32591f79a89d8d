"""A recording of calls and settings of connecting, as a command is given them."""

from __future__ import annotations

from pathlib import Path

from pipeline.connect.completion import Completed, complete
from pipeline.connect.recording import read
from pipeline.recordings.settings_file import read_values
from stages.connect_settings import CONNECT_SETTINGS, ConnectSettings, parse
from turntempo import stderr


def settings_in(path: Path | None) -> ConnectSettings:
    """The settings in a file, JSON or TOML; without a file the defaults. Raises SettingsError."""
    return ConnectSettings() if path is None else parse(read_values(path, CONNECT_SETTINGS), str(path))


def load(path: str, settings_file: Path | None, seed: int, skip_bad: bool) -> Completed:
    """The calls, completed, with the settings in force: of the recording, else of the file, else the defaults."""
    recording = read(path, skip_bad)
    if recording.left_out.count:
        stderr.warn(f"left out {recording.left_out.count:,} lines; the first: {recording.left_out.examples[0]}")
    in_force = recording.in_force
    if in_force is None:
        in_force = settings_in(settings_file)
        if settings_file is None:
            stderr.warn("the recording does not say which settings were in force; the defaults are taken")
            stderr.hint("name them with --settings FILE, or put a line of them into the recording")
    return complete(recording, in_force, seed)
