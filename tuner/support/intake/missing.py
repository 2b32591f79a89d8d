"""What is not known of a case yet, the most useful first."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from tuner.support.intake.questions import CALLS, CALLS_QUESTION, QUESTIONS, RECORDING, SETTINGS, Question
from tuner.support.log import Kind


@dataclass(frozen=True)
class Missing:
    """An open question; `worth`: how much its answer helps in this kind of case, 0 to 100."""

    question: Question
    worth: int


def missing(known: Set[str], kind: Kind, *, of_calls: bool = False) -> tuple[Missing, ...]:
    """The open questions, the most useful first. `known`: the answered fields and the attachments.

    `of_calls`: the case is about calls that do not connect, and asks for a recording of those.
    """
    asked = (CALLS_QUESTION if of_calls and one.name == RECORDING else one for one in QUESTIONS)
    found = (Missing(one, one.worth_in(kind)) for one in asked if one.name not in known)
    return tuple(sorted(found, key=lambda one: -one.worth))


def known(answered: Set[str], recording: bool, settings: bool, calls: bool = False) -> frozenset[str]:
    """The names of all that is known of a case."""
    attached = {RECORDING: recording, SETTINGS: settings, CALLS: calls}
    return frozenset(answered) | {name for name, there in attached.items() if there}
