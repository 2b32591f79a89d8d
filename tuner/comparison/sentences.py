"""A comparison of settings in sentences to be pasted, in every language there is."""

from __future__ import annotations

from collections.abc import Iterable

from stages.i18n import Said, catalogue, joined, say
from tuner.comparison.comparing import SettingsComparison
from tuner.comparison.difference import Difference
from tuner.comparison.effect import Effect
from tuner.statistics import numbers
from tuner.statistics.vocabulary import named

MEDIAN, P95 = "response_ms.p50", "response_ms.p95"

WEIGHTY = (
    *("cut_off_rate", "missed_interrupt_rate", "false_interrupt_rate", "failed_rate", "lost_rate", "dead_air_rate"),
    *("false_start_rate", "restarted_rate", "stutter_rate", "degraded_rate", "hiccup_rate", "filler_rate"),
    *("history_lost_rate", "llm_starts_per_turn"),
)
"""What users mind most comes first."""

MOST_CLAUSES = 2
"""Figures of a sentence beside response times."""


def headline(found: SettingsComparison) -> Said:
    """The comparison in one sentence."""
    if not found.effects:
        return say("compare.same_settings")
    if not found.turns_changed:
        return say("compare.nothing", turns=found.turns)
    clauses = [*_times(found), *(clause(one) for one in _weightiest(found))]
    last = clauses.pop()
    return say("compare.sentence", clauses=joined([joined(clauses, "comma"), last], "and") if clauses else last)


def _times(found: SettingsComparison) -> list[Said]:
    """The median; and p95 where it goes another way."""
    median, late = found.figures[MEDIAN], found.figures[P95]
    clauses = [answers(median)] if median.change is not None or not late.shown else []
    if late.shown and late.status != median.status:
        clauses.append(answers(late))
    return clauses


def _weightiest(found: SettingsComparison) -> list[Difference]:
    """Of the other figures that differ beyond chance the first two, one that gets worse among them."""
    shown = [found.figures[name] for name in WEIGHTY if found.figures[name].shown]
    chosen = shown[:MOST_CLAUSES]
    worse = [one for one in shown if one.status == "worse"]
    if worse and worse[0] not in chosen:
        chosen[-1] = worse[0]
    return chosen


def answers(one: Difference) -> Said:
    """answers 210 ms sooner at the median (95%: 190 to 230)"""
    moment = say("compare.median") if one.name == MEDIAN else say("moment.quantile", goal=one.name.partition(".")[2])
    if one.change is None:
        return say("compare.untimed", moment=moment)
    if not one.shown:
        return say("compare.no_sooner", moment=moment, change=_signed(one))
    key = "compare.sooner" if one.status == "better" else "compare.later"
    low, high = _ends(one)
    return say(key, ms=abs(one.change), moment=moment, low=f"{low:,.0f}", high=f"{high:,.0f}")


def clause(one: Difference) -> Said:
    """cuts off 1.2 points more users (0.6 to 1.9)"""
    key = f"compare.of_{one.name}"
    low, high = _ends(one)
    size = abs(one.change or 0.0)
    counted = one.name == "llm_starts_per_turn"
    texts = [numbers.count(value) if counted else numbers.points(value, size) for value in (size, low, high)]
    return say(
        key if key in catalogue("en") else "compare.of_any",
        figure=named(one.name),
        more=say("compare.more" if one.status == "worse" else "compare.fewer"),
        **dict(zip(("size", "low", "high"), texts, strict=True)),
    )


def _ends(one: Difference) -> tuple[float, float]:
    """Of a difference beyond chance the ends of its interval without their sign, the smaller first."""
    low, high = sorted((abs(one.low or 0.0), abs(one.high or 0.0)))
    return low, high


def _signed(one: Difference) -> Said:
    """+3 ms, 95%: -2 to +9; where there is no interval, from how many turns"""
    change = numbers.signed(one.name, one.change)
    if one.low is None or one.high is None:
        return say("compare.unbounded", change=change, turns=_turns(one.turns))
    return say("compare.between", change=change, span=numbers.signed_span(one.name, one.low, one.high, one.change))


def unchanged(found: SettingsComparison) -> list[Said]:
    """The figures that are not shown to differ, those that are the same on all turns, and those that are not known."""
    lines = []
    if unclear := [one for one in found.of_status("not shown") if one.change is not None]:
        names = joined([say("compare.name", name=one.name, change=_signed(one)) for one in unclear], "semicolon")
        lines.append(say("compare.not_shown", names=names))
    for status in ("same", "unknown"):
        if ones := found.of_status(status):
            lines.append(say(f"compare.{status}", names=joined([one.name for one in ones], "comma")))
    if assumed := [one.name for one in found.figures.values() if one.assumed]:
        lines.append(say("compare.assumed", names=joined(assumed, "comma")))
    return lines


def effect(one: Effect, most: int = 3) -> Said:
    """What a setting that differs does: in figures alone, or why it does nothing."""
    if one.kind == "none":
        return say("compare.no_effect")
    if one.kind == "hidden by others":
        hidden = joined([say("compare.as_in_b", name=name) for name in one.hidden_by], "comma")
        return say("compare.hidden_by", names=hidden) if one.hidden_by else say("compare.hidden")
    if one.kind == "only with others":
        return say("compare.only_with_others", turns=_turns(one.back_turns))
    shown = _first(one.alone.values(), most)
    if not shown:
        return say("compare.beyond_no_chance", turns=_turns(one.alone_turns))
    return joined([say("compare.moves", name=name(item), change=_change(item)) for item in shown], "comma")


def _turns(n: int) -> Said:
    return say("compare.turn") if n == 1 else say("compare.turns", n=n)


def _first(figures: Iterable[Difference], most: int) -> list[Difference]:
    """Those beyond chance that change most, in their order: 100 ms weigh as one point, or as 0.1 LLM requests."""
    shown = [one for one in figures if one.shown]
    largest = sorted(shown, key=lambda one: -abs(one.change or 0.0) * _weight(one.name))[:most]
    return [one for one in shown if one in largest]


def _weight(name: str) -> float:
    if name.endswith("_rate"):
        return 100.0
    return 10.0 if name == "llm_starts_per_turn" else 0.01


def _change(one: Difference) -> str:
    return numbers.signed(one.name, one.change)


def name(one: Difference) -> str:
    """p50 for the response time's, else the figure's own name."""
    return one.name.removeprefix("response_ms.")


def sentences(found: SettingsComparison) -> list[Said]:
    """All of it: the headline, what does not change, and a line a setting."""
    lines = [say("compare.setting", name=one.name, effect=effect(one)) for one in found.effects]
    return [headline(found), *unchanged(found), *lines]
