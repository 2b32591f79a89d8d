"""What a case does not know yet, in the order of how much it would help."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from tuner.support.intake.questions import QUESTIONS, RECORDING, SETTINGS, Question
from tuner.support.log import Kind


@dataclass(frozen=True)
class Missing:
    """A question that is open; `worth` in this kind of case, 0 to 100."""

    question: Question
    worth: int


def missing(known: Set[str], kind: Kind) -> tuple[Missing, ...]:
    """The open questions, those that help most first. `known`: fields answered, and what is attached."""
    found = (Missing(one, one.worth_in(kind)) for one in QUESTIONS if one.name not in known)
    return tuple(sorted(found, key=lambda one: -one.worth))


def known(answered: Set[str], recording: bool, settings: bool) -> frozenset[str]:
    """The names of all that is known of a case."""
    attached = {RECORDING: recording, SETTINGS: settings}
    return frozenset(answered) | {name for name, there in attached.items() if there}
