"""The importer of tables of turns: a line a turn, with the lengths of the pauses in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.importers.files import File
from pipeline.importers.report import STAGES, FieldOrigin, Findings, Note, Reading, absent
from pipeline.importers.spurts.options import TurnOptions
from pipeline.importers.spurts.speech_table import name, require_few, require_unit, response, stretch, unique_name
from pipeline.importers.spurts.table import Row, has_columns, rows
from stages.brief import brief
from stages.turn import Pause, Speech, Turn


@dataclass(frozen=True)
class TurnRow:
    """A line of the table, times in ms."""

    speaker: str
    start: float
    end: float
    pauses: tuple[Pause, ...]


class TurnTable:
    """The importer of ready-made turns."""

    name = "turns"
    reads = "a CSV table of turns with conversation, speaker, start, end and the lengths of the pauses inside"
    options = TurnOptions

    def recognise(self, file: File) -> str | None:
        """By the names of its columns."""
        default = TurnOptions()
        return (
            "a table of turns"
            if has_columns(
                file, [getattr(default, name) for name in ("conversation", "speaker", "start", "end", "pauses")]
            )
            else None
        )

    def read(self, files: Sequence[File], options: TurnOptions) -> Reading:
        """The turns of all speakers, of one, or of those who talk to an agent."""
        taken: set[str] = set()
        turns = [turn for file in files for turn in _turns(file, options, taken)]
        return Reading(turns, _findings(files, options))


def _turns(file: File, options: TurnOptions, taken: set[str]) -> Iterator[Turn]:
    named = {option: getattr(options, option) for option in ("conversation", "speaker", "start", "end", "pauses")}
    held: dict[str, list[TurnRow]] = defaultdict(list)
    for row in rows(file, options.delimiter, named, frozenset()):
        held[name(row, options.conversation)].append(_turn_row(row, options))
    require_unit([line.end - line.start for lines in held.values() for line in lines], options, file.path)
    for conversation, lines in held.items():
        require_few((line.speaker for line in lines), conversation, options, file.path)
        name_here = unique_name(conversation, file.path, taken)
        yield from _of_conversation(name_here, sorted(lines, key=lambda line: line.start), options)


def _turn_row(row: Row, options: TurnOptions) -> TurnRow:
    start, end = stretch(row, options, options.start, options.end)
    lengths = [length * options.scale for length in row.numbers(options.pauses)]
    if any(length < 0 for length in lengths):
        raise row.error(f"must not be negative, got {brief(row.cells[options.pauses])}", options.pauses)
    if lengths and sum(lengths) > end - start - len(lengths) - 1:
        rule = f"must leave room for speech: {sum(lengths):g} ms of silence in a turn of {end - start:g} ms"
        raise row.error(rule, options.pauses)
    return TurnRow(name(row, options.speaker), start, end, _spread(end - start, lengths, options.min_pause_ms))


def _spread(length: float, pauses: list[float], at_least: float) -> tuple[Pause, ...]:
    """The pauses with as much speech before, between and after them."""
    talk = (length - sum(pauses)) / (len(pauses) + 1)
    at, placed = 0.0, []
    for pause in pauses:
        at += talk
        if round(pause, 3) >= at_least:
            placed.append(Pause(at_ms=round(at, 3), ms=round(pause, 3)))
        at += pause
    return tuple(placed)


def _of_conversation(conversation: str, lines: list[TurnRow], options: TurnOptions) -> Iterator[Turn]:
    index: Counter[str] = Counter()
    for rank, turn in enumerate(lines):
        if turn.speaker == options.agent or (options.speakers is not None and turn.speaker not in options.speakers):
            continue
        following = lines[rank + 1] if rank + 1 < len(lines) else None
        answered = following and following.speaker == options.agent and following.start >= turn.end
        yield Turn(
            schema="turntempo.turn/2",
            id=f"{conversation}-{rank:04d}",
            session=f"{conversation}-{turn.speaker}",
            index=index[turn.speaker],
            speech=Speech(pauses=turn.pauses, end_ms=round(turn.end - turn.start, 3)),
            response_ms=round(following.start - turn.end, 3) if following and answered else None,
        )
        index[turn.speaker] += 1


def _findings(files: Sequence[File], options: TurnOptions) -> Findings:
    spread = Note(
        severity="doubtful",
        field="speech.pauses.at_ms",
        message="the table has the lengths of pauses, not their places: the speech is spread evenly between them",
    )
    fields = (
        FieldOrigin(field="speech.end_ms", origin="measured", how="from a turn's start to its end"),
        FieldOrigin(field="speech.pauses", origin="derived", how="lengths as in the table, places spread evenly"),
        *absent("overlaps", how="the table holds no speech over another's turn"),
        response(options),
        *STAGES,
    )
    return Findings(TurnTable.name, tuple(file.path for file in files), fields, [spread])
