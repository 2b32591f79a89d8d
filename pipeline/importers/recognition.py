"""Which importer reads a file: each is asked, by what the file holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.importers.files import File
from pipeline.importers.importer import Importer
from stages.errors import RecordingError
from stages.i18n import Said, say

AUTO = "auto"

LAST_RESORT = frozenset({"table", "figures"})
"""Formats that are guessed, so that they are read only where no file is of another: any table, what somebody typed. A
ticket, or a table of other things, may lie beside the logs that it is about."""


BESIDE = "audio"
"""The sound of a call that lies beside its logs says the same once more: it is read where there is no log."""


@dataclass(frozen=True)
class Recognised:
    """A file, the importer that reads it, and why."""

    file: File
    importer: Importer
    why: str

    def sentence(self) -> Said:
        """The file, the format, and by what it was recognised."""
        return say("imported.recognised", file=self.file.path, format=self.importer.name, why=self.why)


def recognised(files: Sequence[File], importers: Mapping[str, Importer]) -> list[Recognised]:
    """The files that an importer knows; the first in the list that knows a file reads it.

    Sound beside logs is left out, and what is only guessed beside either.
    """
    found = [one for file in files if (one := _recognised(file, importers.values()))]
    logs = [one for one in found if one.importer.name not in LAST_RESORT]
    return [one for one in logs if one.importer.name != BESIDE] or logs or found


def _recognised(file: File, importers: Iterable[Importer]) -> Recognised | None:
    for importer in importers:
        if why := importer.recognise(file):
            return Recognised(file, importer, why)
    return None


def by_importer(found: Iterable[Recognised]) -> dict[str, list[Recognised]]:
    """Format -> its files."""
    groups: dict[str, list[Recognised]] = {}
    for one in found:
        groups.setdefault(one.importer.name, []).append(one)
    return groups


def unknown(files: Sequence[File], importers: Mapping[str, Importer]) -> RecordingError:
    """What to say where no importer knows any of the files."""
    names = ", ".join(importers)
    return RecordingError(
        f"is of no format that is known by what it holds; name one of these: {names} "
        "(`turntempo import --list` says what each reads)",
        file=", ".join(file.path for file in files[:3]),
    )
