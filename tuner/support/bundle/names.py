"""The allowed paths of files in a bundle: inside of the folder that it is opened into, on any system."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from pipeline.writing.leftovers import OURS

LONGEST_PART, LONGEST = 200, 1000
"""Bytes of a part, and of the whole, in UTF-8."""

_BAD = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
_DEVICE = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?")


def problem(path: str) -> str | None:
    """The rule that a path breaks; None: it is allowed."""
    if not path or path.startswith("/") or path.endswith("/"):
        return "must be a file's path within the bundle"
    if _BAD.search(path) or not _encodable(path):
        return 'may hold no backslash, colon, control character or any of <>"|?*'
    if len(path.encode()) > LONGEST:
        return f"must be no longer than {LONGEST:,} bytes"
    return next(filter(None, map(_part_problem, path.split("/"))), None)


def _part_problem(part: str) -> str | None:
    if part in ("", ".", ".."):
        return "must not lead out of the bundle"
    if part.lower().startswith(OURS):
        return f"may have no part that begins with {OURS}, as only files of a running command do"
    if part != part.rstrip(". ") or _DEVICE.fullmatch(part):
        return "may have no part that is a device's name, or that ends in a dot or a space"
    return f"may have no part over {LONGEST_PART} bytes" if len(part.encode()) > LONGEST_PART else None


def clash(paths: Iterable[str]) -> tuple[str, str] | None:
    """Two paths that are one on some file systems: equal but for case or composition, or a file and a folder."""
    files: dict[str, str] = {}
    folders: dict[str, str] = {}
    for path in paths:
        key = folded(path)
        other = files.get(key) or folders.get(key) or next((files[one] for one in _above(key) if one in files), None)
        if other is not None:
            return other, path
        files[key] = path
        folders.update(dict.fromkeys(_above(key), path))
    return None


def folded(path: str) -> str:
    """A key that is equal for paths which some file systems do not distinguish."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _above(path: str) -> Iterator[str]:
    parts = path.split("/")
    return ("/".join(parts[:depth]) for depth in range(1, len(parts)))


def _encodable(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
