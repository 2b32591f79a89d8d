"""Whether the promise was kept, in sentences to be pasted, in every language there is."""

from __future__ import annotations

from stages.i18n import joined, say
from tuner.followup.comparison import Comparison, Kept, Off
from tuner.statistics.intervals import Estimate
from tuner.statistics.numbers import figure as number
from tuner.statistics.numbers import setting
from tuner.statistics.vocabulary import figure, part

MAIN = ("response_ms.p50", "response_ms.p95")
"""The figures that always get a sentence."""


def sentences(found: Comparison) -> list[str]:
    """The verdict first, then where it was off, then what it rests on."""
    return [*_verdict(found), *_where(found), *_doubts(found)]


def _verdict(found: Comparison) -> list[str]:
    main = [found.figure(name) for name in MAIN]
    worse = [one for one in found.figures if one.status == "worse"]
    if worse:
        as_promised = [one for one in main if one.status in ("came true", "better")]
        kept = [say("promise.partly", figures=_figures(as_promised))] if as_promised else []
        return [say("promise.broken", figures=_figures(worse)), *kept]
    if all(one.status in ("not shown", "not said") for one in main):
        return [say("promise.too_few", figures=_figures(main), turns=found.turns)]
    return [say("promise.kept", figures=_figures(main))]


def _figures(found: list[Kept]) -> str:
    return joined([_figure(one) for one in found], "semicolon")


def _figure(one: Kept) -> str:
    """the answer at p95 2,590 ms (95%: 2,480 to 2,700, n = 611), promised 2,538 ms (2,428 to 2,672), before 5,366 ms"""
    values = {name: _shown(one.name, getattr(one, name).value) for name in ("found", "promised", "before")}
    return say(
        "promise.figure",
        name=called(one.name),
        **values,
        span=_span(one.found),
        promised_span=_span(one.promised),
        n=one.found.n,
        how=say("promise.measured" if one.measured else "promise.replayed"),
    )


def called(name: str) -> str:
    """A figure in words."""
    quantile = {"p50": "promise.median", "mean": "promise.mean"}
    if not name.startswith("response_ms."):
        return figure(name)
    level = name.partition(".")[2]
    return say(quantile[level]) if level in quantile else say("promise.quantile", level=level)


def _where(found: Comparison) -> list[str]:
    """The parts that are off by more than chance, the largest first."""
    off = sorted((one for one in found.parts if one.beyond_chance), key=lambda one: -abs(one.off_ms))
    if not found.parts:
        return []
    if not off:
        return [say("promise.no_part")]
    return [say("promise.parts", parts=joined([_part(one) for one in off], "semicolon"))]


def _part(one: Off) -> str:
    low, high = sorted((abs(one.low or 0.0), abs(one.high or 0.0)))
    name = say("promise.model") if one.part == "model" else part(one.part)
    return say(
        "promise.later" if one.off_ms > 0 else "promise.sooner", part=name, ms=abs(one.off_ms), low=low, high=high
    )


def _doubts(found: Comparison) -> list[str]:
    said: list[str] = []
    if found.other_settings:
        moved = [
            say("promise.other", name=name, was=setting(was), then=setting(then))
            for name, (then, was) in found.other_settings.items()
        ]
        said.append(say("promise.other_settings", moved=joined(moved, "comma")))
    if found.assumed_settings:
        said.append(say("promise.assumed_settings"))
    if not found.measured:
        said.append(say("promise.unmeasured"))
    elif found.measured < found.turns:
        said.append(say("promise.half_measured", measured=found.measured, turns=found.turns))
    if found.invented:
        said.append(say("promise.invented", count=found.invented))
    return said


def _shown(name: str, value: float | None) -> str:
    """2,538 ms, 1.34%, 1.17"""
    return say("promise.no_answer") if value is None else number(name, value, digits=3)


def _span(one: Estimate) -> str:
    if one.low is None:
        return say("promise.unbounded")
    low = _shown(one.name, one.low)
    if one.high is None:
        return say("promise.or_more", low=low)
    return say("promise.span", low=low.removesuffix(" ms").removesuffix("%"), high=_shown(one.name, one.high))
