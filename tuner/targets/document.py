"""A vendor's file from disk."""

from __future__ import annotations

from pathlib import Path

from stages.errors import SettingsError

LARGEST = 1 << 20
"""The most bytes a configuration may have."""


def read_document(path: str | Path) -> str:
    """The text of a configuration file, line ends as they are; SettingsError names the file and what is wrong."""
    try:
        with open(path, "rb") as stream:
            content = stream.read(LARGEST + 1)
    except IsADirectoryError:
        raise SettingsError(f"{path}: is a folder; name the configuration file in it") from None
    except FileNotFoundError:
        raise SettingsError(f"{path}: there is no such file") from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > LARGEST:
        raise SettingsError(f"{path}: is larger than {LARGEST >> 20} MiB; name the agent's configuration alone")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{path}:{line}: is not UTF-8 text; save it as UTF-8") from None
