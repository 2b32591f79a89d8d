"""The rows of a timeline: speech at the user's end, and the stages of one reply."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from pipeline.streaming.events import Kind, Log
from pipeline.streaming.world import World
from pipeline.trace.gantt import Bar, Row

SOUND, FILLER, WAIT, HELD, ANSWERED, CANCELLED = "█", "▒", "─", "·", "✓", "×"
LEGEND = (
    f"{SOUND} speech  {FILLER} filler  {WAIT} under way  {HELD} held back  "
    f"{ANSWERED} answered  {CANCELLED} cancelled  │ commit"
)


def user_rows(log: Log) -> list[Row]:
    """Rows of user, agent and overlaps, as heard at the user's end."""
    down_ms = log.world.down_ms
    agent = [bar.earlier(-down_ms) for reply in log.replies() for bar in spoken(reply)]
    rows = [Row("user", tuple(speech(log.world))), Row("agent", tuple(agent))]
    overlaps = tuple(_overlaps(log))
    return [*rows, Row("overlaps", overlaps)] if overlaps else rows


def reply_rows(log: Log, reply: Log) -> list[Row]:
    """Rows of the stages of a reply, from the silence before it to its sound."""
    around = log.around(reply.events[0].pause)
    playout = (*between(reply, HELD, Kind.AGENT_READY, Kind.AGENT_SPEAKS, Kind.AGENT_SILENT), *spoken(reply))
    rows = [
        Row("user", tuple(speech(log.world))),
        Row("endpoint", tuple(between(around, WAIT, Kind.VAD_QUIET, Kind.TURN_ENDPOINT))),
        Row("asr", tuple(transcript(around))),
        *attempts(reply, "llm"),
        Row("text", tuple(between(reply, WAIT, Kind.LLM_ANSWER, Kind.TTS_TEXT))),
        *attempts(reply, "tts"),
        Row("agent", playout),
    ]
    return [row for row in rows if row.bars]


def speech(world: World) -> Iterator[Bar]:
    """What the user says in the turn."""
    begin_ms = 0.0
    for silence in world.silences:
        yield Bar(begin_ms, silence.at_ms, SOUND)
        begin_ms = silence.until_ms


def spoken(reply: Log) -> Iterator[Bar]:
    """What the agent says of a reply, at the server's end."""
    begin_ms = None
    for event in reply.of(Kind.AGENT_FILLER, Kind.AGENT_SPEAKS, Kind.AGENT_STOPS, Kind.AGENT_RESUMES, Kind.AGENT_DONE):
        if event.kind is Kind.AGENT_FILLER:
            stopped_ms = reply.moment(Kind.AGENT_STOPS)
            yield Bar(
                event.at_ms, min(event.at_ms + (event.value or 0), inf if stopped_ms is None else stopped_ms), FILLER
            )
        elif event.kind in (Kind.AGENT_SPEAKS, Kind.AGENT_RESUMES):
            begin_ms = event.at_ms
        elif begin_ms is not None:
            yield Bar(begin_ms, event.at_ms, SOUND)
            begin_ms = None
    if begin_ms is not None:
        yield Bar(begin_ms, begin_ms, SOUND)


def _overlaps(log: Log) -> Iterator[Bar]:
    ends = {event.number: event.at_ms for event in log.of(Kind.OVERLAP_ENDS)}
    for event in log.of(Kind.OVERLAP_BEGINS):
        yield Bar(event.at_ms, ends[event.number], SOUND)


def between(log: Log, mark: str, since: Kind, *until: Kind) -> Iterator[Bar]:
    begin_ms, end_ms = log.moment(since), log.moment(*until)
    if begin_ms is not None and end_ms is not None:
        yield Bar(begin_ms, end_ms, mark)


def transcript(around: Log) -> Iterator[Bar]:
    """From the last word to its final transcript, as the server knows them."""
    said_ms, final_ms = around.moment(Kind.USER_PAUSES, Kind.USER_DONE), around.moment(Kind.ASR_FINAL)
    if said_ms is not None and final_ms is not None:
        yield Bar(said_ms + around.world.up_ms, final_ms, WAIT)
        yield Bar(final_ms, final_ms, ANSWERED)


def attempts(reply: Log, stage: str) -> list[Row]:
    """A row for every attempt: how long it ran, and whether it answered or was cancelled."""
    begins: dict[int | None, float] = {}
    rows: list[Row] = []
    for event in reply.events:
        group, _, step = event.kind.partition(".")
        if group != stage:
            continue
        if step in ("attempt", "fallback"):
            begins[event.number] = event.at_ms
        elif step in ("answer", "cancel"):
            mark = ANSWERED if step == "answer" else CANCELLED
            label = f"{stage} fallback" if event.number is None else f"{stage} {event.number + 1}"
            bars = (Bar(begins[event.number], event.at_ms, WAIT), Bar(event.at_ms, event.at_ms, mark))
            rows.append(Row(label, bars))
    return rows
