"""What an importer is: from files to turns, with a report of what was lost or is doubtful."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.importers.files import File
from pipeline.importers.report import Reading
from stages.errors import InputError, UnknownName
from stages.model import first_problem

GRACE_MS = 500.0
"""Most speech that begins so soon after a reply's first sound is the same turn going on: nobody answers so fast."""


class Options(BaseModel):
    """The options of an importer, as text from a command line or as values; each has a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LogOptions(Options):
    """The options of importers of an agent's log."""

    grace_ms: Annotated[float, Field(ge=0, le=10_000)] = Field(
        GRACE_MS,
        description="speech that begins so soon after a reply is heard is the same turn going on, else it interrupts",
    )
    network_ms: Annotated[float, Field(ge=0, le=60_000)] | None = Field(
        None, description="what the network takes both ways together, where the log was written at the server"
    )


SETTING = "setting"
"""In the `json_schema_extra` of an option: the setting of ours that says the same."""


class Importer(Protocol):
    """Reads one kind of source. It gets all files there are, and reads them whole or line by line."""

    @property
    def name(self) -> str:
        """The format's name on the command line."""

    @property
    def reads(self) -> str:
        """What it reads, in one line."""

    @property
    def options(self) -> type[Options]:
        """The options it takes."""

    def recognise(self, file: File) -> str | None:
        """By what a file is known to be of this format, in a few words; None: it is not known to be.

        Only `file.head` and `file.name` are looked at. Never raises for what the file holds.
        """

    def read(self, files: Sequence[File], options: Any) -> Reading:
        """The turns in these files, and what is found meanwhile.

        Raises RecordingError with file and line where the source breaks a rule of its own format: at once, or while
        the turns are read.
        """


def said_by(importer: Importer, in_force: Mapping[str, Any]) -> dict[str, Any]:
    """The options of an importer that settings in force say, by name of ours -> value: what the log does not tell."""
    extra = {name: field.json_schema_extra for name, field in importer.options.model_fields.items()}
    of = {name: str(held[SETTING]) for name, held in extra.items() if isinstance(held, dict) and SETTING in held}
    return {name: in_force[setting] for name, setting in of.items() if setting in in_force}


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
