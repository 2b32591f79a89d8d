"""A diagnosis in words that a support engineer can paste: one finding a sentence or two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tuner.diagnosis.barge_in import FALSE, MISSED, BargeIn
from tuner.diagnosis.finding import Finding
from tuner.diagnosis.floor import Floor
from tuner.diagnosis.guide import PAGES, Page, of_limit, of_setting
from tuner.diagnosis.levers import Lever, Price
from tuner.diagnosis.vocabulary import AT_LEAST, PARTS, SETTINGS, assumed, figure, moment, value
from tuner.limits import Limit
from tuner.verdict import Verdict

if TYPE_CHECKING:
    from tuner.diagnosis.diagnosis import Diagnosis


WAIT = "endpointing.silence_ms"

MISSED_NOW, COSTS, STALLS = "Limits missed now", "What the settings cost now", "Against stalls"
BARGE_IN, UNFIXED = "Barge-in", "What no setting can fix"


def findings(found: Diagnosis) -> tuple[Finding, ...]:
    """All that is worth a sentence, heading by heading, the most pressing first."""
    told = (*_missed_now(found), *_costs(found), *_stalls(found), *_barge_in_on(found), *_unfixed(found))
    return tuple(replace(one, text=_assumed(_sentence(one.text), found.assumed)) for one in told)


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
        yield Finding(UNFIXED, "floor", _floor(found.floor, WAIT in found.unjudged), PAGES["floor"])


def _of_lever(lever: Lever) -> Page:
    """Of a hedge its own page, whatever timeout comes with it."""
    hedged = [name for name in lever.values if name.endswith(".hedge")]
    return of_setting((hedged or list(lever.values))[0])


def _of_limit(limit: Limit, found: Diagnosis) -> Page:
    echo = limit.name == FALSE and found.barge_in.loudest == "echo"
    return PAGES["echo"] if echo else of_limit(limit)


def _assumed(text: str, profile: str | None) -> str:
    """A sentence that can be pasted alone says where its figures come from."""
    return text if profile is None else f"{text.removesuffix('.')} ({assumed(profile)})."


def _no_telling(found: Diagnosis) -> str:
    unanswered = " and ".join(
        f"{figure(name)} {_percent(one.value)} (95%: {_percent(one.low)} to {_percent(one.high)})"
        for name, one in ((name, found.figures[name]) for name in ("failed_rate", "lost_rate"))
        if one.value
    )
    return (
        f"{moment(found.goal)} there is no telling: it stands at or next to the turns without an answer, {unanswered} "
        f"of {found.turns:,}; so changes are judged on average, where such a turn counts as one of 10 s."
    )


def _sentence(text: str) -> str:
    """With a capital, but for names of settings."""
    return text if "." in text.split()[0] else text[0].upper() + text[1:]


def _lever(lever: Lever) -> str:
    effect = f"would answer {lever.gain_ms:.0f} ms sooner {moment(lever.goal)}{_between(lever)}"
    return f"{_change(lever)} {effect}{_prices(lever.prices)}."


def _change(lever: Lever) -> str:
    """The change as the start of a sentence."""
    if len(lever.values) == 1:
        (name, (now, then)), *_ = lever.values.items()
        return f"{SETTINGS.get(name, name)} ({name}) is {value(name, now)}; {value(name, then)}"
    return f"{_moves(lever)}: together they"


def _moves(lever: Lever) -> str:
    """endpointing.silence_ms 700 ms (now 1500 ms), ..."""
    return ", ".join(
        f"{name} {value(name, then)} (now {value(name, now)})" for name, (now, then) in lever.values.items()
    )


def _between(lever: Lever) -> str:
    low, high = lever.gain.low, lever.gain.high
    return " (one session: no range)" if low is None or high is None else f" (95%: {low:.0f} to {high:.0f})"


def _prices(prices: tuple[Price, ...]) -> str:
    """What the change costs: the limit that it comes nearest to, and LLM requests where there are more."""
    dearer = [price for price in prices if price.higher]
    told = dearer[:1] + [price for price in dearer[1:] if price.limit.is_count]
    if not told:
        return ", and no limit comes nearer"
    return ", with " + " and ".join(_price(price) for price in told)


def _price(price: Price) -> str:
    shown, most = price.limit.shown, price.limit.value
    at_most = "" if price.upper is None else f", at most {shown(price.upper)}"
    return f"{figure(price.limit.name)} at {shown(price.then)} (now {shown(price.now)}{at_most}; limit {shown(most)})"


def _remedy(verdict: Verdict, change: Lever) -> str:
    to = ", ".join(
        f"{name} {value(name, then)} (now {value(name, now)})" for name, (now, then) in change.values.items()
    )
    return f"{_missed(verdict)}; {to} mends it {_cost(change)} {moment(change.goal)}."


def _beyond(missed: Sequence[Verdict]) -> str:
    """The limits that no single change mends."""
    alone = "no setting alone is shown to mend that within the other limits; `turntune tune` tries several"
    return f"{'; '.join(map(_missed, missed))}: {alone}."


def _missed(verdict: Verdict) -> str:
    limit = verdict.limit
    return f"{figure(limit.name)} {limit.shown(verdict.estimate)}, where the limit is {limit.shown(limit.value)}"


def _cost(change: Lever) -> str:
    """What a change does to the goal."""
    ms = -change.gain_ms
    if abs(ms) < 0.5:
        return "at no cost"
    return f"and costs {ms:.0f} ms" if ms > 0 else f"and answers {-ms:.0f} ms sooner"


def _barge_in(found: BargeIn) -> str:
    if not found.met:
        return f"barge-in is {'on' if found.on else 'off'}, and no user interrupted the agent in this recording."
    figures = found.figures
    if found.on:
        stop, false = figures["stop_ms.p50"], figures[FALSE]
        quiet = "" if stop.value is None else f"; half of the others silenced the agent within {stop.value:.0f} ms"
        return (
            f"of {found.met:,} interrupts {_percent(figures[MISSED].value)} were missed{quiet}; "
            f"{_percent(false.value)} of the turns were broken off without one{_by(found.broken_off_by)}."
        )
    return f"{_lost(found)} {_turned_on(found)}"


def _by(shares: Mapping[str, float]) -> str:
    """: by backchannels 1.9%, noise 1%; the largest first."""
    told = [f"{kind} {_percent(share)}" for kind, share in sorted(shares.items(), key=lambda one: -one[1]) if share]
    return f" (each kind of sound alone: {', '.join(told)})" if told else ""


def _lost(found: BargeIn) -> str:
    each = found.talked_over_s / max(1, found.missed)
    return (
        f"barge-in is off: users interrupted the agent {found.met:,} times and {found.missed:,} times it talked on, "
        f"over {each:.1f} s of their speech each time, {_hours(found.talked_over_s)} in all."
    )


def _turned_on(found: BargeIn) -> str:
    after = found.remedy_figures
    if after is None:
        why = found.unjudged or "no length of speech stops the agent for them and not for other sounds"
        return f"What it would cost to let them interrupt cannot be promised: {why}."
    changes = ", ".join(f"{name} {value(name, then)}" for name, then in (found.remedy or {}).items())
    missed, false, stop = after[MISSED], after[FALSE], after["stop_ms.p50"]
    quiet = "" if stop.value is None else f", half of the interrupts silencing the agent within {stop.value:.0f} ms"
    return (
        f"With {changes}, {_percent(missed.value)} would still be missed (at most {_percent(missed.high)}) and "
        f"{_percent(false.value)} of the turns broken off without an interrupt (at most {_percent(false.high)}){quiet}."
    )


def _floor(floor: Floor, waits: bool) -> str:
    """`waits`: the recording cannot judge a shorter silence, so it stays."""
    named = PARTS if waits else PARTS | AT_LEAST
    parts = sorted(((ms, named[name]) for name, ms in floor.fastest.parts.items() if ms >= 0.5), reverse=True)
    p50, p95 = floor.stages["llm.ttft_ms"]
    model = (
        "" if p50 is None or p95 is None else f" (over all turns it takes {p50:.0f} ms at the median, {p95:.0f} at p95)"
    )
    told = ", ".join(f"{name} {ms:.0f}{model if name == PARTS['llm'] else ''}" for ms, name in parts)
    judged = " that this recording can judge" if waits else ""
    return (
        f"no setting{judged} brings the median under {floor.fastest.response_ms:.0f} ms with one request a reply: "
        f"{told} ms; less than that takes a faster model, voice, recogniser or region."
    )


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{share * 100:.2g}%"


def _hours(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:.1f} hours"
