"""The figures of many calls under one set of settings, as counts and values (connect model, section 5)."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.connect.batch import TURNED_AWAY, Outcomes
from stages.arrays import Flags, Floats

WITHIN_MS = {"within_1s_rate": 1000.0, "within_3s_rate": 3000.0, "within_5s_rate": 5000.0}
QUANTILES = {"connect_ms.p50": 0.5, "connect_ms.p90": 0.9, "connect_ms.p95": 0.95, "connect_ms.p99": 0.99}
RATES = ("connected_rate", *WITHIN_MS, "turned_away_rate", "good_turned_away_rate", "bad_let_through_rate")
MEAN = "wasted_attempts"
FIGURES = (*RATES, *QUANTILES, MEAN)
"""Every figure by its name, in the order of a table."""

HIGHER_IS_BETTER = frozenset({"connected_rate", *WITHIN_MS})


@dataclass(frozen=True)
class Seen:
    """What one setting's outcomes hold: of each rate the events and their base, and the values of the others."""

    rates: dict[str, tuple[Flags, Flags]]
    """Name -> (event, whether the call counts), (n,) each."""
    connect_ms: Floats
    """Of the calls that connected."""
    wasted: Floats
    """(n,)"""


def seen(outcomes: Outcomes, place: int = 0) -> Seen:
    """The outcomes of the setting at this place, ready to be counted."""
    connected, end_ms = outcomes.connected[place], outcomes.end_ms[place]
    away = outcomes.ended[place] == TURNED_AWAY
    good = outcomes.would_connect[place] & outcomes.usable[place]
    every = away | True
    rates = {"connected_rate": (connected, every)}
    rates |= {name: (connected & (end_ms <= ms), every) for name, ms in WITHIN_MS.items()}
    rates["turned_away_rate"] = (away, every)
    rates["good_turned_away_rate"] = (away & good, good)
    rates["bad_let_through_rate"] = (~away & ~good, every)
    return Seen(rates, end_ms[connected], outcomes.wasted[place].astype(float))
