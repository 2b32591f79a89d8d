"""Call records of a Pipecat agent with the audio of both sides, as ServiceNow's EVA benchmark keeps them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import PurePath

from pydantic import ValidationError

from pipeline.importers.call_record.answer import answer
from pipeline.importers.call_record.ending import ending
from pipeline.importers.call_record.exchanges import Exchange, exchanges
from pipeline.importers.call_record.log import EVENTS, FRAMES, LATENCIES, REQUESTS, RESULT, Log, read_log
from pipeline.importers.call_record.measured_exchange import (
    FIELDS,
    GENERAL,
    MeasuredExchange,
    note_exchange,
    note_waits,
)
from pipeline.importers.files import File
from pipeline.importers.importer import Options
from pipeline.importers.json_values import first_objects
from pipeline.importers.report import Findings, Reading
from stages.model import first_problem
from stages.turn import MAX_DRAWS, AsrDraws, LlmDraws, Network, Overlap, Speech, TtsDraws, Turn

STRAGGLER_MS = 1000
"""A transcript that comes this long after a stretch of audio may still be of its words."""


LOOKED_AT = 40
"""The first lines of a file are of the connection, not of the call."""

CALL_FILES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(EVENTS, ("audio_timestamp",)),
    **dict.fromkeys(FRAMES, ("data",)),
    REQUESTS: ("llm_prompts",),
    LATENCIES: ("latencies",),
    RESULT: ("record_id",),
}
"""Name -> keys of which an object in it has one."""


class CallRecordOptions(Options):
    """No option."""


class CallRecord:
    """The importer of call records: a folder is a call."""

    name = "eva"
    reads = "a folder with the record of a Pipecat call: frame log, audio of both sides, LLM requests (EVA benchmark)"
    options = CallRecordOptions

    def recognise(self, file: File) -> str | None:
        """By its name and what its objects have: the audio of both sides, frames, requests."""
        keys = CALL_FILES.get(file.name)
        if keys is None:
            return None
        if any(key in held for held in first_objects(file, LOOKED_AT) for key in keys):
            return "a file of a Pipecat call's record (EVA benchmark)"
        return None

    def read(self, files: Sequence[File], options: CallRecordOptions) -> Reading:
        """The turns of every call, a session each."""
        counts: Counter[str] = Counter()
        taken: Counter[str] = Counter()
        turns: list[Turn] = []
        notes = [*GENERAL]
        for folder in dict.fromkeys(PurePath(file.path).parent for file in files):
            log = read_log([file for file in files if PurePath(file.path).parent == folder], str(folder))
            taken[log.name] += 1
            if taken[log.name] > 1:
                log.name = f"{log.name}-{taken[log.name]}"
            turns += _turns(log, counts)
            notes += log.notes
        findings = Findings(self.name, tuple(file.path for file in files), FIELDS, notes, counts)
        return Reading(turns, findings)


def _turns(log: Log, counts: Counter[str]) -> Iterator[Turn]:
    measured = list(_measured(log))
    for one in measured:
        try:
            turn = _turn(log, one)
        except ValidationError as error:
            field, rule = first_problem(error)
            log.note_lost(f"its measures contradict each other ({field} {rule}); it is left out", one.name)
            continue
        note_exchange(log, one, counts)
        yield turn
    note_waits(log, measured)


def _measured(log: Log) -> Iterator[MeasuredExchange]:
    """The measures of each exchange where the end of the caller's turn is known."""
    found: list[Exchange | None] = [*exchanges(log), None]
    latencies = _latencies(log, [exchange.place for exchange in found if exchange])
    index = 0
    for exchange, following in pairwise(found):
        if exchange is None:
            continue
        latency = latencies.get(exchange.place)
        name = f"{log.name}-{index:04d}"
        if end := ending(log, exchange, latency):
            made = answer(log, exchange, following.start if following else float("inf"))
            yield MeasuredExchange(name, index, exchange, end, made, latency)
            index += 1
        else:
            log.note_lost(f"when the caller ended before the reply at {exchange.reply.start:.0f} ms is not known", name)


def _latencies(log: Log, places: list[int]) -> dict[int, float]:
    """The framework's response times by the place of the reply they belong to, where their number fits."""
    if log.latencies and len(log.latencies) != len(places):
        count = len(log.latencies)
        log.note_doubtful(
            f"{count} response latencies for {len(places)} replies: they cannot be paired and are not used"
        )
        return {}
    possible = {place: ms for place, ms in zip(places, log.latencies, strict=False) if 0 <= ms < 600_000}
    if len(possible) < len(log.latencies):
        log.note_doubtful(f"{len(log.latencies) - len(possible)} response latencies are impossible; they are not used")
    return possible


def _turn(log: Log, one: MeasuredExchange) -> Turn:
    end, made, heard = one.end, one.answer, one.answer.tokens
    return Turn(
        schema="turntempo.turn/2",
        id=one.name,
        session=log.name,
        index=one.index,
        speech=Speech(end_ms=round(end.at - one.exchange.start, 3)),
        network=Network(up_ms=0, down_ms=0) if log.local else Network(),
        asr=AsrDraws(final_ms=end.final_ms),
        llm=LlmDraws(
            ttft_ms=_first_of_many(made.ttft_ms),
            token_ms=made.token_ms,
            clause_tokens=heard.clause if heard else None,
            sentence_tokens=heard.sentence if heard else None,
            reply_tokens=heard.reply if heard else None,
        ),
        tts=TtsDraws(ttfb_ms=_first_of_many(made.ttfb_ms), ms_per_token=made.ms_per_token),
        overlaps=_overlaps(log, one),
        response_ms=one.response_ms,
    )


def _first_of_many(draw: float | None) -> tuple[float | None, ...] | None:
    """The draw of the one attempt that was made; the draws of further attempts are not known."""
    return None if draw is None else (draw, *[None] * (MAX_DRAWS - 1))


def _overlaps(log: Log, one: MeasuredExchange) -> tuple[Overlap, ...] | None:
    """What the caller said over the reply; None where that is not logged."""
    reply, last = one.exchange.reply, one.exchange.utterance[-1].end
    if reply.end is None or last is None or last > reply.start:
        message = "the end of the reply's or of the caller's audio is not logged: overlaps are not known"
        log.note_doubtful(message, "overlaps", one.name)
        return None
    return tuple(
        _overlap(log, reply.start, audio.start, audio.end if audio.end is not None else reply.end, takes)
        for audio, takes in one.exchange.over
    )


def _overlap(log: Log, reply: float, start: float, end: float, takes: bool) -> Overlap:
    heard = log.between("transcript", start, end + STRAGGLER_MS)
    return Overlap(
        at_ms=round(start - reply, 3),
        ms=round(end - start, 3),
        kind="interrupt" if takes else "backchannel",
        words=sum(len(frame.text.split()) for frame in heard),
    )
