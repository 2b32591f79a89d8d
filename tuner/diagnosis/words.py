"""A diagnosis in words that a support engineer can paste: one finding a sentence or two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tuner.diagnosis.barge_in import FALSE, MISSED, BargeIn
from tuner.diagnosis.floor import Floor
from tuner.diagnosis.levers import Lever, Price
from tuner.diagnosis.remedies import Remedy
from tuner.diagnosis.vocabulary import AT_LEAST, PARTS, SETTINGS, figure, moment, value
from tuner.verdict import Verdict

if TYPE_CHECKING:
    from tuner.diagnosis.diagnosis import Diagnosis


WAIT = "endpointing.silence_ms"


def sections(found: Diagnosis) -> dict[str, list[str]]:
    """Heading -> findings, the most pressing first; a heading without any is left out."""
    off = not found.barge_in.on
    missed = [one for one in found.remedies if not (off and one.verdict.limit.name == MISSED)]
    mended = [_remedy(one.verdict, one.change) for one in missed if one.change is not None]
    every = {
        "Limits missed now": ([_barge_in(found.barge_in)] if off else []) + mended + _beyond(missed),
        "What the settings cost now": [_lever(one) for one in _dearest_first(found) if one.shown],
        "Against stalls": [_lever(one) for one in found.against_stalls if one.shown],
        "Barge-in": [] if off else [_barge_in(found.barge_in)],
        "What no setting can fix": [] if found.floor is None else [_floor(found.floor, WAIT in found.unjudged)],
    }
    return {heading: [_sentence(text) for text in texts] for heading, texts in every.items() if texts}


def _dearest_first(found: Diagnosis) -> list[Lever]:
    return sorted((*found.levers, *found.together), key=lambda one: -one.gain_ms)


def _sentence(text: str) -> str:
    """With a capital, but for names of settings."""
    return text if "." in text.split()[0] else text[0].upper() + text[1:]


def _lever(lever: Lever) -> str:
    if lever.gain.estimate is None:
        effect = f"would answer in {lever.goal_ms:.0f} ms {moment(lever.goal)}, where no answer comes now"
    else:
        effect = f"would answer {lever.gain.estimate:.0f} ms sooner {moment(lever.goal)}{_between(lever)}"
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
    return "" if low is None or high is None else f" (95%: {low:.0f} to {high:.0f})"


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


def _beyond(missed: Sequence[Remedy]) -> list[str]:
    """The limits that no single change mends, in one sentence."""
    named = [_missed(one.verdict) for one in missed if one.change is None]
    if not named:
        return []
    alone = "no setting alone is shown to mend that within the other limits; `turntune tune` tries several"
    return [f"{'; '.join(named)}: {alone}."]


def _missed(verdict: Verdict) -> str:
    limit = verdict.limit
    return f"{figure(limit.name)} {limit.shown(verdict.estimate)}, where the limit is {limit.shown(limit.value)}"


def _cost(change: Lever) -> str:
    """What a change does to the goal."""
    if change.gain.estimate is None:
        return "and brings an answer, where none comes now,"
    ms = -change.gain.estimate
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
            f"{_percent(false.value)} of the turns were broken off without one."
        )
    return f"{_lost(found)} {_turned_on(found)}"


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
