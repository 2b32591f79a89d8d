"""A recommendation in plain words, fit to be pasted into a reply."""

from __future__ import annotations

from pipeline.completion import Fit
from stages.i18n import Said, joined, say
from tuner.recommendation.holdout import Judgement
from tuner.recommendation.recommendation import Recommendation
from tuner.statistics import numbers
from tuner.statistics.bootstrap import Interval
from tuner.statistics.complaint import CURES, described
from tuner.statistics.limits import DEFAULT_LIMITS, Limit
from tuner.statistics.verdict import not_recorded
from tuner.statistics.vocabulary import figure

NO_TIME_MS = 0.5
"""A shorter gain is none."""


def sentences(found: Recommendation) -> list[str]:
    """What was found, how sure it is, and what it rests on; the weightiest first."""
    return [
        *_assumed(found),
        *_fit(found.fit),
        *_complaint(found),
        *_headline(found),
        *_both(found),
        *_doubts(found),
        *_limits(found),
    ]


def _assumed(found: Recommendation) -> list[str]:
    """That nothing was measured, where the turns are simulated."""
    name = found.task.assumed
    return [] if name is None else [say("recommendation.assumed", profile=name)]


def _fit(fit: Fit) -> list[str]:
    """What the gain rests on where the model does not fit what was measured."""
    return [*fit.sentences(), say("fit.gain_rests")] if fit.is_bad else []


def answer_text(goal: str, judged: Judgement) -> Said:
    """p95 790 ms sooner (95 %: 741 to 842 ms, n = 1,503); what it will be where it now falls on an unanswered turn."""
    name = f"response_ms.{goal}"
    before, after = judged.before.get(name), judged.after.get(name)
    if judged.gain.estimate is None and before is not None and after is not None and after.value is not None:
        unanswered = sum(judged.before[rate].value or 0.0 for rate in ("lost_rate", "failed_rate"))
        return say("recommendation.answer", goal=goal, ms=after.value, n=after.n, unanswered=unanswered)
    return say("recommendation.gain", goal=goal, gain=gain_text(judged.gain, judged.turns))


def gain_text(gain: Interval, n: int) -> Said:
    """790 ms sooner (95 %: 741 to 842, n = 1,503)"""
    if gain.estimate is None:
        return say("recommendation.unknown", n=n)
    if abs(gain.estimate) < NO_TIME_MS:
        return say("recommendation.as_soon", n=n)
    size = say("recommendation.sooner" if gain.estimate >= 0 else "recommendation.later", ms=abs(gain.estimate))
    if gain.low is None or gain.high is None:
        return say("recommendation.sized", size=size, n=n)
    low, high = (gain.low, gain.high) if gain.estimate >= 0 else (-gain.high, -gain.low)
    return say("recommendation.between", size=size, low=low, high=high, n=n)


def _headline(found: Recommendation) -> list[str]:
    goal = found.task.goal.text
    if found.status == "infeasible":
        return [
            say("recommendation.infeasible", n=found.evaluations),
            *([one.sentence() for one in found.nearest] or [say("recommendation.unanswered", goal=goal)]),
        ]
    if found.status == "unchanged":
        return [say("recommendation.unchanged", goal=goal), *unseen(found)]
    judged = found.held_out or found.tuning
    where = "recommendation.on_held_out" if found.held_out else "recommendation.on_tuning"
    answer = say(where, answer=answer_text(goal, judged))
    if found.status == "recommended":
        return [say("recommendation.stated", answer=answer), *_traded(judged, found)]
    return [
        too_small(found),
        say("recommendation.estimated", answer=answer),
        *([] if found.changes else unseen(found)),
    ]


def unseen(found: Recommendation) -> list[Said]:
    """That shorter waits were not judged, and why; nothing where they were."""
    if found.unseen_ms is None:
        return []
    return [say("recommendation.unseen", why=say("verdict.too_short_to_see", ms=found.unseen_ms))]


def too_small(found: Recommendation) -> Said:
    """Why nothing is recommended yet, and whether more turns would help: not where the model does not fit."""
    if found.fit.is_bad:
        return say("recommendation.too_small_misfit")
    n, unknown = found.tuning.turns, [figure(one.limit.name) for one in found.tuning.verdicts if one.unknown]
    if unknown and found.turns_needed:
        figures = joined(unknown, "comma")
        return say("recommendation.too_small_unknown", n=n, turns=found.turns_needed, figures=figures)
    return say("recommendation.too_small", n=n, needed=needed_text(found))


