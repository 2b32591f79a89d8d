"""The support line that works on a case: first line, expert line, or SDK engineering."""

from __future__ import annotations

from stages.errors import InputError
from tuner.support.case.folder import Case
from tuner.support.log import LINES, Line


def line_of(case: Case) -> Line:
    """The line that has the case now: the one it was last escalated to; after a reopening the first line."""
    last = case.log.last("escalated", "reopened")
    return last.to if last and last.to else LINES[0]


def above(case: Case, wanted: str | None) -> Line:
    """The line to escalate to; InputError where it is not above the present one."""
    now = LINES.index(line_of(case))
    higher = LINES[now + 1 :]
    if not higher:
        raise InputError(f"{case.folder}: is with {LINES[now]} already, and there is no line above")
    if wanted is None:
        return higher[0]
    found = next((line for line in higher if line == wanted), None)
    if found is None:
        raise InputError(f"{case.folder}: is with {LINES[now]}; it goes up, to {' or '.join(higher)}, not to {wanted}")
    return found
