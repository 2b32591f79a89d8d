"""The review of a folder of cases for the terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tuner.statistics.numbers import NONE
from tuner.support.case.deadlines import RESOLUTION, RESPONSE, duration
from tuner.support.case.review import Review, Times
from turntempo.show.prose import heading, listed


def whole(found: Review) -> Group:
    """Times, verdicts, escalations, causes, and what to look into."""
    parts: list[RenderableType] = [Text(f"{_number(found.cases, 'case')}, {found.open:,} open")]
    if found.severities:
        parts += [Text(), heading("Answered and solved, against target"), _times(found)]
    if found.satisfaction:
        points = ", ".join(f"{n} x {mark}" for mark, n in sorted(found.satisfaction.items(), reverse=True))
        verdicts = _number(sum(found.satisfaction.values()), "verdict")
        parts += [
            Text(),
            heading("Satisfaction, 1 to 5"),
            Text(f"{found.mean_satisfaction:.1f} on average, {verdicts}: {points}"),
        ]
    if found.escalated:
        escalated = ", ".join(f"{_number(n, 'case')} to {line}" for line, n in found.escalated.items())
        parts += [Text(), heading("Escalated"), Text(escalated)]
    if found.causes:
        causes = (f"{cause}: {len(cases)} times, {', '.join(cases)}" for cause, cases in found.causes.items())
        parts += [Text(), heading("Causes that came again"), listed(causes)]
    if found.to_review:
        bad = (f"{one.case.name} ({one.case.triage.severity}): {', '.join(one.reasons)}" for one in found.to_review)
        parts += [Text(), heading("To review"), listed(bad)]
    return Group(*parts)


def _times(found: Review) -> Table:
    drawn = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("", "cases", "open", "", "target", "within", "median", "longest", "overdue"):
        drawn.add_column(title, justify="left" if title == "" else "right", no_wrap=True)
    for one in found.severities:
        answered = _row(one.response, duration(RESPONSE[one.severity]))
        solved = _row(one.resolution, duration(RESOLUTION[one.severity]))
        drawn.add_row(one.severity, str(one.cases), str(one.open), "answered", *answered)
        drawn.add_row("", "", "", "solved", *solved)
    return drawn


def _row(times: Times, target: str) -> tuple[str, ...]:
    seen = (NONE if time is None else duration(time) for time in (times.median, times.longest))
    return (
        target,
        f"{times.within} of {times.n}" if times.n else NONE,
        *seen,
        str(times.overdue) if times.overdue else "",
    )


def _number(n: int, what: str) -> str:
    return f"1 {what}" if n == 1 else f"{n:,} {what}s"
