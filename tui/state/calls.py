"""A recording of calls that is open: what it says of connecting, and settings judged on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.connect.completion import Completed
from stages.connect_settings import ConnectSettings
from tui.state.turn_source import TurnSource
from tuner.connect.diagnosis import ConnectDiagnosis, diagnose
from tuner.connect.inputs import Calls, load


@dataclass(frozen=True)
class OpenedCalls:
    """Complete calls, and what was found of the settings in force."""

    source: TurnSource
    given: Calls
    diagnosis: ConnectDiagnosis

    @property
    def completed(self) -> Completed:
        return self.given.completed

    @property
    def settings(self) -> ConnectSettings:
        """The settings in force."""
        return self.completed.in_force


def open_calls(source: TurnSource) -> OpenedCalls:
    """The calls of a recording. Raises InputError."""
    settings_file = None if source.settings_file is None else Path(source.settings_file)
    given = load(source.name, settings_file, source.seed, source.skip_bad)
    return OpenedCalls(source, given, diagnose(given.completed))
