"""One turn as lanes over time, now and under the better settings: who is heard when, and where the wait went."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.figures.outcome import Parts
from pipeline.streaming.events import Kind
from pipeline.trace.gantt import Row, chart
from pipeline.trace.panels import user_rows
from stages.i18n import Said, say
from tuner.pages.blocks import Chart, Lines
from tuner.pages.chart_data import Lane, Timeline
from tuner.support.report.moments import Moment, Run

BEFORE_MS, AFTER_MS, AROUND_MS, MOST_MS = 2500.0, 2500.0, 700.0, 20_000.0
"""How much is shown of what the user said, of what the agent answers, after an interrupt, and at most."""

COLUMNS = 76
"""Of the chart of characters."""


def timeline(moment: Moment, name: str, shown: Callable[[str], str] = str) -> Chart:
    """The picture of a turn; its note says how long the user waited. `shown`: the turn's name without secrets."""
    begin, end = _window(moment)
    lanes = _seen(_lanes(moment), begin, end)
    return Chart(
        name=name,
        title=moment.why,
        note=_note(moment, shown(moment.turn)),
        legend=_legend(lanes),
        data=Timeline(tuple(lanes), begin, end),
        instead=_lines(moment, begin, end),
    )


def _note(moment: Moment, turn: str) -> Said:
    if moment.then is None:
        return say("moments.now", turn=turn, now=_answered(moment.now))
    return say("moments.now_and_then", turn=turn, now=_answered(moment.now), then=_answered(moment.then))


def _answered(run: Run) -> Said:
    if run.outcome.response_ms is None:
        return say("moments.lost")
    return say("moments.failed" if run.outcome.failed else "moments.answered", ms=run.outcome.response_ms)


def _lanes(moment: Moment) -> list[Lane]:
    found = list(_of_run(moment.now, first=True, then=False))
    return found if moment.then is None else [*found, *_of_run(moment.then, first=False, then=True)]


def _of_run(run: Run, first: bool, then: bool) -> Iterator[Lane]:
    origin, when = run.log.world.end_ms, say("timeline.then" if then else "timeline.now")
    heard = {row.label: row.bars for row in user_rows(run.log)}
    user, agent = ([(bar.begin_ms - origin, bar.end_ms - origin) for bar in heard[who]] for who in ("user", "agent"))
    if first:
        yield Lane(say("timeline.user"), tuple((*span, "user") for span in user))
    yield Lane(say("timeline.wait", when=when), tuple(_wait(run)))
    yield Lane(say("timeline.agent", when=when), tuple((*span, "agent") for span in agent))
    yield Lane(say("timeline.overlaps", when=when), tuple(_overlaps(run)))


def _overlaps(run: Run) -> Iterator[tuple[float, float, str]]:
    """What is said over the agent: interrupts, and all that is none."""
    log, origin = run.log, run.log.world.end_ms
    sounds = log.world.turn.overlaps or ()
    ends = {event.number: event.at_ms for event in log.of(Kind.OVERLAP_ENDS)}
    for event in log.of(Kind.OVERLAP_BEGINS):
        if event.number is not None:
            what = "sound" if sounds[event.number].kind == "interrupt" else "muted"
            yield event.at_ms - origin, ends[event.number] - origin, what


def _wait(run: Run) -> Iterator[tuple[float, float, str]]:
    """The parts of the response time, one after the other; the network's way back comes last."""
    parts, at = run.outcome.parts, 0.0
    if parts is None:
        return
    down = run.log.world.down_ms
    for name, value in [*((name, getattr(parts, name)) for name in Parts.model_fields), ("network", down)]:
        length = value - down if name == "network" and at == 0 else value
        if length > 0:
            yield at, at + length, name
        at += length


def _window(moment: Moment) -> tuple[float, float]:
    """What is shown: the end of what the user said, the waits, the beginning of the answer, and what interrupts it."""
    begins, ends = [-BEFORE_MS], [BEFORE_MS]
    for run in (moment.now, moment.then):
        if run is not None:
            heard = run.outcome.response_ms
            ends += [] if heard is None else [heard + AFTER_MS]
            ends += [end + AROUND_MS for end in _talk(run)] if moment.about == "talk" else []
            begins += [begin - AROUND_MS for begin in _too_soon(run)] if moment.about == "cut-off" else []
    return max(-moment.now.log.world.end_ms, min(begins), -MOST_MS), min(max(ends), MOST_MS)


def _too_soon(run: Run) -> Iterator[float]:
    """When the agent is first heard before the user is done."""
    origin = run.log.world.end_ms
    agent = next(row for row in user_rows(run.log) if row.label == "agent")
    yield from [bar.begin_ms - origin for bar in agent.bars if bar.begin_ms < origin][:1]


def _talk(run: Run) -> Iterator[float]:
    """When the first interrupt ends, and when the agent is first heard to stop."""
    yield from [end for _, end, what in _overlaps(run) if what == "sound"][:1]
    if (stopped := run.log.moment(Kind.USER_HEARS_STOP)) is not None:
        yield stopped - run.log.world.end_ms


def _seen(lanes: list[Lane], begin: float, end: float) -> list[Lane]:
    """The lanes with their bars in the window; those without any left out."""
    kept = []
    for lane in lanes:
        bars = tuple((max(left, begin), min(right, end), what) for left, right, what in lane.bars)
        if bars := tuple(bar for bar in bars if bar[0] < bar[1]):
            kept.append(Lane(lane.label, bars))
    return kept


def _legend(lanes: list[Lane]) -> tuple[tuple[str, str], ...]:
    used = {what for lane in lanes for *_, what in lane.bars}
    order = ("user", "agent", "sound", "muted", *Parts.model_fields)
    return tuple((what, say(f"legend.{what}")) for what in order if what in used)


def _lines(moment: Moment, begin: float, end: float) -> Lines:
    """The same as characters: the rows that `turntempo replay --trace` draws."""
    lines: list[str] = []
    for when, run in (("now", moment.now), ("then", moment.then)):
        if run is not None:
            origin = run.log.world.end_ms
            rows = [Row(row.label, tuple(bar.earlier(origin) for bar in row.bars)) for row in user_rows(run.log)]
            lines += ["", say(f"timeline.{when}"), *chart(rows, begin, end, COLUMNS, 0.0)]
    return Lines(tuple(lines[1:]))
