"""Turns on disk, as JSON Lines or Parquet: errors name line and field, files are written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.recordings.jsonl_writer import write_jsonl
from pipeline.recordings.problem import LeftOut
from pipeline.recordings.recording import Recording, read
from pipeline.recordings.settings_file import SettingsFile, read_settings, read_settings_file, write_settings
from pipeline.turns.columns import Columns
from pipeline.writing.destination import make_folder, require_free, unlinked, write_text, written
from stages.errors import OutputError
from stages.settings import Settings

__all__ = [
    "LeftOut",
    "Recording",
    "SettingsFile",
    "make_folder",
    "read",
    "read_settings",
    "read_settings_file",
    "require_free",
    "require_suffix",
    "unlinked",
    "write",
    "write_jsonl",
    "write_parquet",
    "write_settings",
    "write_text",
    "written",
]

SUFFIXES = (".jsonl", ".jsonl.gz", ".parquet")


def require_suffix(path: str | Path) -> None:
    """Raises OutputError where the name's end is not that of a recording."""
    if not str(path).endswith(SUFFIXES):
        raise OutputError(f"{path}: a recording's name ends in {', '.join(SUFFIXES)}")


def write(path: str | Path, columns: Columns, in_force: Settings | None = None, *, force: bool = False) -> None:
    """Write a recording, as JSON Lines or Parquet by the end of its name. Raises OutputError."""
    require_suffix(path)
    writer: Callable[..., None] = write_parquet if str(path).endswith(".parquet") else write_jsonl
    writer(path, columns, in_force, force=force)


def write_parquet(path: str | Path, columns: Columns, in_force: Settings | None = None, *, force: bool = False) -> None:
    """Write a recording as a Parquet table, the settings in force in its metadata. Raises OutputError."""
    from pipeline.recordings.parquet import writer  # Arrow is loaded only for Parquet

    writer.write_parquet(path, columns, in_force, force=force)
