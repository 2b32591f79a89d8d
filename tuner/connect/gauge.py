"""One set of settings on all calls, fast enough for a slider: figures with intervals, and verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.connect.completion import Completed
from stages.connect_settings import ConnectSettings
from tuner.connect.estimates import estimates
from tuner.connect.limits import ConnectLimit, ConnectVerdict, verdicts
from tuner.statistics.intervals import Estimate


@dataclass(frozen=True)
class ConnectGauge:
    """The figures of the calls under these settings."""

    settings: ConnectSettings
    figures: Mapping[str, Estimate]
    """Every figure of section 5 by its name."""
    verdicts: tuple[ConnectVerdict, ...]


def gauge(completed: Completed, settings: ConnectSettings, limits: Iterable[ConnectLimit]) -> ConnectGauge:
    """In one replay."""
    found = estimates(completed, settings)
    return ConnectGauge(settings, found, tuple(verdicts(limits, found, point=False)))
