"""What was measured decides: stages derived from it, draws shortened to fit it, and the rest that no stage explains.

Timing model, section 6. After this a replay under the settings in force gives back every response time that was
measured, but for turns that were answered sooner than what was recorded of them allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from pipeline.completion.fit import Fit, fit_of
from pipeline.kernel.batch import Batch
from pipeline.turns.columns import CENSORABLE, Columns
from stages.arrays import Flags, Floats, Places
from stages.settings import Settings

EXACT_MS = 1e-6
"""Smaller residuals count as zero."""

ROUNDS = 6
"""How often a residual is worked off: a second stage may begin to bind once the first is shorter."""

MANY_TOKENS = 100
"""More than any first chunk looks ahead."""


class StageField(NamedTuple):
    """A field that a measured response time can give, or shorten a draw of; `part` is its part of the time."""

    field: str
    part: str


STAGE_FIELDS = {
    "final_ms": StageField("asr.final_ms", "asr"),
    "ttft_ms": StageField("llm.ttft_ms[0]", "llm"),
    "token_ms": StageField("llm.token_ms", "chunk"),
    "ttfb_ms": StageField("tts.ttfb_ms[0]", "tts"),
}
"""By column."""


@dataclass(frozen=True)
class Gaps:
    """(n,) for each column of `STAGE_FIELDS`: whether the value is missing; `open` whether it is missing or a bound."""

    missing: dict[str, Flags]
    open: dict[str, Flags]

    @classmethod
    def of(cls, columns: Columns) -> Gaps:
        """The gaps of turns as recorded."""
        missing = {name: np.isnan(first(columns, name)) for name in STAGE_FIELDS}
        bounds = {
            name: (columns.censored >> CENSORABLE.index(stage.field) & 1).astype(np.bool_)
            for name, stage in STAGE_FIELDS.items()
            if stage.field in CENSORABLE
        }
        return cls(missing, {name: flags | bounds.get(name, False) for name, flags in missing.items()})

    @property
    def drawn(self) -> Flags:
        """(n,) whether any of these is drawn."""
        found: Flags = np.logical_or.reduce(list(self.open.values()))
        return found


def first(columns: Columns, name: str) -> Floats:
    """(n,) the column's value, of a list of draws the first attempt's."""
    values: Floats = getattr(columns, name)
    return values[:, 0] if values.ndim == 2 else values


def derived(columns: Columns, in_force: Settings) -> tuple[Columns, dict[str, Flags]]:
    """The turns with a stage's value taken from the response time where it is the only one that is missing.

    Also, for each such field, (n,) the turns in which it was.
    """
    gaps = Gaps.of(columns)
    lacking, unsure = np.stack(list(gaps.missing.values())), np.stack(list(gaps.open.values()))
    alone = (lacking.sum(axis=0) == 1) & (unsure.sum(axis=0) == 1) & np.isfinite(columns.response_ms)
    found: dict[str, Flags] = {}
    for name, stage in STAGE_FIELDS.items():
        turns = np.flatnonzero(alone & gaps.missing[name])
        some = _replayable(columns.take(turns), name)
        turns = turns[some]
        if not len(turns):
            continue
        values = _derived(_neutral(columns.take(turns)), name, in_force)
        known = np.isfinite(values)
        if known.any():
            columns = _with_first(columns, name, turns[known], values[known])
            found[stage.field] = np.isin(np.arange(len(columns)), turns[known])
    return columns, found


def _replayable(columns: Columns, missing: str) -> Flags:
    """(n,) whether the response time of the first attempt needs nothing but the missing value."""
    needed = [first(columns, name) for name in STAGE_FIELDS if name != missing]
    needed += [columns.up_ms, columns.down_ms, columns.sentence_tokens.astype(np.float64)]
    found: Flags = np.all(np.isfinite(np.stack(needed)), axis=0)
    return found


def _neutral(columns: Columns) -> Columns:
    """The turns with anything where a value has no part in the response time of a first attempt."""
    sentence = columns.sentence_tokens
    return columns.replace(
        clause_tokens=np.where(np.isnan(columns.clause_tokens), sentence, columns.clause_tokens),
        reply_tokens=np.where(np.isnan(columns.reply_tokens), sentence + MANY_TOKENS, columns.reply_tokens),
        ms_per_token=np.nan_to_num(columns.ms_per_token),
        prefill_ms_per_1k=np.nan_to_num(columns.prefill_ms_per_1k),
        fallback_ttft_ms=_never(columns.fallback_ttft_ms),
        fallback_ttfb_ms=_never(columns.fallback_ttfb_ms),
        ttft_ms=_never(columns.ttft_ms),
        ttfb_ms=_never(columns.ttfb_ms),
        censored=np.zeros(len(columns), dtype=np.uint16),
    )


def _never(values: Floats) -> Floats:
    return np.where(np.isnan(values), np.inf, values)


def _derived(turns: Columns, name: str, in_force: Settings) -> Floats:
    """(n,) the value of this column with which the model gives what was measured; NaN where none does."""
    everything = np.arange(len(turns))
    least = _with_first(turns, name, everything, np.zeros(len(turns)))
    outcomes = Batch(least).outcomes(in_force)
    missing_ms = turns.response_ms - outcomes.response_ms
    values = missing_ms
    if name == "token_ms":
        values = missing_ms / np.maximum(_first_chunk_steps(turns, in_force), 1)
    elif name == "final_ms":  # it counts from the silence, and only what is later than the endpoint shows
        values = outcomes.endpoint + missing_ms
    values = np.where((missing_ms >= 0) & np.isfinite(values), values, np.nan)
    tried = _with_first(turns, name, everything, np.nan_to_num(values))
    again = Batch(tried).measure(in_force).response_ms
    return np.where(np.abs(again - turns.response_ms) < 1e-3, values, np.nan)


def _first_chunk_steps(turns: Columns, in_force: Settings) -> Floats:
    """(n,) tokens after the first up to the end of the first synthesis request's text."""
    chunk = getattr(turns, f"{in_force.tts.first_chunk}_tokens").astype(np.float64)
    steps: Floats = np.minimum(chunk + in_force.tts.lookahead_tokens, turns.reply_tokens) - 1
    return steps


