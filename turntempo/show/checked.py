"""A check in lines, one a limit, none broken: they end up in the logs of build servers."""

from __future__ import annotations

from stages.i18n import say
from tuner.statistics.check import Check


def lines(found: Check) -> list[str]:
    """Each verdict, and whether the build may go through."""
    printed = [f"FAIL  {say('fit.not_judged')}"] if found.unfit else []
    printed += [f"{'pass' if found.passes(one) else 'FAIL'}  {one.sentence()}" for one in found.verdicts]
    printed += [f"FAIL  {one.sentence()}" for one in found.regressions]
    answer = "all limits are kept" if found.met else "not all limits are kept"
    return [*printed, f"{answer} (judged by the estimates alone)" if found.point else answer]
