"""What was measured decides: stages derived from it, draws shortened to fit it, and the rest that no stage explains.

Timing model, section 6. After this a replay under the settings in force gives back every response time that was
measured, but for turns that were answered sooner than what was recorded of them allows.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pipeline.completion.filling import DrawSource, counted
from pipeline.completion.fit import Fit, fit_of
from pipeline.completion.pools import ENOUGH, Draws, Pool
from pipeline.completion.report import Filled
from pipeline.completion.stage_fields import STAGE_FIELDS, Gaps, shortened, value, with_value
from pipeline.completion.survival import Wanted
from pipeline.kernel.batch import Batch
from pipeline.turns.columns import Columns
from stages.arrays import Flags, Floats, Places
from stages.settings import Settings

EXACT_MS = 1e-6
"""Smaller residuals count as zero."""

ROUNDS = 6
"""How often a residual is worked off: a second stage may begin to bind once the first is shorter."""

MANY_TOKENS = 100
"""More than any first chunk looks ahead."""


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
            columns = with_value(columns, name, turns[known], values[known])
            found[stage.field] = np.isin(np.arange(len(columns)), turns[known])
    return columns, found


def _replayable(columns: Columns, missing: str) -> Flags:
    """(n,) whether the response time of the first attempt needs nothing but the missing value."""
    needed = [value(columns, name) for name in STAGE_FIELDS if name != missing]
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
        tool_ttft_ms=_never(columns.tool_ttft_ms),
        censored=np.zeros(len(columns), dtype=np.uint16),
        tool_censored=np.zeros_like(columns.tool_censored),
    )


def _never(values: Floats) -> Floats:
    return np.where(np.isnan(values), np.inf, values)


def _derived(turns: Columns, name: str, in_force: Settings) -> Floats:
    """(n,) the value of this column with which the model gives what was measured; NaN where none does."""
    everything = np.arange(len(turns))
    least = with_value(turns, name, everything, np.zeros(len(turns)))
    outcomes = Batch(least).outcomes(in_force)
    missing_ms = turns.response_ms - outcomes.response_ms
    values = missing_ms
    if name == "token_ms":
        values = missing_ms / np.maximum(_first_chunk_steps(turns, in_force), 1)
    elif name == "final_ms":  # it counts from the silence, and only what is later than the endpoint shows
        values = outcomes.endpoint + missing_ms
    values = np.where((missing_ms >= 0) & np.isfinite(values), values, np.nan)
    tried = with_value(turns, name, everything, np.nan_to_num(values))
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
    fit = fit_of(columns, outcomes, any_of(from_measured, len(columns)), gaps.drawn)
    for _ in range(ROUNDS):
        turns, residual = _residuals(columns, in_force)
        short = residual < -EXACT_MS
        shorter = _shorter(columns, gaps, turns[short], -residual[short], in_force)
        if shorter is None:
            break
        columns = shorter
    return _explained(columns, in_force), fit


def any_of(flags: Mapping[str, Flags], n: int) -> Flags:
    """(n,) whether any of them is set."""
    found: Flags = np.logical_or.reduce([np.zeros(n, dtype=np.bool_), *flags.values()])
    return found


def _residuals(columns: Columns, in_force: Settings) -> tuple[Places, Floats]:
    """The turns that were measured and that the model answers, and what was measured less what is modelled."""
    modelled = Batch(columns).measure(in_force).response_ms
    turns = np.flatnonzero(np.isfinite(columns.response_ms) & np.isfinite(modelled))
    return turns, (columns.response_ms - modelled)[turns]


def _shorter(columns: Columns, gaps: Gaps, turns: Places, excess: Floats, in_force: Settings) -> Columns | None:
    """The turns with the longest of their drawn stages shorter by at most the excess; None: none can be shortened.

    A stage is as long as its part of the response time: what another wait covers takes no time.
    """
    if not len(turns):
        return None
    parts = Batch(columns.take(turns)).outcomes(in_force)
    steps = np.maximum(_first_chunk_steps(columns, in_force)[turns], 1)
    room = np.stack(
        [_room(columns, gaps, turns, name, getattr(parts, STAGE_FIELDS[name].part)) for name in STAGE_FIELDS]
    )
    longest, most = room.argmax(axis=0), np.nan_to_num(room.max(axis=0))
    if not (most > EXACT_MS).any():
        return None
    off = np.minimum(most, excess)
    for place, name in enumerate(STAGE_FIELDS):
        mine = (longest == place) & (most > EXACT_MS)
        if mine.any():
            each = off[mine] / steps[mine] if name == "token_ms" else off[mine]
            columns = shortened(columns, gaps, name, turns[mine], each)
    return columns


def _room(columns: Columns, gaps: Gaps, turns: Places, name: str, part: Floats) -> Floats:
    """(m,) by how much the part that a drawn field makes can be shortened in these turns."""
    drawn = gaps.drawn_value(columns, name)[turns]
    return np.where(drawn > 0, part if name == "token_ms" else np.minimum(part, drawn), 0.0)


def _explained(columns: Columns, in_force: Settings) -> Columns:
    """The turns with `other_ms`: what was measured beyond what their stages explain; 0 where they explain all.

    Once it is there a filler may play, or an earlier reply hold the floor for longer, so it is worked off in rounds.
    """
    other = np.array(columns.other_ms)
    answered = np.isfinite(columns.response_ms) & np.isfinite(Batch(columns).measure(in_force).response_ms)
    other[answered & np.isnan(other)] = 0.0
    for _ in range(ROUNDS):
        columns = columns.replace(other_ms=other)
        outcomes = Batch(columns).outcomes(in_force)
        residual = np.where(answered, columns.response_ms - outcomes.response_ms, 0.0)
        if not (residual > EXACT_MS).any():
            break
        filled = outcomes.playout - in_force.playout.prebuffer_ms
        other = np.where(residual > EXACT_MS, np.nan_to_num(other) + residual + filled, other)
    return columns.replace(other_ms=other)


def drawn_other(columns: Columns, derived: Flags, source: DrawSource) -> tuple[Columns, dict[str, Filled]]:
    """The turns with `other_ms` drawn, where they were not measured, from those that were; and what was filled in.

    Turns in `derived` (n,), whose measurement gave a stage its value, are not drawn from. Nothing is drawn where fewer
    than `ENOUGH` turns were measured.
    """
    known, missing = np.isfinite(columns.other_ms), np.flatnonzero(np.isnan(columns.other_ms))
    lenders = np.flatnonzero(known & ~derived)
    if len(lenders) < ENOUGH or not len(missing):
        return columns, {}
    wanted = Wanted(source.session[missing], source.uniforms("other_ms")[missing], np.full(len(missing), -np.inf))
    draws = Draws.of(wanted)
    exact = np.zeros(len(lenders), dtype=np.bool_)
    Pool(columns.other_ms[lenders], exact, source.session[lenders], source.sessions).draw(draws)
    other = np.array(columns.other_ms)
    other[missing] = draws.values
    return columns.replace(other_ms=other), {"other_ms": Filled(len(missing), 0, counted(draws.filler))}
