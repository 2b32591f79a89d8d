"""The lanes of a turn over one time axis, with a cursor across all lanes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len

from pipeline.trace.gantt import Bar, Span, axis, cells
from pipeline.trace.lanes import COMMIT, DONE, FAILED, IGNORED, LATE, MARKS, MUTED, RESUMES, STOPS
from pipeline.trace.panels import ANSWERED, CANCELLED, FILLER, HELD, SOUND, WAIT
from tui.charts.picture import Picture, fit
from tui.charts.time_window import TimeWindow
from tui.i18n.translator import Translator
from tui.state.replayed_turn import ReplayedTurn
from tuner.diagnosis.parts import NAMES

LABEL = 13
"""Cells of the labels left of the lanes."""

AXIS = 2
"""Rows of the axis below the lanes."""

CURSOR = "▲"

_NAMES = {
    SOUND: "speech",
    MUTED: "muted",
    FILLER: "filler",
    WAIT: "under_way",
    HELD: "held",
    ANSWERED: "answered",
    CANCELLED: "cancelled",
    LATE: "late",
    FAILED: "failed",
    STOPS: "stops",
    RESUMES: "resumes",
    IGNORED: "ignored",
    COMMIT: "commit",
    DONE: "done",
}

LETTERS = dict(zip(NAMES, "nsadlkctfop", strict=True))
"""One letter for each part of the response time, used where the parts share a lane."""

_BAD, _GOOD = (CANCELLED, LATE, FAILED, STOPS), (ANSWERED, RESUMES, IGNORED)
_OF_LANE = {
    "user": "user",
    "overlaps": "overlaps",
    "heard": "agent",
    "agent": "agent",
    "text": "chunk",
    "endpoint": "endpoint",
    "asr": "asr",
    "llm": "llm",
    "tts": "tts",
    "reply": "reply",
}


@dataclass(frozen=True)
class Track:
    """A lane with its label, or a heading between lanes (no bars, empty `kind`). `kind` is the stage of the lane."""

    label: str
    bars: tuple[Bar, ...] = ()
    kind: str = ""
    lines: tuple[Bar, ...] = ()


def tracks(
    runs: tuple[ReplayedTurn, ...], headings: tuple[str, ...], tr: Translator, *, compact: bool = False
) -> tuple[Track, ...]:
    """The user's lane, then the lanes of each run; with several runs each has a heading.

    `compact`: only what the user hears, and one lane for the parts of the response time.
    """
    found = [Track(lane_name("user", tr), row.bars, "user", runs[0].lines) for row in runs[0].lanes[:1]]
    for run, heading in zip(runs, headings, strict=True):
        if len(runs) > 1:
            found.append(Track(heading))
        hidden = ("reply",) if len(run.fates) == 1 else ()
        for row in run.lanes[1:]:
            kind = row.label.split()[0]
            if kind not in hidden and (not compact or kind in ("heard", "overlaps")):
                found.append(Track(lane_name(row.label, tr), row.bars, kind, run.lines))
        if compact:
            found.append(Track(lane_name("wait", tr), tuple(_wait(run)), "wait", run.lines))
    return tuple(found)


def _wait(run: ReplayedTurn) -> Iterator[Bar]:
    """The parts of the response time in order; the network's way back to the user comes last."""
    parts, at_ms, down_ms = run.outcome.parts, 0.0, run.log.world.down_ms
    for name, ms in (*(parts or ()), *((("network", down_ms),) if parts else ())):
        length_ms = ms - down_ms if name == "network" and at_ms == 0 else ms
        if length_ms > 0:
            yield Bar(at_ms, at_ms + length_ms, LETTERS[name])
        at_ms += length_ms


def lane_name(label: str, tr: Translator) -> str:
    """llm 2 #1 in words: the stage, which attempt, of which reply."""
    stage, *rest = label.split()
    which = " ".join(tr("lane.fallback") if part == "fallback" else part for part in rest)
    return f"{tr(f'lane.{stage}')} {which}".strip()


def timeline(
    shown: tuple[Track, ...], window: TimeWindow, width: int, height: int, top: int, tr: Translator
) -> Picture:
    """The lanes from the `top`-th on, as many as there are rows, above the axis; the cursor is a column."""
    picture = Picture(width, height)
    columns, rows = width - LABEL, height - AXIS
    if columns < 10 or rows < 1:
        return picture
    span = Span(window.begin_ms, max(window.end_ms, window.begin_ms + 1), columns)
    for row, track in enumerate(shown[top : top + rows]):
        if not track.kind:
            picture.paint(0, row, fit(track.label, width), "h")
            continue
        picture.paint(0, row, fit(track.label, LABEL - 1), "n")
        for column, mark in enumerate(cells((*track.lines, *track.bars), span)):
            picture.paint(LABEL + column, row, mark, _role(mark, track.kind))
    ticks, names = axis(span)
    bottom = min(rows, len(shown))
    picture.paint(LABEL, bottom, ticks, "a")
    picture.paint(LABEL, bottom + 1, names, "a")
    picture.paint(0, bottom + 1, "ms", "a")
    if (hidden := len(shown) - rows) > 0:
        picture.paint(0, bottom, tr("lane.more", n=hidden), "h")
    at = LABEL + min(span.column(window.at_ms), columns - 1)
    lines = picture.lines()
    for row in range(bottom):
        line = lines[row].ljust(width)
        if shown[top + row].kind and cell_len(line[:at]) == at:
            picture.paint(at, row, line[at], "c")
    picture.paint(at, bottom, CURSOR, "c")
    return picture


def moment_at(column: int, window: TimeWindow, width: int) -> float:
    """The time in the middle of a column of the picture."""
    span = Span(window.begin_ms, max(window.end_ms, window.begin_ms + 1), width - LABEL)
    return (span.moment(column - LABEL) + span.moment(column - LABEL + 1)) / 2


def legend(shown: tuple[Track, ...], tr: Translator) -> str:
    """The meaning of each mark that is drawn."""
    used = {bar.mark for track in shown if track.kind != "wait" for bar in (*track.bars, *track.lines)}
    parts = [f"{mark} {tr(f'mark.{_NAMES[mark]}')}" for mark in MARKS if mark in used]
    kinds = {track.kind for track in shown}
    if "reply" in kinds:
        parts.append(tr("mark.reply"))
    if "wait" in kinds:
        waits = {bar.mark for track in shown if track.kind == "wait" for bar in track.bars}
        parts += [f"{mark} {tr(f'part_short.{part}')}" for part, mark in LETTERS.items() if mark in waits]
    return " ".join(parts)


def _role(mark: str, kind: str) -> str:
    if kind == "wait" and mark in LETTERS.values():
        return next(part for part, letter in LETTERS.items() if letter == mark)
    if mark in _BAD:
        return "x"
    if mark in _GOOD:
        return "k"
    if mark in (COMMIT, DONE):
        return "l"
    if mark == HELD:
        return "held"
    return " " if mark == " " else _OF_LANE.get(kind, " ")
