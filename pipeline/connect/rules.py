"""The rules between the fields of a logged call (connect model, section 6)."""

from __future__ import annotations

from pipeline.connect.logged import LoggedSession
from pipeline.recordings.problem import Problem


def broken(session: LoggedSession) -> Problem | None:
    """The first rule between fields that a call breaks; None: none."""
    if session.outcome == "turned_away" and not session.failed_check:
        return Problem("contradiction", "a call that was turned away has the verdict 'failed'", "check.verdict")
    if session.usable is not None and session.outcome != "connected":
        return Problem("contradiction", "only a call that connected is usable or not; leave it out", "usable")
    if session.connect_ms is not None and session.outcome != "connected":
        return Problem("contradiction", "only a call that connected has a time to connect; leave it out", "connect_ms")
    if session.retry_of == session.id:
        return Problem("contradiction", "a call is no retry of itself", "retry_of")
    return _attempts(session)


def _attempts(session: LoggedSession) -> Problem | None:
    attempts = session.attempts
    if attempts is None:
        return None
    ends = [one.ended for one in attempts]
    for place, ended in enumerate(ends[:-1]):
        if ended not in ("failed", "timeout"):
            why = f"only the last attempt is {ended}; each earlier one has failed or timed out"
            return Problem("contradiction", why, f"attempts[{place}].ended")
    last = ends[-1] if ends else None
    allowed = {
        "connected": ("connected",),
        "turned_away": (None, "cancelled", "failed", "timeout"),
        "gave_up": ("failed", "timeout"),
        "left": (None, "left", "failed", "timeout"),
    }[session.outcome]
    if last not in allowed:
        shown = "none" if last is None else f"{last!r}"
        wanted = " or ".join("none" if one is None else repr(one) for one in allowed)
        why = f"a call whose outcome is {session.outcome!r} has as its last attempt {wanted}, got {shown}"
        return Problem("contradiction", why, "attempts")
    total = sum(one.ms for one in attempts)
    if session.connect_ms is not None and total > session.connect_ms + 1:
        why = f"the attempts take {total:g} ms, more than the {session.connect_ms:g} ms to connect"
        return Problem("contradiction", why, "connect_ms")
    return None
