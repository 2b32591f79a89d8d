"""A recommendation in plain words, fit to be pasted into a reply."""

from __future__ import annotations

from typing import Any

from tuner.bootstrap import Interval
from tuner.changes import Change
from tuner.judgement import Judgement
from tuner.recommendation import Recommendation


def sentences(found: Recommendation) -> list[str]:
    """What was found, how sure it is, and what it rests on; the weightiest first."""
    return [*_headline(found), *_doubts(found), *_limits(found)]


def change_text(change: Change) -> str:
    """endpointing.silence_ms 1500 -> 700: 790 ms"""
    worth = f"needed for {change.needed_for}" if change.needed_for else _ms(change.worth_ms)
    return f"{change.name} {plain(change.before)} -> {plain(change.after)}: {worth}"


def plain(value: Any) -> str:
    """A setting's value as its file has it."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return f"{value:g}" if isinstance(value, float) else str(value)


def answer_text(goal: str, judged: Judgement) -> str:
    """p95 790 ms sooner (95 %: 741 to 842 ms, n = 1,503); what it will be where it now falls on an unanswered turn."""
    name = f"response_ms.{goal}"
    before, after = judged.before.get(name), judged.after.get(name)
    if judged.gain.estimate is None and before is not None and after is not None and after.value is not None:
        unanswered = sum(judged.before[rate].value or 0.0 for rate in ("lost_rate", "failed_rate"))
        now = f"where now {unanswered:.0%} of the turns get no answer at all"
        return f"{goal} {after.value:,.0f} ms (n = {after.n:,}), {now}"
    return f"{goal} {gain_text(judged.gain, judged.turns)}"


def gain_text(gain: Interval, n: int) -> str:
    """790 ms sooner (95 %: 741 to 842, n = 1,503)"""
    if gain.estimate is None:
        return f"gain not known: too many turns without an answer (n = {n:,})"
    way = "sooner" if gain.estimate >= 0 else "later"
    size = f"{abs(gain.estimate):,.0f} ms {way}"
    if gain.low is None or gain.high is None:
        return f"{size} (n = {n:,})"
    return f"{size} (95 %: {gain.low:,.0f} to {gain.high:,.0f} ms, n = {n:,})"


def _headline(found: Recommendation) -> list[str]:
    goal = found.task.goal.text
    if found.status == "infeasible":
        return [
            f"No settings tried meet these limits ({found.evaluations:,} were).",
            *(one.sentence() for one in found.nearest),
        ]
    if found.status == "unchanged":
        return [f"No settings were found that answer sooner at {goal} within the limits: keep those in force."]
    judged = found.held_out or found.tuning
    where = "on held-out turns" if found.held_out else "on the turns it was tuned on"
    told = f"{answer_text(goal, judged)}, {where}"
    if found.status == "recommended":
        return [f"{told}."]
    needed = f"about {found.turns_needed:,} turns like these would" if found.turns_needed else "more turns would not"
    return [
        f"Too few turns ({found.tuning.turns:,}) to show that any settings keep the limits: {needed} show it. "
        "Nothing is recommended yet.",
        f"On the estimates alone the best found answers {told}.",
    ]


def _doubts(found: Recommendation) -> list[str]:
    said = []
    if found.interrupted:
        said.append(f"The search was interrupted after {found.evaluations:,} evaluations: this is the best so far.")
    if found.provisional:
        said.append(f"Provisional: {_sessions(found.tuning)}, too few to hold some out (it takes 10).")
    if found.held_out and found.status != "infeasible":
        said += [f"Missed on held-out turns: {one.sentence()}." for one in found.held_out.missed]
    return said


def _limits(found: Recommendation) -> list[str]:
    return [
        f"The settings in force already miss {one.name}: asked for no worse than they are, "
        f"{one.shown(one.value)} at most (--limit {one.name}=... decides)."
        for one in found.raised
    ]


def _sessions(judged: Judgement) -> str:
    return "1 session" if judged.sessions == 1 else f"{judged.sessions} sessions"


def _ms(value: float | None) -> str:
    return "an answer at all" if value is None else f"{value:,.0f} ms"
