"""The complaint to begin with: the named one, or the case's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuner.statistics.complaint import Complaint
    from tuner.support.case import Case


def complaint_of(named: str | None, case: Case | None) -> Complaint | None:
    """The complaint to fix first; None: none is named, and the case has none. Raises UnknownName."""
    from stages.i18n import say
    from tuner.statistics.complaint import parse_complaint
    from tuner.support.intake.complaints import proposed
    from turntempo import stderr

    if named is not None:
        return parse_complaint(named)
    found = None if case is None else proposed(case.intake)
    if found is None:
        return None
    complaint, words = found
    stderr.note(say("complained.from_case", complaint=complaint, words=", ".join(words[:3])))
    return complaint
