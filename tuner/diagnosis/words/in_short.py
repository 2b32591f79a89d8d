"""A diagnosis in three lines: what is wrong, what to change, what that costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.completion.fit import Fit
from stages.i18n import Said, joined, say
from tuner.diagnosis.barge_in import FALSE, MISSED
from tuner.diagnosis.diagnosis import Diagnosis
from tuner.diagnosis.levers import Lever
from tuner.diagnosis.paths import Harm
from tuner.diagnosis.remedies import Remedy
from tuner.diagnosis.words.sentences import between, missed_text, moves_text, price_text, span_text, why_unknown
from tuner.statistics import numbers
from tuner.statistics.complaint import CURES, described
from tuner.statistics.verdict import Verdict
from tuner.statistics.vocabulary import figure, moment, subject

Moves = Mapping[str, tuple[Any, Any]]
"""Setting -> (now, then)."""
Naming = Callable[[Moves], Said | None]
"""How changed settings are named: a vendor's words; None: that vendor has none for them."""

NO_TIME_MS = 0.5
"""A smaller difference is none."""

NAMED = 2
"""Missed limits and unknown figures that one line names."""


@dataclass(frozen=True)
class InShort:
    """The three lines; each says by itself what it is about."""

    wrong: Said
    change: Said
    cost: Said
    lever: Lever | None = None
    """The change that is named; None: none is."""

    @property
    def lines(self) -> tuple[Said, ...]:
        return self.wrong, self.change, self.cost

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        settings = None if self.lever is None else self.lever.json_dict()["settings"]
        return {"wrong": self.wrong, "change": self.change, "cost": self.cost, "settings": settings}


def in_short(found: Diagnosis, naming: Naming = moves_text) -> InShort:
    """What is most pressing: time that no stage explains, the complaint, a missed limit, else the dearest setting."""
    harm = None if found.harm is None or _is_of_time(found.harm) else found.harm
    if found.fit.is_bad and harm is None:
        return _unexplained(found.fit)
    if harm is not None:
        return _of_complaint(found, harm, naming)
    if shown := [one for one in found.remedies if not one.verdict.assumed]:
        return _of_limits(found, shown, naming)
    return _of_levers(found, naming)


def _said(wrong: Said, change: Said, cost: Said, lever: Lever | None = None) -> InShort:
    return InShort(
        say("short.wrong", text=wrong), say("short.change", text=change), say("short.cost", text=cost), lever
    )


def _is_of_time(harm: Harm) -> bool:
    return CURES[harm.complaint].figure.startswith("response_ms.")


def _unexplained(fit: Fit) -> InShort:
    """What was measured contradicts the model: no setting is known to mend that."""
    if fit.is_late:
        key = "short.unexplained_typed" if fit.typed else "short.unexplained"
        wrong = say(key, residual=fit.residual_p50, p50=fit.measured_p50)
        return _said(wrong, say("short.log"), say("short.costs_nothing_yet"))
    wrong = say("short.contradicted", n=fit.sooner, of=fit.turns)
    return _said(wrong, say("short.check_log"), say("short.costs_nothing_yet"))


def _of_complaint(found: Diagnosis, harm: Harm, naming: Naming) -> InShort:
    name, what = harm.now.name, described(harm.complaint)
    if harm.now.value is None:
        wrong = say("short.complaint_unknown", what=what, figure=figure(name))
        return _said(wrong, say("short.record", why=why_unknown(found, name)), say("short.costs_nothing_yet"))
    now = say("finding.now_at_most", now=numbers.figure(name, harm.now.value), span=span_text(harm.now))
    if not harm.now.value:
        wrong = say("short.complaint_unseen", what=what, figure=figure(name), n=harm.now.n)
        return _said(wrong, say("short.other_turns"), say("short.costs_nothing_yet"))
    wrong = say("short.complaint", what=what, figure=figure(name), now=now)
    if name == MISSED and _interrupting_helps(found):
        return _interruptible(wrong, found, naming)
    return _with(wrong, found.cure, naming)


def _of_limits(found: Diagnosis, missed: Sequence[Remedy], naming: Naming) -> InShort:
    """The limits that are missed by most, and what mends the first of them that a change mends.

    What users live through stands before what it costs. A figure that rests on a profile is not among them.
    """
    worst = sorted(missed, key=lambda one: (one.verdict.limit.is_count, -_excess(one)))
    wrong = joined([missed_text(one.verdict) for one in worst[:NAMED]], "semicolon")
    if len(worst) > NAMED:
        wrong = say("short.and_more", text=wrong, n=len(worst) - NAMED)
    first = next((one for one in worst if _is_mended(one, found)), worst[0])
    name = first.verdict.limit.name
    against = naming if first is worst[0] else _against(name, naming)
    if name == MISSED and _interrupting_helps(found):
        return _interruptible(wrong, found, against)
    return _with(wrong, first, against)


