"""The measures of one exchange, and the notes on them for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.importers.call_record.answer import Answer
from pipeline.importers.call_record.ending import Ending
from pipeline.importers.call_record.exchanges import Exchange
from pipeline.importers.call_record.log import Log
from pipeline.importers.report import FieldOrigin, Note, absent

APART_MS = 50
"""Two measures of one response time are both reported where they are at least so far apart."""


@dataclass(frozen=True)
class MeasuredExchange:
    """An exchange and its measures; `latency_ms`: the response time that the framework itself reports."""

    name: str
    index: int
    exchange: Exchange
    end: Ending
    answer: Answer
    latency_ms: float | None

    @property
    def response_ms(self) -> float:
        """From the end of the caller's turn to the agent's audio."""
        return round(self.exchange.reply.start - self.end.at, 3)


def note_exchange(log: Log, one: MeasuredExchange, counts: Counter[str]) -> None:
    """Add the notes of one exchange to the log, and its events to the counts."""
    counts["LLM requests whose answer was never spoken"] += one.answer.wasted
    counts["replies behind a chain of LLM requests (tools)"] += len(one.answer.chain) > 1
    counts["replies that began before the caller was done"] += len(one.exchange.premature)
    if one.end.doubt:
        log.note_doubtful(one.end.doubt, "asr.final_ms" if one.end.measured else "speech.end_ms", one.name)
    _note_pauses(log, one, counts)
    if len(one.answer.chain) > 1:
        message = f"{len(one.answer.chain)} LLM requests in a row (tools): from the first to the end of the last"
        _note_info(log, message, one.name, "llm.ttft_ms")
    if one.latency_ms is not None and abs(one.response_ms - one.latency_ms) >= APART_MS:
        message = (
            f"{one.response_ms:.0f} ms by the audio of both sides, {one.latency_ms:.0f} ms by the framework's own log"
        )
        _note_info(log, message, one.name, "response_ms")


def note_waits(log: Log, measured: Sequence[MeasuredExchange]) -> None:
    """Note how long after the speech the agent ended turns: a hint at its settings, which are not recorded."""
    waits = [
        stop.at - one.end.at
        for one in measured
        for stop in log.between("user_stopped_speaking", one.end.at, one.exchange.reply.start)[-1:]
    ]
    if waits:
        span = f"{min(waits):.0f} to {max(waits):.0f} ms after the speech (median {median(waits):.0f})"
        _note_info(log, f"the agent ended turns {span}; its settings are not recorded")


def _note_pauses(log: Log, one: MeasuredExchange, counts: Counter[str]) -> None:
    """Note the pauses that the agent took for the end: the user went on before the reply (timing model, section 6)."""
    begin, end = one.exchange.start, one.end.at
    starts = [frame.at for frame in log.between("user_started_speaking", begin, end)]
    stops = [frame.at for frame in log.between("user_stopped_speaking", begin, end)]
    early = [stop for stop in stops if any(start >= stop for start in starts)]
    counts["pauses that the agent took for the end of a turn"] += len(early)
    if early:
        at = ", ".join(f"{stop - begin:.0f}" for stop in early)
        message = f"at {at} ms the agent took a pause for the end; its length is not recorded"
        log.notes.append(Note(severity="lost", message=message, turn=one.name, field="speech.pauses"))


def _note_info(log: Log, message: str, turn: str | None = None, field: str | None = None) -> None:
    log.notes.append(Note(severity="info", message=message, turn=turn, field=field))


def _measured(field: str, how: str) -> FieldOrigin:
    return FieldOrigin(field=field, origin="measured", how=how)


def _derived(field: str, how: str) -> FieldOrigin:
    return FieldOrigin(field=field, origin="derived", how=how)


FIELDS = (
    _measured("speech.end_ms", "the caller's audio; where that is impossible, the end that the VAD reported"),
    *absent("speech.pauses", how="only pauses that ended a turn are recorded, without their length"),
    _derived("asr.final_ms", "the last transcript before the reply, counted from the turn's end"),
    _measured(
        "llm.ttft_ms",
        "from the first request, tools included, to the first token; to the whole text where it does not stream",
    ),
    _derived("llm.token_ms", "0 where the text comes whole; the mean where it streams"),
    _derived("llm.clause_tokens", "words and marks of punctuation of the text"),
    _derived("llm.sentence_tokens", "words and marks of punctuation of the text"),
    _derived("llm.reply_tokens", "words and marks of punctuation of the text"),
    _derived("tts.ttfb_ms", "from the text to the agent's audio, so the framework's playout is in it"),
    _derived("tts.ms_per_token", "length of the agent's audio over the tokens"),
    _derived("network.up_ms", "0 where caller and agent share a machine"),
    _derived("network.down_ms", "0 where caller and agent share a machine"),
    _measured("overlaps", "the caller's audio over the agent's; which kind it was is a guess"),
    _measured("response_ms", "from the turn's end to the agent's audio, as the caller gets it"),
)

GENERAL = (
    Note(
        severity="lost",
        field="speech.pauses",
        message="pauses inside turns are not recorded: silence settings cannot be judged from this record",
    ),
    Note(
        severity="doubtful",
        field="llm.reply_tokens",
        message="tokens are counted from the text, a word or a mark of punctuation each; the model's own tokens differ",
    ),
)
