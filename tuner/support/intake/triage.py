"""Triage: the kind of a case and its severity, proposed from the form, with the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from tuner.support.intake.cues import IMPACT_WORDS, KIND_WORDS, said
from tuner.support.intake.intake import Impact, Intake
from tuner.support.intake.users_hit import Hit, extent_of
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
"""Urgency -> severity where production and many users (or an unknown number) are hit, and where few are."""


@dataclass(frozen=True)
class Proposal:
    """What the form says, and the reason in words."""

    kind: Kind
    kind_why: str
    severity: Severity
    severity_why: str


@dataclass(frozen=True)
class Triage:
    """The proposed value, and the one set by hand; both are kept."""

    proposed: Proposal
    overruled: tuple[Event, ...]

    @property
    def kind(self) -> Kind:
        """The value set by hand, else the proposed one."""
        return next((one.case_kind for one in reversed(self.overruled) if one.case_kind), self.proposed.kind)

    @property
    def severity(self) -> Severity:
        """The value set by hand, else the proposed one."""
        return next((one.severity for one in reversed(self.overruled) if one.severity), self.proposed.severity)


def triage(intake: Intake, log: Log) -> Triage:
    """Kind and severity of a case, proposed or set by hand."""
    return Triage(propose(intake), log.of("overruled"))


def propose(intake: Intake) -> Proposal:
    """The kind by the words of the customer, the severity by urgency and users hit."""
    kind, kind_why = _kind(intake)
    severity, severity_why = _severity(intake)
    return Proposal(kind, kind_why, severity, severity_why)


def _kind(intake: Intake) -> tuple[Kind, str]:
    text = " ".join(part for part in (intake.title, intake.users_report, intake.steps) if part)
    found = {kind: said(words, text) for kind, words in KIND_WORDS.items()}
    ranked: list[Kind] = sorted(get_args(Kind), key=lambda kind: -len(found[kind]))
    best = ranked[0]
    if not found[best]:
        return "quality", "nothing in the report speaks for another kind"
    rival = ranked[1] if len(found[ranked[1]]) == len(found[best]) else None
    why = f"the report says {_quoted(found[best])}"
    return best, why + (f"; {KINDS[rival]} fits as well ({_quoted(found[rival])})" if rival else "")


def _severity(intake: Intake) -> tuple[Severity, str]:
    impact, impact_why = _impact(intake)
    hit = extent_of(intake.users_hit)
    wide, wide_why = _wide(intake, hit)
    severity = URGENT[impact][0 if wide else 1]
    return severity, f"{SEVERITIES[severity]}: {impact_why}; {wide_why}"


def _impact(intake: Intake) -> tuple[Impact, str]:
    if intake.impact:
        return intake.impact, f"impact: {intake.impact}"
    text = " ".join(part for part in (intake.title, intake.users_report) if part)
    for impact, words in IMPACT_WORDS.items():
        if found := said(words, text):
            return impact, f"impact taken for {impact!r}, as the report says {_quoted(found[:1])}"
    return "minor", "nothing says how bad it is, so taken for minor"


def _wide(intake: Intake, hit: Hit) -> tuple[bool, str]:
    """Whether production and more than a few users are hit; what is not known counts as the worse case."""
    if intake.environment == "test":
        return False, "in a test environment, where no user is hit"
    where = "in production" if intake.environment else "production or test is not known, taken for production"
    return hit.extent in ("many", "unknown"), f"{where}; {hit.why}"


def _quoted(words: list[str]) -> str:
    return ", ".join(f"'{word}'" for word in words[:4])