def _against(name: str, naming: Naming) -> Naming:
    """The same names with the figure that the change is made for."""
    return lambda moves: say("short.against", moves=naming(moves) or moves_text(moves), figure=figure(name))


def _is_mended(one: Remedy, found: Diagnosis) -> bool:
    interrupting = one.verdict.limit.name == MISSED and _interrupting_helps(found)
    return interrupting or one.change is not None or one.trade is not None


def _interrupting_helps(found: Diagnosis) -> bool:
    """Whether users cannot interrupt, and it is known what it costs to let them."""
    barge_in = found.barge_in
    return not barge_in.on and barge_in.remedy is not None and barge_in.remedy_figures is not None


def _interruptible(wrong: Said, found: Diagnosis, naming: Naming) -> InShort:
    now, then = found.settings.flat(), found.barge_in.remedy or {}
    moves = {name: (now[name], value) for name, value in then.items() if now[name] != value}
    false = (found.barge_in.remedy_figures or {})[FALSE]
    cost = say("short.broken_off", share=numbers.figure(FALSE, false.value), most=numbers.figure(FALSE, false.high))
    return _said(wrong, naming(moves) or moves_text(moves), cost)


def _excess(one: Remedy) -> float:
    """By how many times a figure is over its limit."""
    least = 1.0 if one.verdict.limit.is_count else 0.0
    return ((one.verdict.estimate or 0.0) - least) / max(one.verdict.limit.value - least, 1e-9)


def _of_levers(found: Diagnosis, naming: Naming) -> InShort:
    """No limit is shown to be missed: what costs the most time, if anything is shown to."""
    kept = say("short.none_shown" if found.remedies else "short.none_missed")
    unknown = [one for one in found.verdicts if one.unknown]
    shown = sorted((one for one in (*found.levers, *found.together) if one.shown), key=lambda one: -one.gain_ms)
    if not shown:
        if not unknown:
            return _said(say("short.well", kept=kept), say("short.nothing"), say("short.nothing"))
        record = say("short.record", why=why_unknown(found, unknown[0].limit.name))
        return _said(_unknown(unknown) or say("short.well", kept=kept), record, say("short.costs_nothing_yet"))
    lever, *_ = shown
    several = len(lever.values) > 1
    what = joined(lever.values if several else [subject(name) for name in lever.values], "comma")
    key = "short.wait_together" if several else "short.waits"
    wrong = say(key, kept=kept, what=what, ms=lever.gain_ms, moment=moment(lever.goal))
    doubt = _unknown(unknown)
    wrong = wrong if doubt is None else joined([wrong, doubt], "semicolon")
    return _said(wrong, _moves(lever, naming), _costs(lever), lever)


def _unknown(verdicts: list[Verdict]) -> Said | None:
    if not verdicts:
        return None
    names = joined([figure(one.limit.name) for one in verdicts[:NAMED]], "comma")
    more = len(verdicts) - NAMED
    names = say("short.names_and_more", names=names, n=more) if more > 0 else names
    return say("short.unknown", figures=names)


def _with(wrong: Said, remedy: Remedy | None, naming: Naming) -> InShort:
    """The change that mends a limit, if need be at the cost of other limits; else what to try next."""
    change = None if remedy is None else remedy.change or remedy.trade
    if remedy is None or change is None:
        return _said(wrong, say("short.tune"), say("short.tune_tells"))
    cost = _costs(change) if remedy.change else joined([_costs(change), say("short.or_tune")], "semicolon")
    return _said(wrong, _moves(change, naming), cost, change)


def _moves(change: Lever, naming: Naming) -> Said:
    return naming(change.values) or moves_text(change.values)


def _costs(change: Lever) -> Said:
    """What a change does to the response time, and to the limits."""
    return _and_prices(_time(change), change)


def _time(change: Lever) -> Said:
    """120 ms later at p95 (95%: 90 to 150)"""
    when, ms, low, high = moment(change.goal), -change.gain_ms, change.gain.low, change.gain.high
    if abs(ms) < NO_TIME_MS:
        return say("short.no_time", moment=when)
    if ms < 0:
        return say("short.brings", ms=-ms, moment=when, between=between(change))
    range_ = say("lever.one_session") if low is None or high is None else say("lever.between", low=-high, high=-low)
    return say("short.later", ms=ms, moment=when, between=range_)


def _and_prices(text: Said, change: Lever) -> Said:
    dearer = [price_text(price) for price in change.prices if price.higher][:NAMED]
    return joined([text, *dearer], "semicolon") if dearer else joined([text, say("short.no_limit")], "semicolon")
