"""A recommendation for the terminal: what changed, what it brings, how sure that is, what it rests on."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tuner.recommendation.changes import Change
from tuner.recommendation.holdout import Judgement
from tuner.recommendation.recommendation import Recommendation
from tuner.recommendation.sentences import sentences
from tuner.space.fixed import unpriced
from tuner.statistics import numbers
from tuner.statistics.verdict import Verdict
from turntempo.show import frontier
from turntempo.show.origin import together
from turntempo.show.prose import listed

ALWAYS = ("response_ms.p50", "response_ms.p90", "response_ms.p95", "response_ms.p99")
"""Figures of the table, whatever became of them; of the others those that changed."""


def whole(found: Recommendation, width: int) -> Group:
    """All of it, under headings."""
    parts: list[RenderableType] = [listed(sentences(found)), Text()]
    if found.changes:
        title = "What to change" if found.estimate is None else "The best on the estimates alone: not shown to hold"
        parts += [Text(title, style="bold"), changes_table(found), Text()]
        parts += [*before_and_after(found.held_out or found.tuning, found.provisional), Text()]
    parts += [*limits(found), Text()]
    if drawn := frontier.plot(found.frontier, "cut_off_rate", width):
        parts += [Text("What answering sooner would cost (o within all limits, x beyond)", style="bold"), drawn, Text()]
    return Group(*parts, *rests_on(found))


def changes_table(found: Recommendation) -> Table:
    """Each change, and what taking it back alone would lose."""
    drawn = Table(box=None, pad_edge=False, header_style="dim")
    drawn.add_column("setting")
    for title in ("now", "then"):
        drawn.add_column(title, justify="right")
    drawn.add_column("without this change")
    for one in sorted(found.changes, key=lambda change: -(change.worth_ms or 0.0)):
        drawn.add_row(one.name, numbers.setting(one.before), numbers.setting(one.after), _without(one))
    return drawn


def before_and_after(judged: Judgement, provisional: bool) -> list[RenderableType]:
    """The figures of the same turns under both settings."""
    held_out = f"{judged.turns:,} held-out turns, which the search has not seen"
    where = f"the {judged.turns:,} turns it was tuned on" if provisional else held_out
    title = Text(f"Before and after, on {where}", style="bold")
    drawn = Table(box=None, pad_edge=False, header_style="dim")
    drawn.add_column("figure")
    for heading in ("before", "after", "95% interval", "n"):
        drawn.add_column(heading, justify="right")
    for name, after in judged.after.items():
        before = judged.before[name]
        if name in ALWAYS or (before.value != after.value and not name.startswith("response_ms")):
            seen = (numbers.figure(name, value) for value in (before.value, after.value))
            drawn.add_row(name, *seen, numbers.span(name, after.low, after.high), f"{after.n:,}")
    return [title, drawn]


def limits(found: Recommendation) -> list[RenderableType]:
    """The limits on the turns that decide; those that cannot be broken in one line."""
    title = Text(f"Limits, on {found.tuning.turns:,} tuning turns (95% upper bounds decide)", style="bold")
    told = [one for one in found.tuning.verdicts if not one.note]
    sure = [one.limit.name for one in found.tuning.verdicts if one.note]
    parts: list[RenderableType] = [title, limits_table(told)]
    if sure:
        parts.append(Text(f"Cannot happen, or nothing to judge by: {', '.join(sure)}", style="dim"))
    return parts


def limits_table(found: list[Verdict]) -> Table:
    """Each limit, what was seen, what may be at worst, and whether it is kept."""
    drawn = Table(box=None, pad_edge=False, header_style="dim")
    drawn.add_column("figure")
    for title in ("limit", "seen", "at most"):
        drawn.add_column(title, justify="right")
    drawn.add_column("")
    for one in found:
        limit = one.limit
        worst = numbers.NONE if one.upper is None else limit.shown(one.upper)
        verdict = one.status + (
            f", needs {one.turns_needed:,} turns" if one.status == "not shown" and one.turns_needed else ""
        )
        drawn.add_row(
            limit.name,
            limit.shown(limit.value),
            limit.shown(one.estimate),
            worst,
            verdict,
            style=None if one.met else "bold",
        )
    return drawn


def rests_on(found: Recommendation) -> list[RenderableType]:
    """What was left alone and why, and what was filled in."""
    unmoved = set(unpriced(found.task.limits))
    judged = {name: why for name, why in found.space.locks.items() if name not in unmoved}
    parts: list[RenderableType] = []
    if judged:
        parts += [Text("Left as they are", style="bold"), listed(together(judged)), Text()]
    if told := found.filled_in.by_field():
        parts += [
            Text("What the recording does not show, and what was taken instead", style="bold"),
            listed(together(told)),
        ]
    return parts


def _without(change: Change) -> str:
    """What taking it back alone would lose."""
    if change.needed_for:
        return f"misses {change.needed_for}"
    if change.raises:
        return f"raises {change.raises}"
    if change.worth_ms is None:
        return "no answer"
    return f"{change.worth_ms:,.0f} ms later" if change.worth_ms >= 0 else f"{-change.worth_ms:,.0f} ms sooner"
