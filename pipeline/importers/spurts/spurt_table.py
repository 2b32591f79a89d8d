"""The importer of tables of talk spurts: a line a spurt, as a diariser or a word alignment gives them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import PurePath

from pipeline.importers.files import File
from pipeline.importers.report import STAGES, FieldOrigin, Findings, Note, Reading
from pipeline.importers.spurts.floor import SHORTEST_MS, Spurt, conversation, flagged
from pipeline.importers.spurts.options import SpurtOptions
from pipeline.importers.spurts.speech_table import name, require_few, require_unit, response, stretch, unique_name
from pipeline.importers.spurts.table import Row, has_columns, rows
from pipeline.importers.spurts.turns import TurnMaker
from stages.errors import InputError, UnknownName
from stages.turn import Turn

Spurts = dict[str, list[Spurt]]
"""Conversation -> its spurts."""


class SpurtTable:
    """The importer of talk spurts."""

    name = "spurts"
    reads = "a CSV table of talk spurts with conversation, speaker, start and end, from any diarised corpus"
    options = SpurtOptions

    def recognise(self, file: File) -> str | None:
        """By the names of its columns."""
        default = SpurtOptions()
        return (
            "a table of talk spurts"
            if has_columns(file, [getattr(default, name) for name in ("conversation", "speaker", "start", "end")])
            else None
        )

    def read(self, files: Sequence[File], options: SpurtOptions) -> Reading:
        """The turns of all speakers, of one, or of those who talk to an agent."""
        maker = TurnMaker(options.min_pause_ms, options.speakers, options.agent)
        notes: list[Note] = []
        turns: list[Turn] = []
        taken: set[str] = set()
        for file in files:
            spurts, columns = _spurts(file, options, maker.counts)
            notes += _doubts(file, options, columns)
            for name_given, given in spurts.items():
                require_few((spurt.speaker for spurt in given), name_given, options, file.path)
                flags = flagged(given) if _without_flags(options, columns) else given
                turns += maker.turns(unique_name(name_given, file.path, taken), conversation(flags))
            _require_spoken(options, spurts)
        return Reading(turns, _findings(files, maker.counts, notes, options))


def _spurts(file: File, options: SpurtOptions, counts: Counter[str]) -> tuple[Spurts, set[str]]:
    """The spurts of every conversation, and the columns there are."""
    named = {option: getattr(options, option) for option in ("conversation", "speaker", "start", "end")}
    extra = {option: getattr(options, option) for option in ("words", "backchannel") if getattr(options, option)}
    optional = frozenset(extra) - options.model_fields_set
    held: Spurts = defaultdict(list)
    columns: set[str] = set()
    lengths: list[float] = []
    for row in rows(file, options.delimiter, named | extra, optional):
        columns = set(row.cells)
        spurt = _spurt(row, options)
        lengths.append(spurt.end - spurt.start)
        if lengths[-1] < SHORTEST_MS:
            counts["spurts without length, left out"] += 1
        else:
            held[name(row, options.conversation)].append(spurt)
    require_unit(lengths, options, file.path)
    return held, columns


def _spurt(row: Row, options: SpurtOptions) -> Spurt:
    start, end = stretch(row, options, options.start, options.end)
    words = row.count(options.words) if row.has(options.words) else None
    backchannel = row.flag(options.backchannel) if row.has(options.backchannel) else None
    return Spurt(name(row, options.speaker), start, end, words, backchannel)


def _without_flags(options: SpurtOptions, columns: set[str]) -> bool:
    """Whether backchannels are to be recognised by their length."""
    return bool(options.backchannel) and options.backchannel not in columns


MOST_NAMED, _NAME = 12, re.compile(r"[\w.-]{1,24}")
"""So many speakers are named at most, each one word: a wrong column may hold what was said."""


def _require_spoken(options: SpurtOptions, spurts: Spurts) -> None:
    """Raises InputError where a speaker that was asked for does not speak."""
    heard = {spurt.speaker for given in spurts.values() for spurt in given}
    for asked in (*(options.speakers or ()), *([options.agent] if options.agent else ())):
        if asked not in heard:
            named = sorted(one for one in heard if _NAME.fullmatch(one))
            if len(named) == len(heard) <= MOST_NAMED:
                raise UnknownName("speaker", asked, named)
            raise InputError(
                f"no spurt is of the speaker {asked!r}; the column {options.speaker} names {len(heard)} others"
            )


def _doubts(file: File, options: SpurtOptions, columns: set[str]) -> list[Note]:
    file_name = PurePath(file.path).name
    doubts = []
    if options.words not in columns:
        message = f"{file_name} has no words: rules that count words find none in what is message over the agent"
        doubts.append(Note(severity="doubtful", message=message, field="overlaps.words"))
    if _without_flags(options, columns):
        message = f"{file_name} flags no backchannels: spurts up to 1 s with silence around them count as such"
        doubts.append(Note(severity="doubtful", message=message, field="overlaps.kind"))
    return doubts


def _findings(files: Sequence[File], counts: Counter[str], notes: list[Note], options: SpurtOptions) -> Findings:
    silences = f"silences of {options.min_pause_ms:g} ms and more between its spurts"
    over = "what the speaker says over the next turn, which stands for the agent's reply"
    fields = (
        FieldOrigin(field="speech.end_ms", origin="measured", how="from a turn's first spurt to the end of its last"),
        FieldOrigin(field="speech.pauses", origin="measured", how=silences),
        FieldOrigin(field="overlaps", origin="derived", how=over),
        response(options),
        *STAGES,
    )
    return Findings(SpurtTable.name, tuple(file.path for file in files), fields, notes, counts)
