"""What every table of speech holds: a conversation, a speaker, and when the speaker speaks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from statistics import median

from pipeline.importers.report import FieldOrigin, absent
from pipeline.importers.spurts.options import TableOptions
from pipeline.importers.spurts.table import Row
from stages.brief import brief
from stages.errors import RecordingError

MOST_SPEAKERS = 20
"""With more in one conversation the columns are probably exchanged."""
LONGEST_NAME = 80
LATEST_MS = 1e13
"""Some centuries: a larger float no longer holds a thousandth of a millisecond."""
UNITS_MS = (60, 120_000)
"""Where the median length of a stretch of speech lies if the unit is right: from a word to two minutes."""


def name(row: Row, column: str) -> str:
    """The cell as a name."""
    value = row.text(column)
    if len(value) > LONGEST_NAME or not value.isprintable():
        raise row.error(f"must be a name of at most {LONGEST_NAME} plain characters, got {brief(value)}", column)
    return value


def stretch(row: Row, options: TableOptions, start: str, end: str) -> tuple[float, float]:
    """Where a stretch of speech begins and ends, in ms."""
    begin, done = row.number(start) * options.scale, row.number(end) * options.scale
    for column, time in ((start, begin), (end, done)):
        if abs(time) > LATEST_MS:
            raise row.error(f"cannot be a time, got {row.cells[column]}", column)
    if done < begin:
        rule = f"must not come before {start}={row.cells[start]}, got {row.cells[end]}"
        raise row.error(rule, end)
    return begin, done


def unique_name(conversation: str, file: str, taken: set[str]) -> str:
    """The conversation's name, with the file's name behind it where another file has the same."""
    name = conversation if conversation not in taken else f"{conversation}@{PurePath(file).stem}"[:LONGEST_NAME]
    taken.add(name)
    return name


def require_unit(lengths: list[float], options: TableOptions, file: str) -> None:
    """Raises RecordingError where the lengths (ms) are not those of speech, probably in another unit."""
    if not lengths:
        raise RecordingError("holds no speech; the table has a header and no line below it", file=file)
    middle = median(lengths)
    if not UNITS_MS[0] <= middle <= UNITS_MS[1]:
        other = "ms" if options.unit == "s" else "s"
        rule = f"the median stretch of speech lasts {middle:g} ms with unit={options.unit}; is the unit {other}?"
        raise RecordingError(rule, file=file)


def require_few(speakers: Iterable[str], conversation: str, options: TableOptions, file: str) -> None:
    """Raises RecordingError where a conversation has more speakers than is likely."""
    if (count := len(set(speakers))) > MOST_SPEAKERS:
        rule = (
            f"conversation {conversation!r} has {count} speakers; are the columns "
            f"conversation={options.conversation} and speaker={options.speaker} exchanged?"
        )
        raise RecordingError(rule, file=file)


def response(options: TableOptions) -> FieldOrigin:
    """Where the measured response times come from."""
    if options.agent is None:
        return absent("response_ms", how="no speaker is an agent")[0]
    return FieldOrigin(field="response_ms", origin="measured", how="from the turn's end to the agent's next turn")
