"""Tables that several documents share: figures before and after, and limits with their verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from stages.i18n import Said, joined, say
from tuner.pages.blocks import Block, Listed, Table
from tuner.pages.wording import Wording
from tuner.statistics.intervals import Estimate
from tuner.statistics.known import count, shown
from tuner.statistics.numbers import NONE, span
from tuner.statistics.verdict import NOTED, Verdict

ALWAYS = ("response_ms.p50", "response_ms.p90", "response_ms.p95", "response_ms.p99")
"""Figures that a table shows whatever became of them."""

Figures = Mapping[str, Estimate]


def figures_table(before: Figures, after: Figures | None, names: Iterable[str], wording: Wording) -> Table:
    """A row a figure: before, after, the 95 % interval of the last and its n; without `after` as it is now."""
    seen = ("table.before", "table.after") if after else ("table.now",)
    headers = ("table.figure", *seen, "table.range", "table.n")
    rows = tuple(_figure_row(before[name], None if after is None else after[name], wording) for name in names)
    return Table(tuple(map(say, headers)), rows, frozenset(range(1, len(headers))))


def _figure_row(before: Estimate, after: Estimate | None, wording: Wording) -> tuple[str, ...]:
    last = before if after is None else after
    values = [shown(one) for one in (before, after) if one is not None]
    return (wording.figure(last.name), *values, span(last.name, last.low, last.high), count(last))


def changed(before: Figures, after: Figures) -> list[str]:
    """The quantiles of the response time, and what else is different after."""
    return [
        name
        for name, one in after.items()
        if name in ALWAYS or (before[name].value != one.value and not name.startswith("response_ms"))
    ]


def limits_blocks(verdicts: Sequence[Verdict], wording: Wording, before: Figures | None = None) -> tuple[Block, ...]:
    """A row a limit, those not shown to hold in strong; below, in a line a reason, the limits without a figure.

    `before`: the figures under the settings in force, in a column of their own.
    """
    judged = [one for one in verdicts if not one.note]
    seen = ("table.seen",) if before is None else ("table.before", "table.after")
    headers = ("table.figure", "table.limit", *seen, "table.at_most")
    table = Table(
        (*map(say, headers), say("table.verdict")),
        tuple(_limit_row(one, wording, before) for one in judged),
        frozenset(range(1, len(headers))),
        frozenset(row for row, one in enumerate(judged) if not one.met),
    )
    notes = _notes(verdicts, wording)
    return (table, Listed(notes)) if notes else (table,)


def _notes(verdicts: Sequence[Verdict], wording: Wording) -> tuple[Said, ...]:
    """lost_rate, hiccup_rate: met, as it cannot happen under these settings"""
    names: dict[tuple[str, str], list[str]] = {}
    for one in verdicts:
        if one.note:
            names.setdefault((NOTED[one.status], one.note), []).append(wording.figure(one.limit.name))
    return tuple(say(key, limit=joined(same, "comma"), note=note) for (key, note), same in names.items())


def _limit_row(verdict: Verdict, wording: Wording, before: Figures | None) -> tuple[str, ...]:
    limit, shown = verdict.limit, verdict.limit.shown
    now = [] if before is None else [shown(before[limit.name].value if limit.name in before else None)]
    at_most = NONE if verdict.upper is None else shown(verdict.upper)
    cells = (_most(verdict), *now, shown(verdict.estimate), at_most)
    return (wording.figure(limit.name), *cells, wording.verdict(verdict))


def _most(verdict: Verdict) -> str | Said:
    """3%; 4.1% (as now) where the settings in force miss the default; 2% (complaint) where users' complaint sets it."""
    limit = verdict.limit
    value = limit.shown(limit.value)
    key = {"in force": "limits.as_now", "complaint": "limits.complaint"}.get(limit.origin)
    return value if key is None else say(key, value=value)
