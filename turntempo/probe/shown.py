"""What a probe measured, for the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stages.i18n import Said, joined, say
from tuner.statistics import numbers
from turntempo.show.prose import listed

if TYPE_CHECKING:
    from tuner.statistics.intervals import Estimate
    from tuner.statistics.requests.slow_pairs import SlowPairs
    from turntempo.probe.plan import Plan
    from turntempo.probe.records import Cell, Record
    from turntempo.probe.running import Progress
    from turntempo.probe.summary import Side, Summary

OF_STAGE = ("first_ms", "done_ms")
"""Figures whose name depends on the stage."""


def summarized(found: Summary, cost: float | None) -> RenderableType:
    """All that was found, figures first."""
    connections = say("probing.reused" if found.reused else "probing.new")
    parts: list[RenderableType] = [Text(one) for one in _heading(found)]
    if found.figures:
        parts += ["", Text(say("probing.at", level=found.level, connections=connections), style="bold")]
        parts.append(_figures(found))
    if len(found.curve) > 1:
        parts += ["", Text(say("probing.load"), style="bold"), _curve(found)]
    if found.sides:
        parts += ["", Text(say("probing.kinds"), style="bold"), _sides(found.sides)]
    if sentences := list(_sentences(found, cost)):
        parts += ["", listed(sentences)]
    return Group(*parts)


def _heading(found: Summary) -> Iterable[Said]:
    head = found.head
    names = {"model": head.model, "endpoint": head.endpoint, "began": head.began}
    yield say("probing.heading", stage=say(f"probing.{head.stage}"), **names)
    yield say("probing.answered", answered=found.answered, sent=found.sent - found.rate_limited)
    if found.failures:
        yield say("probing.failures", kinds=", ".join(f"{name} {count}" for name, count in found.failures.items()))
    if found.rate_limited:
        yield say("probing.rate_limited", n=found.rate_limited)


def _table(*headings: str) -> Table:
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(headings):
        drawn.add_column(say(f"probing.col_{heading}"), justify="right" if place else "left")
    return drawn


def _figures(found: Summary) -> Table:
    drawn = _table("figure", "p50", "range", "p95", "range", "p99", "n")
    for name, estimates in found.figures.items():
        key = f"{found.head.stage}_{name}" if name in OF_STAGE else name
        p50, p95, p99 = (estimates[one] for one in ("p50", "p95", "p99"))
        drawn.add_row(say(f"probing.{key}"), _ms(p50), _span(p50), _ms(p95), _span(p95), _ms(p99), f"{p50.n:,}")
    return drawn


def _curve(found: Summary) -> Table:
    drawn = _table("level", "p50", "times", "p95", "times", "n")
    for load in found.curve:
        p50, p95 = load.figures["p50"], load.figures["p95"]
        ratios = [_times(one.estimate, one.low, one.high) for one in (load.times_p50, load.times_p95)]
        drawn.add_row(f"{load.concurrency}", _ms(p50), ratios[0], _ms(p95), ratios[1], f"{p50.n:,}")
    return drawn


def _sides(sides: Iterable[Side]) -> Table:
    drawn = _table("kind", "p50", "range", "p95", "n")
    for one in sides:
        drawn.add_row(_side_name(one.name), _ms(one.figure), _span(one.figure), _ms(one.slow), f"{one.figure.n:,}")
    return drawn


def _side_name(name: str) -> Said:
    if name.startswith("history "):
        return say("probing.side_history", tokens=name.removeprefix("history "))
    return say("probing.side_http", version=name) if name.startswith("HTTP") else say(f"probing.side_{name}")


def _sentences(found: Summary, cost: float | None) -> Iterable[Said]:
    from turntempo.probe.askers.chat import STALL_MS as LLM_STALL_MS
    from turntempo.probe.askers.speaking import STALL_MS as TTS_STALL_MS

    if found.setup:
        steps = [
            say("probing.step", name=say(f"probing.{name}"), ms=_fine(one.value)) for name, one in found.setup.items()
        ]
        yield say("probing.steps", steps=joined(steps, "comma"))
    if one := found.stalled:
        ms = LLM_STALL_MS if found.head.stage == "llm" else TTS_STALL_MS
        span = numbers.span("stalled_rate", one.low, one.high)
        yield say("probing.stalled", share=numbers.share(one.value), ms=ms, span=span, n=one.n)
    if (one := found.real_time_factor) and found.head.api not in ("openai-realtime", "deepgram"):
        yield say("probing.real_time", s=numbers.count(one.value), n=one.n)
    if slope := found.prefill_ms_per_1k:
        ends = {"low": _fine(slope.low), "high": _fine(slope.high)}
        yield say("probing.prefill", ms=_fine(slope.estimate), **ends)
    elif found.head.stage == "llm" and any(one.name.startswith("history") for one in found.sides):
        yield say("probing.prefill_unknown")
    yield from _pairs("twins", found.twins)
    yield from _pairs("row", found.in_a_row)
    if cost is not None and found.answered:
        yield say("probing.cost", amount=cost, each=cost / found.answered)


def _pairs(kind: str, pairs: SlowPairs | None) -> Iterable[Said]:
    if pairs is None:
        return
    verdict = "unshown" if pairs.verdict == "not shown" else pairs.verdict
    counted = {"both": pairs.both, "after_slow": pairs.after_slow, "pairs": pairs.pairs}
    yield say(
        f"probing.{kind}_{verdict}",
        share=numbers.share(pairs.share),
        expected=numbers.share(pairs.expected),
        **counted,
    )


def planned(found: Plan) -> RenderableType:
    """What would be sent, and how many requests it takes."""
    from turntempo.probe.cells import requests_of

    drawn = _table("cell", "requests")
    for cell in found.cells:
        drawn.add_row(_cell(cell), f"{requests_of(cell):,}")
    uses = [say(f"probing.use_{unit}", n=amount) for unit, amount in found.amounts.items() if amount]
    cost = "" if found.cost is None else say("probing.plan_cost", amount=found.cost)
    total = say(
        "probing.planned", requests=found.requests, uses=say("probing.uses", uses=joined(uses, "comma")), cost=cost
    )
    lines = [
        say("probing.never", share=numbers.share(precision), whose=found.spread_of)
        if n is None
        else say("probing.needed", share=numbers.share(precision), n=n, whose=found.spread_of)
        for precision, n in found.needed.items()
    ]
    return Group(drawn, "", Text(total), *(Text(line) for line in lines))


def _cell(cell: Cell) -> Said:
    return say(f"probing.cell_{cell.question}", level=cell.concurrency, history=cell.history, http=cell.http)


def progress_text(now: Progress) -> Said:
    """120 of 400 requests, 2 failed, 3 min left"""
    left = "" if now.left_s is None else say("probing.left", time=_time(now.left_s))
    waiting = "" if now.waiting_s is None else say("probing.waiting", time=_time(now.waiting_s))
    counted = {"done": now.done, "total": now.total, "failed": now.failed}
    return say("probing.progress", left=left, waiting=waiting, **counted)


def stopped(record: Record) -> Said:
    """Why a run ended before its end, and what to do."""
    if record.failure == "rate_limited":
        return say("probing.stopped_limit", time=_time(record.retry_after_s or 0))
    return say(
        "probing.stopped_lasting",
        kind=record.failure or "",
        status="" if record.status is None else say("probing.status", status=record.status),
        code="" if record.code is None else say("probing.code", code=record.code),
        where="" if record.where is None else say("probing.where", host=record.where),
        step=say(f"probing.step_{record.failure}"),
    )


def none_answered(found: Summary) -> Said:
    """That nothing was measured."""
    return say("probing.none_answered", n=found.sent)


def _time(seconds: float) -> str:
    return (
        f"{seconds:.0f} s"
        if seconds < 120
        else f"{seconds / 60:.0f} min"
        if seconds < 7200
        else f"{seconds / 3600:.1f} h"
    )


def _ms(one: Estimate) -> str:
    return _fine(one.value)


def _fine(value: float | None) -> str:
    """A time with a decimal where it is short."""
    return f"{value:.1f} ms" if value is not None and abs(value) < 100 else numbers.ms(value)


def _span(one: Estimate) -> str:
    if one.low is None:
        return numbers.NONE
    return f"{one.low:,.0f} - {one.high:,.0f}" if one.high is not None else f"{one.low:,.0f} -"


def _times(value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return numbers.NONE
    return (
        numbers.count(value) if low is None or high is None or low == high else f"{value:.2f} ({low:.2f} - {high:.2f})"
    )
