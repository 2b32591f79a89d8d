"""A vendor's file from disk."""

from __future__ import annotations

from pathlib import Path

from pipeline.recordings.text_file import file_text
from stages.errors import SettingsError

LARGEST = 1 << 20
"""The most bytes a configuration may have."""


def read_document(path: str | Path) -> str:
    """The text of a configuration file, line ends as they are; SettingsError names the file and what is wrong."""
    folder, larger = "name the configuration file in it", "name the agent's configuration alone"
    return file_text(path, LARGEST, SettingsError, folder, larger)
