"""The values of each setting of connecting that one would deploy, and what a recording cannot judge of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pipeline.connect.completion import Completed
from stages.connect_settings import MOST_ATTEMPTS
from stages.i18n import Said, say

TIMEOUTS = (1000.0, 1500.0, 2000.0, 3000.0, 4000.0, 5000.0, 7000.0, 10000.0, 15000.0)
BACKOFFS = (0.0, 250.0, 500.0, 1000.0, 2000.0)

VALUES: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "check.threshold": (None, *(step / 20 for step in range(21))),
        "check.cancels": (False, True),
        "check.first": (False, True),
        "signalling.timeout_ms": TIMEOUTS,
        "signalling.attempts": tuple(range(1, MOST_ATTEMPTS + 1)),
        "signalling.backoff_ms": (*BACKOFFS, 5000.0, 10000.0),
        "signalling.backoff_factor": (1.0, 1.5, 2.0, 3.0, 4.0),
        "signalling.backoff_max_ms": (0.0, 1000.0, 2000.0, 5000.0, 10000.0, 30000.0, 60000.0),
    }
)
"""Setting -> its values in order."""


def judged_attempts(completed: Completed) -> int:
    """The most attempts that the recording can judge."""
    return max(completed.attempts_judged, completed.in_force.signalling.attempts)


def check_judged(completed: Completed) -> bool:
    """Whether another check can be judged."""
    return completed.scores_known and (completed.check_known or completed.in_force.check.threshold is None)


def fixed(completed: Completed) -> dict[str, Said]:
    """Setting -> why it is not varied, or how far."""
    attempts, now = judged_attempts(completed), completed.in_force.signalling
    found = {
        "signalling.timeout_ms": say("connect.fixed_timeout", ms=now.timeout_ms),
        "signalling.attempts": say("connect.fixed_attempts", attempts=attempts),
    }
    return found if check_judged(completed) else found | {"check.threshold": say("connect.fixed_check")}