def needed_text(found: Recommendation) -> Said:
    """about 299 turns like these would; more would not."""
    if found.turns_needed:
        return say("recommendation.about_needed", turns=found.turns_needed)
    return say("recommendation.never_needed")


def _traded(judged: Judgement, found: Recommendation) -> list[str]:
    """What a later answer is for: limits that are missed now, and come nearer."""
    if judged.gain.estimate is None or judged.gain.estimate >= 0:
        return []
    limits = [said for one in found.raised if (said := _nearer(judged, one))]
    return [say("recommendation.traded", nearer=joined(limits, "comma"))] if limits else []


def _nearer(judged: Judgement, limit: Limit) -> Said | None:
    now, then = (figures.get(limit.name) for figures in (judged.before, judged.after))
    if now is None or then is None or now.value is None or then.value is None or then.value >= now.value:
        return None
    shown, wished = limit.shown, limit.shown(DEFAULT_LIMITS[limit.name])
    name = figure(limit.name)
    return say("recommendation.nearer", figure=name, now=shown(now.value), then=shown(then.value), wished=wished)


def _complaint(found: Recommendation) -> list[str]:
    """What becomes of what users complain of, and what that costs."""
    complaint = found.task.complaint
    if complaint is None or CURES[complaint].figure.startswith("response_ms."):
        return []
    name, judged = CURES[complaint].figure, found.held_out or found.tuning
    before, after = judged.before[name], judged.after[name]
    if before.value is None or after.value is None:
        why = not_recorded(name)
        return [say("complained.unknown", what=described(complaint), figure=figure(name), why=why)]
    was, now = numbers.figure(name, before.value), numbers.figure(name, after.value)
    if found.status not in ("recommended", "too small") or after.value >= before.value:
        return [say("complained.not_mended", figure=figure(name), before=was)]
    span, price = numbers.span(name, after.low, after.high), answer_text(found.task.goal.text, judged)
    prices = joined([price, *(text for one in CURES[complaint].paid_by if (text := _paid(judged, one)))], "semicolon")
    key = "complained.mended" if found.status == "recommended" else "complained.estimated"
    return [say(key, figure=figure(name), before=was, after=now, span=span, price=prices)]


def _paid(judged: Judgement, name: str) -> Said | None:
    """missed interrupts 26% (now 2.8%, default limit 10%); None: it gets no worse."""
    before, after = judged.before[name].value, judged.after[name].value
    if before is None or after is None or after <= before:
        return None
    was, then, limit = (numbers.figure(name, one) for one in (before, after, DEFAULT_LIMITS[name]))
    return say("complained.paid", figure=figure(name), before=was, after=then, limit=limit)


def _both(found: Recommendation) -> list[str]:
    """The other answer, and what is out of reach, where the settings in force miss default limits."""
    far = [
        say("recommendation.out_of_reach", limit=one.limit.text(), nearest=one.limit.shown(one.value))
        for one in found.out_of_reach
    ]
    if found.other is None:
        return [*far]
    other = found.other
    answer = answer_text(other.task.goal.text, other.held_out or other.tuning)
    eased = other.raised or found.raised
    names = joined(
        [say("recommendation.eased", name=figure(one.name), value=one.shown(one.value)) for one in eased], "comma"
    )
    key = "recommendation.or_no_worse" if other.raised else "recommendation.or_within"
    return [*far, say(key, answer=answer, names=names)]


def _doubts(found: Recommendation) -> list[str]:
    said: list[str] = []
    if found.interrupted:
        said.append(say("recommendation.interrupted", n=found.evaluations))
    if found.provisional:
        said.append(say("recommendation.provisional", sessions=_sessions(found.tuning)))
    if found.held_out and found.status != "infeasible":
        said += [say("recommendation.missed", verdict=one.sentence()) for one in found.held_out.missed]
    return said


def _limits(found: Recommendation) -> list[Said]:
    said = [say("recommendation.raised", name=one.name, value=one.shown(one.value)) for one in found.raised]
    moved = [one for one in found.limits if one.origin == "complaint"]
    names = joined(
        [say("recommendation.eased", name=figure(one.name), value=one.shown(one.value)) for one in moved], "comma"
    )
    return [*said, say("recommendation.for_complaint", names=names)] if moved else said


def _sessions(judged: Judgement) -> Said:
    return say("count.session") if judged.sessions == 1 else say("count.sessions", n=judged.sessions)
