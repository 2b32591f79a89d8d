"""What an importer is: from the bytes of files to turns, with a report of what was lost or is doubtful."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.importers.files import File
from pipeline.importers.report import Imported
from stages.errors import InputError, UnknownName
from stages.model import first_problem


class Options(BaseModel):
    """The options of an importer, as text from a command line or as values; each has a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Importer(Protocol):
    """Reads one kind of source. It opens no file: it gets the bytes of all files there are."""

    @property
    def name(self) -> str:
        """The format's name on the command line."""

    @property
    def reads(self) -> str:
        """What it reads, in one line."""

    @property
    def options(self) -> type[Options]:
        """The options it takes."""

    def read(self, files: Sequence[File], options: Any) -> Imported:
        """The turns in these files, and the report of the import.

        Raises RecordingError with file and line where the source breaks a rule of its own format.
        """


def parsed(importer: Importer, given: Mapping[str, Any]) -> Options:
    """The options of an importer; UnknownName or InputError for one that is unknown or has a wrong value."""
    for name in given:
        if name not in importer.options.model_fields:
            raise UnknownName(f"option of {importer.name}", name, importer.options.model_fields)
    try:
        return importer.options.model_validate(dict(given))
    except ValidationError as error:
        field, rule = first_problem(error)
        raise InputError(f"option {field} of {importer.name}: {rule}") from None
