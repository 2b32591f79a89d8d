"""The importer of tables by a mapping: CSV, JSON Lines and Parquet with a row a turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Literal

from pydantic import Field

from pipeline.importers.files import File
from pipeline.importers.importer import LogOptions
from pipeline.importers.mapped.fields import FIELDS
from pipeline.importers.mapped.mapping import Columns, from_text, given, is_enough, proposed, require
from pipeline.importers.mapped.rows import head_header, header_of, rows
from pipeline.importers.mapped.values import Held, Reader
from pipeline.importers.observed.building import FIELDS as COVERAGE
from pipeline.importers.observed.exchange import Observed, Value
from pipeline.importers.observed.faults import note_sum_over_whole
from pipeline.importers.observed.sessions import plain_name, turns_of, turns_of_exchanges
from pipeline.importers.observed.timeline import Commit, Draw, Final, Request, Sound, Synthesis, Timeline
from pipeline.importers.report import Findings, Reading
from pipeline.importers.spoken_text import Tokens
from stages.errors import RecordingError

LOOKED_AT = 200
"""Rows from which the unit of a column without one is judged."""

TIMES = ("speech_start", "speech_end", "reply_start", "reply_end")
"""With all of these a table shows who spoke when: pauses, overlaps and premature replies follow."""

SMALL = 30.0
"""Durations without a unit that are all smaller are seconds."""

DERIVED: dict[str, tuple[str, str]] = {
    "speech_ms": ("speech_start", "speech_end"),
    "final_ms": ("speech_end", "final_at"),
    "end_of_turn_ms": ("speech_end", "commit_at"),
    "lead_ms": ("commit_at", "request_at"),
    "ttft_ms": ("request_at", "first_token_at"),
    "ttfb_ms": ("tts_at", "reply_start"),
    "response_ms": ("speech_end", "reply_start"),
}
"""Duration -> the two moments that it lies between, where it has no column of its own."""


class MappedOptions(LogOptions):
    """The options of tables."""

    map: str | None = Field(
        None, description="which column holds which field: NAME=COLUMN, ... or a JSON object; else by their names"
    )
    unit: Literal["ms", "s"] | None = Field(
        None, description="unit of columns whose names have none; else judged from the values"
    )


class Mapped:
    """The importer of tables."""

    name = "table"
    reads = "CSV, JSON Lines or Parquet with a row a turn, by a mapping (--map), proposed from the names of columns"
    options = MappedOptions

    def recognise(self, file: File) -> str | None:
        """By the names of two stages among the columns, and a number below."""
        header = head_header(file)
        columns = proposed(header) if len(header) > 1 else {}
        return "a table with columns for stages of a reply" if is_enough(columns) and _has_values(file) else None

    def read(self, files: Sequence[File], options: MappedOptions) -> Reading:
        """A turn a row, or the turns that its moments show."""
        findings = Findings(self.name, tuple(file.path for file in files), COVERAGE)
        once = list({file.path: file for file in files}.values())
        entries = None if options.map is None else given(from_text(options.map))
        tables = [(file, _columns(file, entries, findings)) for file in once]
        if all(all(time in columns for time in TIMES) for _, columns in tables):
            sessions = (one for file, columns in tables for one in _timelines(file, columns, options, findings))
            return Reading(turns_of(sessions, options, findings), findings)
        lists = (one for file, columns in tables for one in _exchanges(file, columns, options, findings))
        return Reading(turns_of_exchanges(lists, options, findings), findings)


def _has_values(file: File) -> bool:
    start = File(file.path, file.head.rpartition(b"\n")[0] or file.head)
    reader = Reader(proposed(head_header(file)), 1.0)
    try:
        return any(is_enough_row(reader.held(row)) for _, row in islice(rows(start), 5))
    except RecordingError:
        return False


def is_enough_row(found: Held) -> bool:
    """Whether a row has two values at least."""
    return len(found.values) >= 2


def _columns(file: File, entries: Columns | None, findings: Findings) -> Columns:
    """The mapping of a file. Raises InputError for a missing column, RecordingError where none is proposed."""
    header = header_of(file)
    if entries is not None:
        require(entries, header, file.path)
        return entries
    columns = proposed(header)
    if not is_enough(columns):
        rule = "names no two stages of a reply in its columns; name them with --map NAME=COLUMN"
        raise RecordingError(rule, file=file.path, line=1)
    taken = ", ".join(f"{field}={column.name}" for field, column in columns.items())
    findings.note("doubtful", f"the mapping was proposed from the names of columns: {taken}; change it with --map")
    return columns


def unit_of(file: File, columns: Columns, options: MappedOptions) -> float:
    """The ms of a unit of columns whose names tell none: seconds where all durations are small."""
    if options.unit is not None:
        return 1000.0 if options.unit == "s" else 1.0
    bare = {field: column for field, column in columns.items() if column.scale is None}
    durations = [field for field in bare if FIELDS[field][0] == "duration"]
    reader = Reader(bare, 1.0)
    sample = [reader.held(row).values for _, row in islice(rows(file), LOOKED_AT)]
    values = [row[field] for row in sample for field in durations if row.get(field)]
    moments = [row[field] for row in sample for field in bare if FIELDS[field][0] == "moment" and field in row]
    if values:
        return 1000.0 if max(values) < SMALL else 1.0
    return 1000.0 if moments and any(value != int(value) for value in moments) else 1.0


def _held_rows(
    file: File, columns: Columns, options: MappedOptions, findings: Findings
) -> Iterator[tuple[str, str, Held]]:
    """Session, place and values of each row."""
    reader, stem = Reader(columns, unit_of(file, columns, options)), plain_name(file.stem)
    for line, row in rows(file, findings):
        found = reader.held(row)
        where = f"{file.path}:{line}"
        findings.fault("impossible", where, len(found.wrong))
        yield plain_name(found.names.get("session", stem)), where, found


def _exchanges(file: File, columns: Columns, options: MappedOptions, findings: Findings) -> Iterator[list[Observed]]:
    sessions: dict[str, list[Observed]] = {}
    for session, where, found in _held_rows(file, columns, options, findings):
        if found.values:
            one = observed(found, session, where)
            note_sum_over_whole(one, findings)
            sessions.setdefault(session, []).append(one)
    yield from sessions.values()


def observed(found: Held, session: str, where: str) -> Observed:
    """The observation that a row is."""
    values = found.values
    number, count = values.get("turn"), values.get("reply_tokens")
    return Observed(
        session=session,
        place=where,
        number=int(number) if number is not None and 0 <= number < 1 << 24 else None,
        at_ms=values.get("speech_start"),
        speech_ms=_duration(values, "speech_ms"),
        eot_score=values.get("eot_score"),
        final_ms=_duration(values, "final_ms"),
        end_of_turn_ms=_duration(values, "end_of_turn_ms"),
        lead_ms=_duration(values, "lead_ms"),
        ttft_ms=_draw(values, "ttft_ms"),
        token_ms=_duration(values, "token_ms"),
        tokens=Tokens(None, None, int(count)) if count is not None and 1 <= count < 1 << 24 else None,
        ttfb_ms=_draw(values, "ttfb_ms"),
        network_ms=_duration(values, "network_ms"),
        response_ms=_duration(values, "response_ms"),
    )


def _duration(values: dict[str, float], field: str) -> Value | None:
    """As the table has it, else between its moments."""
    if (value := values.get(field)) is not None:
        return Value(value)
    between = DERIVED.get(field)
    if between is None or (start := values.get(between[0])) is None or (end := values.get(between[1])) is None:
        return None
    return Value(end - start, "derived")


def _draw(values: dict[str, float], field: str) -> tuple[Value | None, ...]:
    value = _duration(values, field)
    return () if value is None else (value,)


def _timelines(file: File, columns: Columns, options: MappedOptions, findings: Findings) -> Iterator[Timeline]:
    sessions: dict[str, Timeline] = {}
    for place, (session, _, found) in enumerate(_held_rows(file, columns, options, findings)):
        _add(sessions.setdefault(session, Timeline(session)), found.values, f"row-{place}")
    yield from sessions.values()


def _add(timeline: Timeline, values: dict[str, float], reply: str) -> None:
    """The events of a row."""
    start, end = values.get("speech_start"), values.get("speech_end")
    if start is not None and end is not None and end > start:
        timeline.speech.append(Sound(start, end))
    if (sound := values.get("reply_start")) is not None:
        stop = values.get("reply_end")
        timeline.agent.append(Sound(sound, stop if stop is not None and stop > sound else None, reply))
    if "commit_at" in values:
        timeline.commits.append(Commit(values["commit_at"], reply))
    if "final_at" in values:
        timeline.finals.append(Final(values["final_at"]))
    if (ttft := _duration(values, "ttft_ms")) is not None and sound is not None:
        asked = values.get("request_at")
        begun = asked if asked is not None else sound - ttft.ms
        draw = Draw(ttft.ms, derived=ttft.origin == "derived")
        timeline.requests.append(Request(begun, (draw,), begun + ttft.ms, asked is not None, reply))
    if (ttfb := _duration(values, "ttfb_ms")) is not None:
        timeline.syntheses.append(
            Synthesis(values.get("tts_at"), (Draw(ttfb.ms, derived=ttfb.origin == "derived"),), reply)
        )
