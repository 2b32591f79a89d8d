"""What a recording of calls says of the settings in force, in sentences, each with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.connect.batch import TURNED_AWAY, run
from pipeline.connect.completion import Completed, Evidence
from stages.i18n import Said, say
from tuner.connect.estimates import estimates, rate_of
from tuner.statistics.intervals import Estimate
from tuner.statistics.numbers import ms, share, span


@dataclass(frozen=True)
class ConnectDiagnosis:
    """The figures in force, and what was found."""

    figures: dict[str, Estimate]
    turned_away: Estimate
    evidence: Evidence
    failed_connected: Estimate
    """Of calls with a failed check whose fate is known: the share that connected."""
    timed_out: Estimate
    """Of the first attempts: the share that timed out."""
    lost: Estimate | None
    """Of the calls that would have connected: the share that the check turns away; None: not known."""
    findings: tuple[Said, ...]

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "figures": {name: one.json_dict() for name, one in self.figures.items()},
            "turned_away": self.turned_away.json_dict(),
            "failed_check_connected": self.failed_connected.json_dict(),
            "evidence": {"went_on": self.evidence.went_on, "retries": self.evidence.retries},
            "first_attempts_timed_out": self.timed_out.json_dict(),
            "would_have_connected_turned_away": None if self.lost is None else self.lost.json_dict(),
            "findings": list(self.findings),
        }


def diagnose(completed: Completed) -> ConnectDiagnosis:
    """What the calls say."""
    n, away = len(completed.names), int(completed.turned_away.sum())
    turned = rate_of("turned_away", away, n)
    evidence = completed.evidence
    fate = rate_of("failed_check_connected", evidence.connected, evidence.n)
    figures = estimates(completed, completed.in_force)
    lost = _lost(completed, turned, fate) if completed.check_known else None
    first = completed.first_timed_out
    timed_out = rate_of("first_attempts_timed_out", int(first.sum()), int(completed.first_begun.sum()))
    found = (*_of_check(turned, fate, lost, evidence), *_of_replay(completed), *_of_attempts(timed_out, completed))
    return ConnectDiagnosis(figures, turned, evidence, fate, timed_out, lost, tuple(found))


def _lost(completed: Completed, turned: Estimate, fate: Estimate) -> Estimate:
    """Turned away and would connect, over would connect: the ends of both intervals together, so at least 90 %."""
    connected = int(np.count_nonzero(completed.connected))
    n = len(completed.names)

    def lost(away: float, connects: float) -> float:
        would = away * connects
        return would / (would + connected / n) if would else 0.0

    value = lost(turned.value or 0.0, fate.value or 0.0)
    low, high = lost(turned.low or 0.0, fate.low or 0.0), lost(turned.high or 0.0, fate.high or 0.0)
    return Estimate("lost", value, low, high, n)


def _of_check(turned: Estimate, fate: Estimate, lost: Estimate | None, evidence: Evidence) -> list[Said]:
    if not turned.value:
        return [say("connect.no_one_away", n=turned.n)]
    away = say("connect.away", share=share(turned.value), span=_span(turned), n=turned.n)
    if lost is None:
        return [away, say("connect.fate_unknown", known=evidence.n)]
    kind = "connect.fate" if not evidence.retries else "connect.fate_with_retries"
    known = say(kind, n=evidence.n, retries=evidence.retries, share=share(fate.value), span=_span(fate))
    return [say("connect.lost", share=share(lost.value), span=_span(lost)), away, known]


def _of_replay(completed: Completed) -> list[Said]:
    """Why the figures differ from the log: in a replay every client obeys the settings."""
    away = run(completed.sessions, [completed.in_force]).ended[0] == TURNED_AWAY
    more, fewer = int((away & ~completed.turned_away).sum()), int((~away & completed.turned_away).sum())
    if not more and not fewer:
        return []
    said = {"share": share(float(away.mean())), "more": more}
    return [say("connect.replayed_fewer", fewer=fewer, **said) if fewer else say("connect.replayed", **said)]


def _of_attempts(timed_out: Estimate, completed: Completed) -> list[Said]:
    if not timed_out.value:
        return []
    said = say(
        "connect.timed_out",
        share=share(timed_out.value),
        span=_span(timed_out),
        ms=ms(completed.in_force.signalling.timeout_ms),
    )
    later = rate_of("later", completed.later_connected, completed.later_known)
    if not completed.later_known:
        return [said, say("connect.no_retries")]
    return [said, say("connect.retries", n=later.n, share=share(later.value), span=_span(later))]


def _span(one: Estimate) -> str:
    return span("a_rate", one.low, one.high)
