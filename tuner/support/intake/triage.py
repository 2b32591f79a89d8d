"""Which kind of case it is and how soon it must be answered: proposed from the form, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from tuner.support.intake.cues import IMPACT_WORDS, KIND_WORDS, said
from tuner.support.intake.intake import Impact, Intake
from tuner.support.intake.users_hit import Hit, reach_of
from tuner.support.log import Event, Kind, Log, Severity

KINDS: dict[Kind, str] = {
    "integration": "integration",
    "feature": "use of a feature",
    "quality": "audio or latency quality",
    "scenario": "specific to its scenario",
}

SEVERITIES: dict[Severity, str] = {
    "P0": "service down in production",
    "P1": "a main function broken or badly degraded",
    "P2": "a minor function, or a question",
    "P3": "a suggestion",
}

URGENT: dict[Impact, tuple[Severity, Severity]] = {
    "down": ("P0", "P1"),
    "broken": ("P1", "P2"),
    "degraded": ("P1", "P2"),
    "minor": ("P2", "P2"),
    "question": ("P2", "P2"),
    "suggestion": ("P3", "P3"),
}
"""Urgency x reach: the severity where production and many (or nobody knows how many) are hit, and where few are."""


@dataclass(frozen=True)
class Proposal:
    """What the form says, and the reason in words."""

    kind: Kind
    kind_why: str
    severity: Severity
    severity_why: str


@dataclass(frozen=True)
class Triage:
    """The proposal, and what a person made of it: both are kept."""

    proposed: Proposal
    overruled: tuple[Event, ...]

    @property
    def kind(self) -> Kind:
        """The one in force."""
        return next((one.case_kind for one in reversed(self.overruled) if one.case_kind), self.proposed.kind)

    @property
    def severity(self) -> Severity:
        """The one in force."""
        return next((one.severity for one in reversed(self.overruled) if one.severity), self.proposed.severity)


def triage(intake: Intake, log: Log) -> Triage:
    """Kind and severity of a case as they stand."""
    return Triage(propose(intake), log.of("overruled"))


def propose(intake: Intake) -> Proposal:
    """Kind by the words that the customer uses, severity by urgency x reach."""
    kind, kind_why = _kind(intake)
    severity, severity_why = _severity(intake)
    return Proposal(kind, kind_why, severity, severity_why)


def _kind(intake: Intake) -> tuple[Kind, str]:
    told = " ".join(text for text in (intake.title, intake.users_report, intake.steps) if text)
    found = {kind: said(words, told) for kind, words in KIND_WORDS.items()}
    ranked: list[Kind] = sorted(get_args(Kind), key=lambda kind: -len(found[kind]))
    best = ranked[0]
    if not found[best]:
        return "quality", "nothing in the report speaks for another kind"
    rival = ranked[1] if len(found[ranked[1]]) == len(found[best]) else None
    why = f"the report says {_quoted(found[best])}"
    return best, why + (f"; {KINDS[rival]} fits as well ({_quoted(found[rival])})" if rival else "")


def _severity(intake: Intake) -> tuple[Severity, str]:
    impact, impact_why = _impact(intake)
    hit = reach_of(intake.users_hit)
    wide, wide_why = _wide(intake, hit)
    severity = URGENT[impact][0 if wide else 1]
    return severity, f"{SEVERITIES[severity]}: {impact_why}; {wide_why}"


def _impact(intake: Intake) -> tuple[Impact, str]:
    if intake.impact:
        return intake.impact, f"impact: {intake.impact}"
    told = " ".join(text for text in (intake.title, intake.users_report) if text)
    for impact, words in IMPACT_WORDS.items():
        if found := said(words, told):
            return impact, f"impact taken for {impact!r}, as the report says {_quoted(found[:1])}"
    return "minor", "nothing says how bad it is, so taken for minor"


def _wide(intake: Intake, hit: Hit) -> tuple[bool, str]:
    """Whether production and more than a few users are hit: what is not known counts as the worse."""
    if intake.environment == "test":
        return False, "in a test environment, where no user is hit"
    where = "in production" if intake.environment else "production or test is not known, taken for production"
    return hit.reach in ("many", "unknown"), f"{where}; {hit.why}"


def _quoted(words: list[str]) -> str:
    return ", ".join(f"'{word}'" for word in words[:4])
