"""What happens at one time of a turn: the stages under way, and the events just before and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import set_cell_size
from rich.text import Text

from pipeline.streaming.events import Event
from pipeline.trace.event_text import actor, event_text
from pipeline.trace.panels import FILLER, HELD, SOUND, WAIT
from tui.charts.fitting import items_that_fit
from tui.charts.timeline import lane_name
from tui.i18n.translator import Translator
from tui.state.replayed_turn import ReplayedTurn

HERE = "▸"
WHO = 10
"""Cells of the stage's name."""


@dataclass(frozen=True)
class Line:
    """One event; `here`: it is at this time, or the last before it."""

    at_ms: float
    who: str
    what: str
    here: bool


def under_way(run: ReplayedTurn, at_ms: float, tr: Translator) -> list[str]:
    """The stages under way at this time, each with its elapsed and full length."""
    parts = []
    for row in run.lanes:
        for bar in row.bars:
            lasts = bar.mark in (WAIT, HELD, SOUND, FILLER) or bar.mark == "░"
            if lasts and bar.begin_ms <= at_ms < bar.end_ms:
                name = lane_name(row.label, tr)
                parts.append(tr("moment.lasts", what=name, so_far=at_ms - bar.begin_ms, all=bar.end_ms - bar.begin_ms))
                break
    return parts


def events_around(run: ReplayedTurn, at_ms: float, rows: int, tr: Translator) -> list[Line]:
    """So many events around this time, with those at this time in the middle."""
    places = [number for number, (ms, _) in enumerate(run.events) if ms <= at_ms + 1e-6]
    last = places[-1] if places else -1
    latest = run.events[last][0] if places else None
    first = max(0, min(last - rows // 2, len(run.events) - rows))
    return [
        Line(ms, _who(run, event, tr), tr.translate(event_text(event, run.log.world.turn.overlaps or ())), ms == latest)
        for ms, event in run.events[first : first + rows]
    ]


def moment_text(run: ReplayedTurn, at_ms: float, rows: int, cells: int, tr: Translator, heading: str = "") -> Text:
    """A text of so many rows and cells: the stages under way, then events."""
    text = Text(no_wrap=True, overflow="ellipsis")
    stages = under_way(run, at_ms, tr) or [tr("moment.nothing")]
    text.append(items_that_fit(cells, stages, tr("turns.comma"), heading), style="bold")
    for line in events_around(run, at_ms, rows - 1, tr):
        mark = HERE if line.here else " "
        style = "bold" if line.here else "dim" if line.at_ms > at_ms else ""
        text.append(f"\n{mark}{line.at_ms:>+9,.0f}  {set_cell_size(line.who, WHO)} {line.what}", style=style)
    return text


def event_times(runs: tuple[ReplayedTurn, ...]) -> tuple[float, ...]:
    """The times of all events, ascending."""
    return tuple(sorted({ms for run in runs for ms, _ in run.events}))


def next_time(times: tuple[float, ...], at_ms: float, step: int) -> float:
    """The next of these times after `at_ms`, or the previous one; `at_ms` itself where there is none."""
    later = _after(times, at_ms) if step > 0 else _after(tuple(-ms for ms in reversed(times)), -at_ms)
    found = next(later, None)
    return at_ms if found is None else found if step > 0 else -found


def _after(times: tuple[float, ...], at_ms: float) -> Iterator[float]:
    return (ms for ms in times if ms > at_ms + 1e-6)


def _who(run: ReplayedTurn, event: Event, tr: Translator) -> str:
    name = tr.translate(actor(event))
    several = len(run.fates) > 1 and event.reply is not None and not event.kind.startswith("overlap.")
    return f"{name} #{(event.reply or 0) + 1}" if several else name
