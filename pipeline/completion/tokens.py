"""The token counts of a reply that a recording does not show: clause <= sentence <= reply."""

from __future__ import annotations

import numpy as np

from pipeline.completion.filling import DrawSource, Table, counted
from pipeline.completion.pools import Draws, Pool
from pipeline.completion.report import Filled
from pipeline.completion.survival import Flags, Places, Wanted
from pipeline.turns.columns import SCALARS, Columns
from stages.arrays import Floats

NAMES = ("clause_tokens", "sentence_tokens", "reply_tokens")


def filled_tokens(columns: Columns, source: DrawSource) -> tuple[dict[str, Floats], dict[str, Filled]]:
    """The three counts without gaps, and what was filled in.

    Where all three are missing they are copied from one reply of the same session or recording. Otherwise each is
    drawn separately, and then changed as little as needed to keep their order.
    """
    recorded = np.stack([getattr(columns, name).astype(np.float64) for name in NAMES], axis=1)
    gaps = np.isnan(recorded)
    if not gaps.any():
        return {}, {}
    copied, by_copied, donors = _copied(recorded, source)
    apart = recorded.copy()
    apart[copied] = np.inf  # neither a gap nor a value to draw from
    report = {}
    for place, name in enumerate(NAMES):
        field, none = SCALARS[name], np.zeros((len(recorded), 1), dtype=np.bool_)
        values, own = Table(field, (field,), apart[:, [place]], none, none).filled(source)
        apart[:, place] = np.maximum(1, np.rint(values[:, 0]))
        if gaps[:, place].any():
            by = counted(by_copied) | (own[field].by if own else {})
            report[field] = Filled(int(gaps[:, place].sum()), 0, by)
    counts = _in_order(apart, gaps)
    counts[copied] = recorded[donors]
    return {name: counts[:, place].astype(np.float32) for place, name in enumerate(NAMES)}, report


def _copied(recorded: Floats, source: DrawSource) -> tuple[Places, Places, Places]:
    """The turns without any count, the fillers, and the turns whose counts they copy."""
    gaps = np.isnan(recorded)
    donors = np.flatnonzero(~gaps.any(axis=1))
    donors = donors[np.lexsort(recorded[donors].T)]  # by size: the same in whatever order the turns come
    size = np.empty(len(recorded))
    size[donors] = np.arange(len(donors))
    turns = np.flatnonzero(gaps.all(axis=1))
    wanted = Wanted(source.session[turns], source.uniforms("llm.tokens")[turns], np.full(len(turns), -np.inf))
    draws = Draws.of(wanted)
    session, none = source.session[donors], np.zeros(len(donors), dtype=np.bool_)
    Pool(size[donors], none, session, source.sessions).draw(draws)
    found = ~np.isnan(draws.values)
    return turns[found], draws.filler[found], donors[draws.values[found].astype(np.int64)]


def _in_order(counts: Floats, drawn: Flags) -> Floats:
    """The counts, with those that were drawn changed as little as needed to stand in order."""
    clause, sentence, reply = counts.T
    most = np.where(drawn[:, 1:], np.inf, counts[:, 1:])
    clause = np.where(drawn[:, 0], np.minimum(clause, most.min(axis=1)), clause)
    sentence = np.where(drawn[:, 1], np.minimum(np.maximum(sentence, clause), most[:, 1]), sentence)
    reply = np.where(drawn[:, 2], np.maximum(reply, sentence), reply)
    return np.stack([clause, sentence, reply], axis=1)
