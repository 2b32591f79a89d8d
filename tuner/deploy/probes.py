"""What a reader must know of stages that a probe measured."""

from __future__ import annotations

from pipeline.simulation.stage_file import Probed
from stages.i18n import Said, say

FEW = 100
"""Requests with which p95 is known only roughly: five of them are slower."""


def probe_doubts(probe: Probed) -> tuple[Said, ...]:
    """One sentence each: requests that failed, slow ones that come together, too few."""
    names = {"stage": say(f"probing.{probe.stage}"), "model": probe.model}
    found = []
    if failed := sum(probe.failed.values()):
        kinds = ", ".join(f"{name} {count}" for name, count in probe.failed.items())
        found.append(say("probing.doubt_failed", failed=failed, kinds=kinds, **names))
    if probe.slow_together:
        found.append(say("probing.doubt_together", **names))
    if probe.requests < FEW:
        found.append(say("probing.doubt_few", n=probe.requests, few=FEW, command=probe.stage, **names))
    return tuple(found)
