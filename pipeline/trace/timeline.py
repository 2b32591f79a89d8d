"""A log as a timeline for people: speech at the user's end, the stages of each reply, and every event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from textwrap import wrap

from pipeline.streaming.events import Event, Kind, Log
from pipeline.streaming.reading import outcome
from pipeline.trace.event_text import event_text, reply_results
from pipeline.trace.gantt import Row, chart
from pipeline.trace.panels import LEGEND, reply_rows, user_rows

LEAST = 60
"""The fewest columns in which a timeline can be read."""

_TURNING_POINTS = (
    *(Kind.TURN_COMMIT, Kind.TURN_RESTART, Kind.REPLY_WITHDRAWN, Kind.REPLY_DROPPED),
    *(Kind.AGENT_SPEAKS, Kind.AGENT_SILENT, Kind.USER_HEARS),
)

SELDOM = ("lead", "tools", "other")
"""Parts that few turns have: they are named where they take time."""


def render(log: Log, width: int = 80) -> str:
    """The timeline of one turn, in lines of at most `width` columns; at least 60.

    Times are ms from the true end of the user's turn; the list of events also has them from its first word.
    """
    return "\n\n".join("\n".join(part) for part in _parts(log, max(width, LEAST))) + "\n"


def _parts(log: Log, width: int) -> Iterator[list[str]]:
    replies, end_ms = log.replies(), log.world.end_ms
    yield [line.replace("\N{NO-BREAK SPACE}", " ") for sentence in _heading(log) for line in wrap(sentence, width)]
    whole_ms = max(
        (event.at_ms for event in log.of(*_TURNING_POINTS, Kind.AGENT_DONE, Kind.USER_HEARS_LAST)), default=end_ms
    )
    yield ["At the user's end", *_chart(log, user_rows(log), 0, whole_ms, width)]
    for number, (reply, fate) in enumerate(zip(replies, reply_results(log), strict=True), 1):
        title = f"Reply {number} of {len(replies)}: {fate}"
        yield [*wrap(title, width), *_reply_chart(log, reply, width)]
    yield wrap(LEGEND, width)
    columns = "Every event: ms from the end of the turn, ms from its first word, who, what"
    lines = (line for event in log.events for line in _line(event, log, len(replies), width))
    yield [*wrap(columns, width), *lines]


def _heading(log: Log) -> Iterator[str]:
    turn, lived_through = log.world.turn, outcome(log)
    pauses = "pauses not known" if turn.speech.pauses is None else _count(len(log.world.silences) - 1, "pause")
    yield f"Turn {turn.id} of session {turn.session}: {pauses}, done at {log.world.end_ms:.1f} ms."
    if turn.overlaps is None:
        yield "What was said over the agent is not known."
    if lived_through.parts is None or lived_through.response_ms is None:
        yield "No answer: the turn was lost."
        return
    yield f"The answer is heard {lived_through.response_ms:.1f} ms after the end of the turn; where they went, in ms:"
    parts = ((name, value) for name, value in lived_through.parts if value or name not in SELDOM)
    yield ", ".join(f"{name}\N{NO-BREAK SPACE}{value:.1f}" for name, value in parts) + "."


def _reply_chart(log: Log, reply: Log, width: int) -> list[str]:
    silence = log.world.silences[reply.events[0].pause]
    begin_ms = min(silence.at_ms, reply.events[0].at_ms)
    end_ms = max(event.at_ms for event in reply.of(*_TURNING_POINTS))
    margin_ms = (end_ms - begin_ms) / 20
    commit_ms = reply.moment(Kind.TURN_COMMIT)
    return _chart(log, reply_rows(log, reply), begin_ms - margin_ms, end_ms + margin_ms, width, commit_ms)


def _chart(
    log: Log, rows: list[Row], begin_ms: float, end_ms: float, width: int, line_ms: float | None = None
) -> list[str]:
    """A chart whose time begins at the true end of the turn."""
    origin_ms = log.world.end_ms
    shifted = [replace(row, bars=tuple(bar.earlier(origin_ms) for bar in row.bars)) for row in rows]
    line_ms = None if line_ms is None else line_ms - origin_ms
    return chart(shifted, begin_ms - origin_ms, end_ms - origin_ms, width, line_ms)


def _line(event: Event, log: Log, replies: int, width: int) -> list[str]:
    who = event.kind.partition(".")[0]
    if event.reply is not None and replies > 1 and who != "overlap":
        who = f"{who} #{event.reply + 1}"
    head = f"{event.at_ms - log.world.end_ms:>+10.1f}{event.at_ms:>10.1f}  {who:<11}"
    what = event_text(event, log.world.turn.overlaps or ())
    return wrap(what, width, initial_indent=head, subsequent_indent=" " * len(head))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
