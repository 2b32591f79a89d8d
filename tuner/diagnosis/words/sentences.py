"""A diagnosis in words that a support engineer can paste: one finding a sentence or two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from stages.i18n import Said, joined, say
from tuner.diagnosis.barge_in import FALSE, MISSED, BargeIn
from tuner.diagnosis.diagnosis import Diagnosis
from tuner.diagnosis.floor import Floor
from tuner.diagnosis.levers import Lever, Price
from tuner.diagnosis.words.finding import Finding
from tuner.diagnosis.words.guide import PAGES, GuideLink, of_limit, of_setting
from tuner.statistics import numbers
from tuner.statistics.complaint import described
from tuner.statistics.intervals import Estimate
from tuner.statistics.limits import Limit
from tuner.statistics.verdict import Verdict, not_recorded
from tuner.statistics.vocabulary import figure, moment, part, subject, value

WAITS = {"endpointing.silence_ms", "vad.silence_ms"}

MISSED_NOW, COSTS, STALLS = say("heading.missed"), say("heading.cost"), say("heading.stalls")
COMPLAINT, DIFFERENCES = say("heading.complaint"), say("heading.differences")
BARGE_IN, UNFIXED = say("heading.barge_in"), say("heading.floor")


def findings(found: Diagnosis) -> tuple[Finding, ...]:
    """All that is worth a sentence, heading by heading, the most pressing first."""
    every = (
        *_complaint(found),
        *_missed_now(found),
        *_costs(found),
        *_stalls(found),
        *_barge_in_on(found),
        *_differences(found),
        *_unfixed(found),
    )
    return tuple(replace(one, text=say("finding.sentence", text=one.text)) for one in every)


def by_heading(found: Diagnosis) -> dict[str, list[Finding]]:
    """Heading -> findings, in their order."""
    headings: dict[str, list[Finding]] = {}
    for one in findings(found):
        headings.setdefault(one.heading, []).append(one)
    return headings


def sections(found: Diagnosis) -> dict[str, list[str]]:
    """Heading -> sentences, each fit to be pasted into a message."""
    return {heading: [one.text for one in under] for heading, under in by_heading(found).items()}


def _complaint(found: Diagnosis) -> Iterator[Finding]:
    """What users complain of, and the paths that do it."""
    harm = found.harm
    if harm is None:
        return
    name, what = harm.now.name, described(harm.complaint)
    page = of_limit(Limit(name, 0.0))
    if harm.now.value is None:
        text = say("complained.unknown", what=what, figure=figure(name), why=why_unknown(found, name))
        yield Finding(COMPLAINT, "complaint", text, page)
        return
    now = say("finding.now_at_most", now=numbers.figure(name, harm.now.value), span=span_text(harm.now))
    yield Finding(COMPLAINT, "complaint", say("complained.finding", what=what, figure=figure(name), now=now), page)
    for one in harm.paths:
        values = {"path": say(f"path.{one.name}"), "without": numbers.figure(name, one.without.value)}
        if one.alone is None:
            text = say("complained.path", **values)
        else:
            text = say("complained.path_alone", **values, alone=numbers.figure(name, one.alone.value))
        yield Finding(COMPLAINT, "complaint", text, page)


def why_unknown(found: Diagnosis, name: str) -> str:
    """Why these turns do not show a figure under the settings in force, and what to record."""
    said = next((one.note for one in found.verdicts if one.limit.name == name and one.unknown), "")
    return said or not_recorded(name)


def span_text(one: Estimate) -> str:
    """1.2 - 3.4%"""
    return numbers.span(one.name, one.low, one.high)


def _differences(found: Diagnosis) -> Iterator[Finding]:
    """Groups of turns that are slower or faster than the others."""
    for one in found.differences:
        group, tag, named = one.group.partition("=")
        who = say("difference.tag", tag=group, value=named) if tag else say(f"difference.{group}")
        estimate, low, high = one.later.estimate or 0.0, one.later.low or 0.0, one.later.high or 0.0
        if estimate < 0:
            estimate, low, high = -estimate, -high, -low
        key = "difference.later" if (one.later.estimate or 0.0) > 0 else "difference.sooner"
        text = say(
            key, who=who, n=one.turns, median=one.median_ms, others=one.others_ms, ms=estimate, low=low, high=high
        )
        yield Finding(DIFFERENCES, "difference", text, PAGES["timeouts"])


def _missed_now(found: Diagnosis) -> Iterator[Finding]:
    off = not found.barge_in.on
    if off:
        yield Finding(MISSED_NOW, "barge-in off", _barge_in(found.barge_in), PAGES["barge-in"])
    missed = [one for one in found.remedies if not (off and one.verdict.limit.name == MISSED)]
    for one in missed:
        if one.change is not None:
            yield Finding(MISSED_NOW, "mended", _remedy(one.verdict, one.change), _of_limit(one.verdict.limit, found))
    if beyond := [one.verdict for one in missed if one.change is None]:
        yield Finding(MISSED_NOW, "not mended", _beyond(beyond), _of_limit(beyond[0].limit, found))


def _costs(found: Diagnosis) -> Iterator[Finding]:
    """The dearest setting first."""
    if found.judged_by.text != found.goal.text:
        yield Finding(COSTS, "no telling", _no_telling(found), PAGES["timeouts"])
    for one in sorted((*found.levers, *found.together), key=lambda lever: -lever.gain_ms):
        if one.shown:
            yield Finding(COSTS, "cost" if len(one.values) == 1 else "together", _lever(one), _of_lever(one))


def _stalls(found: Diagnosis) -> Iterator[Finding]:
    return (Finding(STALLS, "stalls", _lever(one), _of_lever(one)) for one in found.against_stalls if one.shown)


def _barge_in_on(found: Diagnosis) -> Iterator[Finding]:
    if found.barge_in.on:
        page = "echo" if found.barge_in.loudest == "echo" else "barge-in"
        yield Finding(BARGE_IN, "barge-in on", _barge_in(found.barge_in), PAGES[page])


def _unfixed(found: Diagnosis) -> Iterator[Finding]:
    if found.floor is not None:
        yield Finding(UNFIXED, "floor", _floor(found.floor, not WAITS.isdisjoint(found.unjudged)), PAGES["floor"])


def _of_lever(lever: Lever) -> GuideLink:
    """Of a hedge its own page, whatever timeout comes with it."""
    hedged = [name for name in lever.values if name.endswith(".hedge")]
    return of_setting((hedged or list(lever.values))[0])


def _of_limit(limit: Limit, found: Diagnosis) -> GuideLink:
    echo = limit.name == FALSE and found.barge_in.loudest == "echo"
    return PAGES["echo"] if echo else of_limit(limit)


def _no_telling(found: Diagnosis) -> Said:
    unanswered = (
        say(
            "finding.share",
            figure=figure(name),
            share=_percent(one.value),
            low=_percent(one.low),
            high=_percent(one.high),
        )
        for name, one in ((name, found.figures[name]) for name in ("failed_rate", "lost_rate"))
        if one.value
    )
    shares = joined(unanswered, "and")
    return say("finding.no_telling", moment=moment(found.goal), shares=shares, turns=found.turns)


def _lever(lever: Lever) -> Said:
    effect = say("lever.sooner", ms=lever.gain_ms, moment=moment(lever.goal), between=between(lever))
    return say("lever.finding", change=_change(lever), effect=effect, prices=_prices(lever.prices))


def _change(lever: Lever) -> Said:
    """The change as the start of a sentence."""
    if len(lever.values) == 1:
        (name, (now, then)), *_ = lever.values.items()
        return say("lever.one", subject=subject(name), name=name, now=value(name, now), then=value(name, then))
    return say("lever.several", moves=moves_text(lever.values))


def moves_text(moves: Mapping[str, tuple[Any, Any]]) -> Said:
    """endpointing.silence_ms 700 ms (now 1500 ms), ...; `moves`: setting -> (now, then)."""
    texts = (
        say("lever.move", name=name, then=value(name, then), now=value(name, now))
        for name, (now, then) in moves.items()
    )
    return joined(texts, "comma")


def between(lever: Lever) -> Said:
    """(95%: 760 to 820)"""
    low, high = lever.gain.low, lever.gain.high
    return say("lever.one_session") if low is None or high is None else say("lever.between", low=low, high=high)


def _prices(prices: tuple[Price, ...]) -> Said:
    """What the change costs: the limit that it comes nearest to, and LLM requests where there are more."""
    dearer = [price for price in prices if price.higher]
    named = dearer[:1] + [price for price in dearer[1:] if price.limit.is_count]
    if not named:
        return say("lever.free")
    return say("lever.prices", prices=joined(map(price_text, named), "and"))


def price_text(price: Price) -> Said:
    """users cut off at 2.1% (now 0.4%, at most 2.6%; limit 3%)"""
    shown = price.limit.shown
    at_most = "" if price.upper is None else say("lever.at_most", upper=shown(price.upper))
    now, then, limit = (shown(one) for one in (price.now, price.then, price.limit.value))
    key = "lever.price_aim" if price.limit.is_aim else "lever.price"
    return say(key, figure=figure(price.limit.name), then=then, now=now, at_most=at_most, limit=limit)


def _remedy(verdict: Verdict, change: Lever) -> Said:
    missed, moves, when = missed_text(verdict), moves_text(change.values), moment(change.goal)
    return say("remedy.mends", missed=missed, moves=moves, cost=cost_of(change), moment=when)


def _beyond(missed: Sequence[Verdict]) -> Said:
    """The limits that no single change mends."""
    return say("remedy.beyond", missed=joined(map(missed_text, missed), "semicolon"))


def missed_text(verdict: Verdict) -> Said:
    """users cut off 16%, where the limit is 3%"""
    name, shown = figure(verdict.limit.name), verdict.limit.shown
    known = "remedy.missed_aim" if verdict.limit.is_aim else "remedy.missed"
    key = "remedy.missed_assumed" if verdict.assumed else known
    return say(key, figure=name, now=shown(verdict.estimate), limit=shown(verdict.limit.value))


def cost_of(change: Lever) -> Said:
    """What a change does to the goal."""
    ms = -change.gain_ms
    if abs(ms) < 0.5:
        return say("remedy.free")
    return say("remedy.later", ms=ms) if ms > 0 else say("remedy.sooner", ms=-ms)


def _barge_in(found: BargeIn) -> Said:
    if not found.known:
        return say("barge_in.unknown_on" if found.on else "barge_in.unknown_off")
    if not found.met:
        return say("barge_in.unmet_on" if found.on else "barge_in.unmet_off")
    figures = found.figures
    if found.on:
        stop, false = figures["stop_ms.p50"], figures[FALSE]
        return say(
            "barge_in.on",
            met=found.met,
            missed=_percent(figures[MISSED].value),
            quiet="" if stop.value is None else say("barge_in.quiet", ms=stop.value),
            false=_percent(false.value),
            by=_by(found.broken_off_by),
        )
    return joined((_lost(found), _turned_on(found)), "space")


def _by(shares: Mapping[str, float]) -> str:
    """: by backchannels 1.9%, noise 1%; the largest first."""
    kinds = [
        say("barge_in.by_kind", kind=say(f"kind.{kind}"), share=_percent(share))
        for kind, share in sorted(shares.items(), key=lambda one: -one[1])
        if share
    ]
    return say("barge_in.by", kinds=joined(kinds, "comma")) if kinds else ""


def _lost(found: BargeIn) -> Said:
    each = found.talked_over_s / max(1, found.missed)
    return say("barge_in.lost", met=found.met, missed=found.missed, each=each, all=_hours(found.talked_over_s))


def _turned_on(found: BargeIn) -> Said:
    after = found.remedy_figures
    if after is None:
        return say("barge_in.unpromised", why=found.unjudged or say("barge_in.no_remedy"))
    changes = (say("barge_in.change", name=name, then=value(name, then)) for name, then in (found.remedy or {}).items())
    missed, false, stop = after[MISSED], after[FALSE], after["stop_ms.p50"]
    return say(
        "barge_in.turned_on",
        changes=joined(changes, "comma"),
        missed=_percent(missed.value),
        missed_most=_percent(missed.high),
        false=_percent(false.value),
        false_most=_percent(false.high),
        quiet="" if stop.value is None else say("barge_in.would_quiet", ms=stop.value),
    )


def _floor(floor: Floor, waits: bool) -> Said:
    """`waits`: the recording cannot judge a shorter silence, so it stays."""
    parts = sorted(((ms, name) for name, ms in floor.fastest.parts.items() if ms >= 0.5), reverse=True)
    p50, p95 = floor.stages["llm.ttft_ms"]
    model = "" if p50 is None or p95 is None else say("floor.model", p50=p50, p95=p95)
    named = (
        say("floor.part", name=part(name, at_least=not waits), ms=ms, model=model if name == "llm" else "")
        for ms, name in parts
    )
    judged = say("floor.judged") if waits else ""
    return say("floor.finding", judged=judged, ms=floor.fastest.response_ms, parts=joined(named, "comma"))


def _percent(share: float | None) -> str:
    return say("value.none") if share is None else numbers.share(share)


def _hours(seconds: float) -> Said:
    if seconds < 120:
        return say("barge_in.seconds", n=seconds)
    return say("barge_in.minutes", n=seconds / 60) if seconds < 7200 else say("barge_in.hours", n=seconds / 3600)
