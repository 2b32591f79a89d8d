"""What a probe would send, what that would cost, and how many requests show p95 to 10 %."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.simulation import Profile
from pipeline.simulation.distribution import Distribution
from pipeline.simulation.stage_file import Stage
from tuner.statistics.sample_size import values_for_precision
from turntempo.probe.cells import Prices, requests_of
from turntempo.probe.journal import Records
from turntempo.probe.records import Cell
from turntempo.probe.summary import FEWEST, Table

PRECISIONS = (0.1, 0.2)
FIELDS: dict[Stage, str] = {"llm": "llm.ttft_ms", "tts": "tts.ttfb_ms", "asr": "asr.final_ms"}


@dataclass(frozen=True)
class Plan:
    """Requests by cell; `needed`: precision -> how many at one load show p95 that well (None: no number does)."""

    cells: tuple[Cell, ...]
    requests: int
    amounts: dict[str, float]
    cost: float | None
    needed: dict[float, int | None]
    spread_of: str
    """Whose spread of times the numbers needed rest on."""

    def json_dict(self) -> dict[str, Any]:
        return {
            "cells": [{"name": cell.name, "requests": requests_of(cell)} for cell in self.cells],
            "requests": self.requests,
            "uses": {name: round(amount, 3) for name, amount in self.amounts.items() if amount},
            "cost": self.cost,
            "needed": {f"{precision:g}": n for precision, n in self.needed.items()},
            "spread_of": self.spread_of,
        }


def plan(stage: Stage, cells: Sequence[Cell], each: dict[str, float], prices: Prices, before: Records | None) -> Plan:
    """The plan of these cells. `each`: what one request uses, by unit; `before`: records of an earlier run."""
    total = sum(requests_of(cell) for cell in cells)
    used = {unit: amount * total for unit, amount in each.items()}
    longer = sum(requests_of(cell) * ((cell.history or 0) - (cells[0].history or 0)) for cell in cells)
    if "in" in used:
        used["in"] += longer
    spread, whose = _spread(stage, before)
    needed = {
        precision: values_for_precision(0.95, precision, lambda share: float(spread.quantile(np.array([share]))[0]))
        for precision in PRECISIONS
    }
    return Plan(tuple(cells), total, used, prices.of(used), needed, whose)


def _spread(stage: Stage, before: Records | None) -> tuple[Distribution, str]:
    """The distribution of times that is to be expected, and where it is from."""
    if before is not None:
        table = Table(before.head, before.records)
        times = table.times(table.main((table.levels() or [1])[0])[0])
        answered = np.sort(times[np.isfinite(times)])
        if len(answered) >= FEWEST:
            values = tuple(np.maximum(answered, 0.001).tolist())
            return Distribution(values=values, source="an earlier run"), f"{len(answered)} requests of the earlier run"
    profile = Profile.load("support-call")
    return profile.field(FIELDS[stage]), f"the profile {profile.name}"
