"""What the settings in force already miss: nobody can be asked for more than no worse, unless the user asks for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stages.settings import Settings
from stages.vector import encode
from tuner.search.assessment import DECIMALS, Assessor
from tuner.statistics.limits import Limit


def no_worse(assessor: Assessor, estimates: Assessor, settings: Settings) -> tuple[Limit, ...]:
    """The limits, each default one that the settings in force miss on the estimate raised to what they reach.

    `assessor` bounds the figures as the search will, `estimates` takes them as seen.
    """
    row = encode(settings)[None, :]
    seen, bounds = estimates(row).uppers[0], assessor(row).uppers[0]
    return tuple(
        limit.at(float(bound) + 10.0**-DECIMALS, "in force")  # bounds are rounded to so many decimals
        if limit.origin == "default" and value > limit.value and np.isfinite(bound)
        else limit
        for limit, value, bound in zip(assessor.limits, seen, bounds, strict=True)
    )


def raised(limits: Sequence[Limit]) -> tuple[Limit, ...]:
    """Those that were raised."""
    return tuple(limit for limit in limits if limit.origin == "in force")
