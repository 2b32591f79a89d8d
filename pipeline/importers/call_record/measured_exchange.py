"""What is measured of one exchange, and what a person should know about it."""

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
"""Two measures of one response time that are farther apart are told."""


@dataclass(frozen=True)
class Told:
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


def tell(log: Log, told: Told, counts: Counter[str]) -> None:
    """The notes of one turn, and what it adds to the counts."""
    counts["LLM requests whose answer was never spoken"] += told.answer.wasted
    counts["replies behind a chain of LLM requests (tools)"] += len(told.answer.chain) > 1
    counts["replies that began before the caller was done"] += len(told.exchange.premature)
    if told.end.doubt:
        log.doubt(told.end.doubt, "asr.final_ms" if told.end.measured else "speech.end_ms", told.name)
    _tell_pauses(log, told, counts)
    if len(told.answer.chain) > 1:
        said = f"{len(told.answer.chain)} LLM requests in a row (tools): from the first to the end of the last"
        _inform(log, said, told.name, "llm.ttft_ms")
    if told.latency_ms is not None and abs(told.response_ms - told.latency_ms) >= APART_MS:
        said = (
            f"{told.response_ms:.0f} ms by the audio of both sides, {told.latency_ms:.0f} ms by the framework's own log"
        )
        _inform(log, said, told.name, "response_ms")


def tell_waits(log: Log, all_told: Sequence[Told]) -> None:
    """How long after the speech the agent ended turns: a hint at settings that the record does not tell."""
    waits = [
        stop.at - told.end.at
        for told in all_told
        for stop in log.between("user_stopped_speaking", told.end.at, told.exchange.reply.start)[-1:]
    ]
    if waits:
        span = f"{min(waits):.0f} to {max(waits):.0f} ms after the speech (median {median(waits):.0f})"
        _inform(log, f"the agent ended turns {span}; the record does not tell its settings")


def _tell_pauses(log: Log, told: Told, counts: Counter[str]) -> None:
    """Pauses that the agent took for the end: the user went on before the reply was heard (timing model, section 6)."""
    begin, end = told.exchange.start, told.end.at
    starts = [frame.at for frame in log.between("user_started_speaking", begin, end)]
    stops = [frame.at for frame in log.between("user_stopped_speaking", begin, end)]
    early = [stop for stop in stops if any(start >= stop for start in starts)]
    counts["pauses that the agent took for the end of a turn"] += len(early)
    if early:
        at = ", ".join(f"{stop - begin:.0f}" for stop in early)
        said = f"at {at} ms the agent took a pause for the end; its length is not recorded"
        log.notes.append(Note(severity="lost", message=said, turn=told.name, field="speech.pauses"))


def _inform(log: Log, message: str, turn: str | None = None, field: str | None = None) -> None:
    log.notes.append(Note(severity="info", message=message, turn=turn, field=field))


def _measured(field: str, how: str) -> FieldOrigin:
    return FieldOrigin(field=field, origin="measured", how=how)


def _derived(field: str, how: str) -> FieldOrigin:
    return FieldOrigin(field=field, origin="derived", how=how)


FIELDS = (
    _measured("speech.end_ms", "the caller's audio; where that cannot be, the end that the VAD heard"),
    *absent("speech.pauses", how="only pauses that ended a turn left a trace, and those without their length"),
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
        message="tokens are counted from the text, a word or a mark of punctuation each; models cut words otherwise",
    ),
)
