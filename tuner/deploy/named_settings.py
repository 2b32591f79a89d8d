"""The settings that a word on the command line stands for: `now`, a settings file, a case, a folder of a tuning."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stages.settings import Settings
from tuner.deploy.deployment import deployment

NOW = "now"
"""Stands for the settings in force while the turns were recorded."""


@dataclass(frozen=True)
class NamedSettings:
    """Settings and what they are, in words; None: those in force, which the turns will say."""

    settings: Settings | None
    told: str


def named_settings(name: str) -> NamedSettings:
    """The settings of this name, before any turns are read. Raises InputError."""
    if name == NOW:
        return NamedSettings(None, "the settings in force")
    found = deployment(Path(name))
    return NamedSettings(found.settings, found.told)
