"""A whole turn on one time axis: a lane for each stage, with all replies of the turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.streaming.events import Kind, Log
from pipeline.trace.gantt import Bar, Row
from pipeline.trace.panels import CANCELLED, HELD, SOUND, WAIT, attempts, between, speech, spoken, transcript, user_rows

MUTED, LATE, FAILED, STOPS, IGNORED, RESUMES = "░", "t", "!", "■", "o", "▸"
"""Sound over the agent that is not an interrupt; timeout; failure; the agent stops, does not stop, resumes."""

COMMIT, DONE = "│", "┊"
"""Lines across all lanes: where the agent may answer, and the true end of the user's turn."""

MARKS = (SOUND, MUTED, "▒", WAIT, HELD, "✓", CANCELLED, LATE, FAILED, STOPS, RESUMES, IGNORED, COMMIT, DONE)
"""All that a lane may show, in the order of a legend; a reply is drawn by its number."""

BEFORE_MS, AFTER_MS = 500.0, 1000.0
"""Shown before and after the decisive span of a turn."""

_EFFECTS = {Kind.AGENT_STOPS: STOPS, Kind.AGENT_RESUMES: RESUMES, Kind.OVERLAP_IGNORED: IGNORED}
_FAILURES = (Kind.LLM_FAILED, Kind.TTS_FAILED)
_ENDS = (Kind.REPLY_DROPPED, Kind.REPLY_WITHDRAWN, Kind.TURN_RESTART)


def lanes(log: Log) -> list[Row]:
    """User and agent as heard, then each stage from the silence it waits for to the sound; times from the first word.

    A stage that works for two replies at once has two lanes.
    """
    heard = {row.label: row.bars for row in user_rows(log)}
    around = [log.around(silence.place) for silence in log.world.silences]
    replies = log.replies()
    rows = [
        Row("user", tuple(speech(log.world))),
        Row("overlaps", tuple(_overlaps(log))),
        Row("heard", heard["agent"]),
        Row("endpoint", tuple(bar for one in around for bar in _waiting(one))),
        Row("asr", tuple(bar for one in around for bar in transcript(one))),
        Row("reply", tuple(bar for number, reply in enumerate(replies, 1) for bar in _life(reply, number))),
        *_merged(replies, lambda reply: _attempts(reply, "llm", Kind.LLM_TIMEOUT)),
        *_merged(replies, lambda reply: [Row("text", tuple(between(reply, WAIT, Kind.LLM_ANSWER, Kind.TTS_TEXT)))]),
        *_merged(replies, lambda reply: _attempts(reply, "tts", Kind.TTS_TIMEOUT)),
        *_merged(replies, lambda reply: [Row("agent", tuple(_playing(reply)))]),
    ]
    return [row for row in rows if row.bars]


def lines(log: Log) -> tuple[Bar, ...]:
    """What is drawn across all lanes, behind the bars."""
    commits = (Bar(event.at_ms, event.at_ms, COMMIT) for event in log.of(Kind.TURN_COMMIT))
    return (*commits, Bar(log.world.end_ms, log.world.end_ms, DONE))


def extent(log: Log) -> tuple[float, float]:
    """The begin and end of the turn in ms: from the first word to the last event."""
    return 0.0, max(event.at_ms for event in log.events)


def decisive_span(log: Log) -> tuple[float, float]:
    """The span that explains the turn: from the first silence that was answered to the answer, or its interruption."""
    silences, (first_ms, last_ms) = log.world.silences, extent(log)
    begin_ms = min([log.world.end_ms, *(silences[event.pause].at_ms for event in log.of(Kind.TURN_COMMIT))])
    ends = log.of(Kind.USER_DONE, Kind.USER_HEARS, Kind.AGENT_SILENT, *_EFFECTS, *_ENDS, *_FAILURES)
    end_ms = max(event.at_ms for event in ends)
    return max(first_ms, begin_ms - BEFORE_MS), min(last_ms, end_ms + AFTER_MS)


def _merged(replies: list[Log], drawn: Callable[[Log], list[Row]]) -> list[Row]:
    """Rows with one name merged; where two replies overlap, the later gets its own row, with its number."""
    found: dict[str, tuple[Bar, ...]] = {}
    for number, reply in enumerate(replies, 1):
        for row in drawn(reply):
            over_ms = max((bar.end_ms for bar in found.get(row.label, ())), default=0.0)
            label = f"{row.label} #{number}" if any(bar.begin_ms < over_ms for bar in row.bars) else row.label
            found[label] = found.get(label, ()) + row.bars
    return [Row(label, bars) for label, bars in found.items()]


def _attempts(reply: Log, stage: str, timeout: Kind) -> list[Row]:
    """The rows of every attempt, with a mark where it timed out."""
    late = {f"{stage} {event.number + 1}": event.at_ms for event in reply.of(timeout) if event.number is not None}
    marks = {label: (Bar(at_ms, at_ms, LATE),) for label, at_ms in late.items()}
    return [Row(row.label, (*row.bars, *marks.get(row.label, ()))) for row in attempts(reply, stage)]


def _waiting(around: Log) -> Iterator[Bar]:
    """From the silence that the VAD hears to the endpoint, or to renewed speech."""
    ends = (Kind.TURN_ENDPOINT, Kind.VAD_SPEECH, Kind.VAD_SMOOTHS)
    yield from between(around, WAIT, Kind.VAD_QUIET, *ends)
    ended = next((event for event in around.of(*ends)), None)
    if ended is not None and ended.kind is not Kind.TURN_ENDPOINT:
        yield Bar(ended.at_ms, ended.at_ms, CANCELLED)


def _life(reply: Log, number: int) -> Iterator[Bar]:
    """The reply from its first request to its last sound, or to its earlier end."""
    begin_ms, end = reply.events[0].at_ms, next(iter(reply.of(*_ENDS)), None)
    last = reply.moment(Kind.USER_HEARS_LAST, Kind.AGENT_DONE, Kind.AGENT_SILENT)
    end_ms = reply.events[-1].at_ms if last is None else last
    yield Bar(begin_ms, end_ms if end is None else end.at_ms, str(number % 10))
    for event in reply.of(*_FAILURES):
        yield Bar(event.at_ms, event.at_ms, FAILED)
    if end is not None:
        yield Bar(end.at_ms, end.at_ms, CANCELLED)


def _playing(reply: Log) -> Iterator[Bar]:
    """The audio while held back, while spoken, and while a stutter lasts."""
    yield from between(reply, HELD, Kind.AGENT_READY, Kind.AGENT_SPEAKS, Kind.AGENT_SILENT)
    yield from spoken(reply)
    yield from between(reply, HELD, Kind.AGENT_DRY, Kind.AGENT_ON)


def _overlaps(log: Log) -> Iterator[Bar]:
    """Sounds over the agent, and the effect of each."""
    sounds = log.world.turn.overlaps or ()
    ends = {event.number: event.at_ms for event in log.of(Kind.OVERLAP_ENDS)}
    for event in log.of(Kind.OVERLAP_BEGINS):
        if event.number is not None:
            mark = SOUND if sounds[event.number].kind == "interrupt" else MUTED
            yield Bar(event.at_ms, ends[event.number], mark)
    for event in log.of(*_EFFECTS):
        if event.number is not None:
            yield Bar(event.at_ms, event.at_ms, _EFFECTS[event.kind])