def fitted(columns: Columns, gaps: Gaps, from_measured: Mapping[str, Flags], in_force: Settings) -> tuple[Columns, Fit]:
    """Complete turns brought to what was measured, and the fit that they had before.

    Draws are shortened where a turn was answered sooner than they allow; what is left over becomes `other_ms`.
    `from_measured` says by field in which turns (n,) a stage was derived.
    """
    if not np.isfinite(columns.response_ms).any():
        return columns, Fit(len(columns), 0, 0)
    outcomes = Batch(columns).outcomes(in_force)
    known = np.logical_or.reduce([np.zeros(len(columns), dtype=np.bool_), *from_measured.values()])
    fit = fit_of(columns, outcomes, known, gaps.drawn)
    for _ in range(ROUNDS):
        turns, residual = _residuals(columns, in_force)
        short = residual < -EXACT_MS
        shortened = _shortened(columns, gaps, turns[short], -residual[short], in_force)
        if shortened is None:
            break
        columns = shortened
    return columns, fit


def _residuals(columns: Columns, in_force: Settings) -> tuple[Places, Floats]:
    """The turns that were measured and that the model answers, and what was measured less what is modelled."""
    modelled = Batch(columns).measure(in_force).response_ms
    turns = np.flatnonzero(np.isfinite(columns.response_ms) & np.isfinite(modelled))
    return turns, (columns.response_ms - modelled)[turns]


def _shortened(columns: Columns, gaps: Gaps, turns: Places, excess: Floats, in_force: Settings) -> Columns | None:
    """The turns with the longest of their drawn stages shorter by at most the excess; None: none can be shortened.

    A stage is as long as its part of the response time: what another wait covers takes no time.
    """
    if not len(turns):
        return None
    parts = Batch(columns.take(turns)).outcomes(in_force)
    room = np.stack(
        [np.where(gaps.missing[name][turns], getattr(parts, stage.part), 0.0) for name, stage in STAGE_FIELDS.items()]
    )
    longest, most = room.argmax(axis=0), np.nan_to_num(room.max(axis=0))
    if not (most > EXACT_MS).any():
        return None
    off = np.minimum(most, excess)
    steps = np.maximum(_first_chunk_steps(columns, in_force)[turns], 1)
    for place, name in enumerate(STAGE_FIELDS):
        mine = (longest == place) & (most > EXACT_MS)
        if mine.any():
            each = off[mine] / steps[mine] if name == "token_ms" else off[mine]
            columns = _with_first(columns, name, turns[mine], np.maximum(first(columns, name)[turns[mine]] - each, 0.0))
    return columns


def _with_first(columns: Columns, name: str, turns: Places, values: Floats) -> Columns:
    """The columns with other values of a stage in these turns; of a list of draws, of its first."""
    changed = np.array(getattr(columns, name))
    if changed.ndim == 2:
        changed[turns, 0] = values
    else:
        changed[turns] = values
    return columns.replace(**{name: changed})
