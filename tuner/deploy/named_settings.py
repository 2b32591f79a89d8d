"""The settings that are named on the command line: a settings file, a case, a folder of a tuning, or those in force."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stages.settings import Settings
from tuner.deploy.deployment import deployment


@dataclass(frozen=True)
class NamedSettings:
    """Settings and what they are, in words; None: those in force, which the turns will say."""

    settings: Settings | None
    description: str


def named_settings(source: Path | None) -> NamedSettings:
    """The settings at this path, before any turns are read; None: those in force. Raises InputError."""
    if source is None:
        return NamedSettings(None, "the settings in force")
    found = deployment(source)
    return NamedSettings(found.settings, found.description)
