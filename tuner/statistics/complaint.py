"""What users complain of, and so which figure must come down: the first thing that a search is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from stages.errors import UnknownName
from stages.i18n import Said, say
from tuner.statistics.intervals import Estimate
from tuner.statistics.limits import DEFAULT_LIMITS, Limit

Complaint = Literal[
    "slow", "cut-off", "talks-over", "not-interruptible", "false-stops", "silence", "no-answer", "stutter", "forgets"
]
COMPLAINTS: tuple[Complaint, ...] = get_args(Complaint)

MENDED_SHARE = 1 / 3
"""A complaint counts as mended where this share of it is left, or the default limit, if that is less."""


@dataclass(frozen=True)
class Cure:
    """What is to become less: the figures that a complaint is about, the first is the one that it is measured by."""

    figures: tuple[str, ...]
    paid_by: tuple[str, ...] = ()
    """The figures that get worse where these come down: their default limits give way where nothing else helps."""

    @property
    def figure(self) -> str:
        """The figure that the complaint is measured by."""
        return self.figures[0]


CURES: dict[Complaint, Cure] = {
    "slow": Cure(("response_ms.p95", "response_ms.p50")),
    "cut-off": Cure(("cut_off_rate", "false_start_rate"), ("dead_air_rate",)),
    "talks-over": Cure(("cut_off_rate", "missed_interrupt_rate"), ("dead_air_rate", "false_interrupt_rate")),
    "not-interruptible": Cure(("missed_interrupt_rate",), ("false_interrupt_rate",)),
    "false-stops": Cure(("false_interrupt_rate",), ("missed_interrupt_rate", "cut_off_rate", "false_start_rate")),
    "silence": Cure(("dead_air_rate",)),
    "no-answer": Cure(("failed_rate", "lost_rate")),
    "stutter": Cure(("stutter_rate",)),
    "forgets": Cure(("history_lost_rate",)),
}


ALIASES: dict[str, Complaint] = {
    "cut-offs": "cut-off",
    "false-interrupts": "false-stops",
    "missed-interrupts": "not-interruptible",
    "interrupts": "talks-over",
    "dead-air": "silence",
    "latency": "slow",
}
"""Other names that are understood."""


def parse_complaint(text: str) -> Complaint:
    """The complaint of this name, or of another name for it. Raises UnknownName."""
    name = text.strip().lower().replace("_", "-").replace(" ", "-")
    for one in COMPLAINTS:
        if ALIASES.get(name, name) == one:
            return one
    raise UnknownName("complaint", text, COMPLAINTS)


def described(complaint: Complaint) -> Said:
    """What users say, in a few words."""
    return say(f"complained.{complaint.replace('-', '_')}")


def limits_against(
    complaint: Complaint, now: Mapping[str, Estimate], limits: Iterable[Limit], at_a_price: bool = False
) -> tuple[Limit, ...]:
    """The limits, those of the complaint's figures low enough to mend it; a limit that was given stays.

    `now`: the figures under the settings in force. A figure that is not known gets no limit of its own. `at_a_price`:
    where others pay for it, a share of the complaint may be left that is above the default limit.
    """
    which = max if at_a_price else min
    found = {limit.name: limit for limit in limits}
    for name in CURES[complaint].figures:
        seen = now[name].value if name in now else None
        given = found.get(name)
        if name.startswith("response_ms.") or not seen or (given is not None and given.origin == "given"):
            continue
        found[name] = Limit(name, which(seen * MENDED_SHARE, DEFAULT_LIMITS.get(name, seen)), "complaint")
    return tuple(found.values())
