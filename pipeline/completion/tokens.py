"""The token counts of a reply that a recording does not show: clause <= sentence <= reply."""

from __future__ import annotations

import numpy as np

from pipeline.completion.filling import Source, Table, counted
from pipeline.completion.pools import Draws, Pool
from pipeline.completion.report import Filled
from pipeline.completion.survival import Flags, Places, Wanted
from pipeline.turns.columns import SCALARS, Columns
from stages.arrays import Floats

NAMES = ("clause_tokens", "sentence_tokens", "reply_tokens")


def filled_tokens(columns: Columns, source: Source) -> tuple[dict[str, Floats], dict[str, Filled]]:
    """The three counts without gaps, and what was done.

    Where all three are missing they are those of one reply of the same session or recording. Otherwise each is drawn
    for itself, and then moved as little as it takes to stand in order with those that were recorded.
    """
    recorded = np.stack([getattr(columns, name).astype(np.float64) for name in NAMES], axis=1)
    gaps = np.isnan(recorded)
    if not gaps.any():
        return {}, {}
    lent, by_lender, lenders = _lent(recorded, source)
    apart = recorded.copy()
    apart[lent] = np.inf  # neither a gap nor a value to draw from
    report = {}
    for place, name in enumerate(NAMES):
        field, none = SCALARS[name], np.zeros((len(recorded), 1), dtype=np.bool_)
        values, own = Table(field, (field,), apart[:, [place]], none).filled(source)
        apart[:, place] = np.maximum(1, np.rint(values[:, 0]))
        if gaps[:, place].any():
            by = counted(by_lender) | (own[field].by if own else {})
            report[field] = Filled(int(gaps[:, place].sum()), 0, by)
    counts = _in_order(apart, gaps)
    counts[lent] = recorded[lenders]
    return {name: counts[:, place].astype(np.float32) for place, name in enumerate(NAMES)}, report


def _lent(recorded: Floats, source: Source) -> tuple[Places, Places, Places]:
    """The turns without any count that another reply lends its own to, the fillers, and the lending turns."""
    gaps = np.isnan(recorded)
    lenders = np.flatnonzero(~gaps.any(axis=1))
    lenders = lenders[np.lexsort(recorded[lenders].T)]  # by size: the same in whatever order the turns come
    size = np.empty(len(recorded))
    size[lenders] = np.arange(len(lenders))
    turns = np.flatnonzero(gaps.all(axis=1))
    wanted = Wanted(source.session[turns], source.uniforms("llm.tokens")[turns], np.full(len(turns), -np.inf))
    draws = Draws.of(wanted)
    session, none = source.session[lenders], np.zeros(len(lenders), dtype=np.bool_)
    Pool(size[lenders], none, session, source.sessions).draw(draws)
    found = ~np.isnan(draws.values)
    return turns[found], draws.filler[found], lenders[draws.values[found].astype(np.int64)]


def _in_order(counts: Floats, drawn: Flags) -> Floats:
    """The counts with those that were drawn moved, as little as it takes, between those that were not."""
    clause, sentence, reply = counts.T
    most = np.where(drawn[:, 1:], np.inf, counts[:, 1:])
    clause = np.where(drawn[:, 0], np.minimum(clause, most.min(axis=1)), clause)
    sentence = np.where(drawn[:, 1], np.minimum(np.maximum(sentence, clause), most[:, 1]), sentence)
    reply = np.where(drawn[:, 2], np.maximum(reply, sentence), reply)
    return np.stack([clause, sentence, reply], axis=1)
