"""The fields that a measured response time can give, or shorten a draw of (timing model, section 6).

Of a list of draws the first counts; of tools, the sum over their rounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from pipeline.turns.columns import CENSORABLE, Columns
from stages.arrays import Flags, Floats, Places


class StageField(NamedTuple):
    """A field, and the part of the response time that it makes."""

    field: str
    part: str


STAGE_FIELDS = {
    "final_ms": StageField("asr.final_ms", "asr"),
    "ttft_ms": StageField("llm.ttft_ms[0]", "llm"),
    "token_ms": StageField("llm.token_ms", "chunk"),
    "ttfb_ms": StageField("tts.ttfb_ms[0]", "tts"),
    "tool_ms": StageField("llm.tools.ms", "tools"),
    "tool_ttft_ms": StageField("llm.tools.ttft_ms[0]", "llm"),
}
"""By column."""


@dataclass(frozen=True)
class Gaps:
    """(n,) for each column of `STAGE_FIELDS`: whether the value is missing; `open` whether it is missing or a bound.

    `rounds` says of each round of tool calls whether the value is missing.
    """

    missing: dict[str, Flags]
    open: dict[str, Flags]
    rounds: dict[str, Flags]

    @classmethod
    def of(cls, columns: Columns) -> Gaps:
        """The gaps of turns as recorded."""
        missing = {name: np.isnan(value(columns, name)) for name in STAGE_FIELDS}
        bounds = {
            name: (columns.censored >> CENSORABLE.index(stage.field) & 1).astype(np.bool_)
            for name, stage in STAGE_FIELDS.items()
            if stage.field in CENSORABLE
        }
        bounds["tool_ttft_ms"] = _total(columns, (columns.tool_censored & 1).astype(np.float64)) > 0
        rounds = {name: np.isnan(_firsts(columns, name)) for name in STAGE_FIELDS if _of_rounds(name)}
        return cls(missing, {name: flags | bounds.get(name, False) for name, flags in missing.items()}, rounds)

    @property
    def drawn(self) -> Flags:
        """(n,) whether any of these is drawn."""
        found: Flags = np.logical_or.reduce(list(self.open.values()))
        return found

    def drawn_value(self, columns: Columns, name: str) -> Floats:
        """(n,) how much of the value of complete turns was drawn because it was missing."""
        if _of_rounds(name):
            return _total(columns, np.where(self.rounds[name], _firsts(columns, name), 0.0))
        return np.where(self.missing[name], value(columns, name), 0.0)


def value(columns: Columns, name: str) -> Floats:
    """(n,) the column's value; NaN where it is missing, of tools where that of any round is."""
    firsts = _firsts(columns, name)
    return _total(columns, firsts) if _of_rounds(name) else firsts


def with_value(columns: Columns, name: str, turns: Places, values: Floats) -> Columns:
    """The columns with other values in these turns; of tools, the rounds that lack one share it evenly."""
    if not _of_rounds(name):
        return _with_firsts(columns, name, turns, values)
    lacking = np.isnan(_firsts(columns, name))
    each = np.full(len(columns), np.nan)
    each[turns] = values / np.maximum(_total(columns, lacking.astype(np.float64))[turns], 1)
    of = _turn_of_round(columns)
    rounds = np.flatnonzero(lacking & np.isfinite(each[of]))
    return _with_firsts(columns, name, rounds, each[of[rounds]])


def shortened(columns: Columns, gaps: Gaps, name: str, turns: Places, by: Floats) -> Columns:
    """Complete turns with the value of these turns shorter by so much, at most by what was drawn of it.

    Of tools, the rounds that were drawn shrink in proportion.
    """
    if not _of_rounds(name):
        return _with_firsts(columns, name, turns, np.maximum(value(columns, name)[turns] - by, 0.0))
    drawn = gaps.drawn_value(columns, name)
    left = np.ones(len(columns))
    left[turns] = np.maximum(1.0 - by / np.maximum(drawn[turns], 1e-12), 0.0)
    rounds = np.flatnonzero(gaps.rounds[name])
    return _with_firsts(columns, name, rounds, _firsts(columns, name)[rounds] * left[_turn_of_round(columns)[rounds]])


def _of_rounds(name: str) -> bool:
    return name.startswith("tool_")


def _firsts(columns: Columns, name: str) -> Floats:
    """The column, of a list of draws the first attempt's."""
    values: Floats = getattr(columns, name)
    return values[:, 0] if values.ndim == 2 else values


def _turn_of_round(columns: Columns) -> Places:
    return np.repeat(np.arange(len(columns)), np.diff(columns.tool_start))


def _total(columns: Columns, rounds: Floats) -> Floats:
    """(n,) the sum over each turn's rounds."""
    return np.bincount(_turn_of_round(columns), weights=rounds, minlength=len(columns)).astype(np.float64)


def _with_firsts(columns: Columns, name: str, places: Places, values: Floats) -> Columns:
    changed = np.array(getattr(columns, name))
    if changed.ndim == 2:
        changed[places, 0] = values
    else:
        changed[places] = values
    return columns.replace(**{name: changed})
