"""Rounds of tool calls whose times a recording does not show (timing model, section 6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from pipeline.completion.filling import DrawSource, Table
from pipeline.completion.pools import Pool
from pipeline.completion.report import Filled
from pipeline.turns.columns import Columns
from stages.arrays import Flags, Floats, Places
from stages.settings import Settings, StagePolicy


def filled_tools(
    columns: Columns, requests: Pool, source: DrawSource, in_force: Settings
) -> tuple[dict[str, Floats], dict[str, Filled]]:
    """The columns of tools without gaps, and what was filled in.

    A missing time of a tool is drawn from those of other tools. A missing draw of a request after a tool comes from
    other such requests, and where too few of those are known, from `requests`, the first ones of all turns. A missing
    list has as many draws as the longest, and every list has one for each attempt of `in_force`: those that nobody saw
    are drawn. No list has more than `MAX_DRAWS`.
    """
    turns = np.flatnonzero(np.diff(columns.tool_start))
    if not len(turns):
        return {}, {}
    own = replace(source, hashes=source.hashes[turns], session=source.session[turns])
    of = np.repeat(np.arange(len(turns)), np.diff(columns.tool_start)[turns])
    place = np.arange(len(of)) - columns.tool_start[turns][of]
    ms, report = _by_turn(columns.tool_ms[:, None], of, place, "llm.tools.ms", "llm.tools[{r}].ms").filled(own)
    width = _draws(columns.tool_ttft_ms, in_force.llm.attempts)
    measured = np.isfinite(columns.response_ms)[turns][of]
    asked, unseen = unseen_attempts(columns.tool_ttft_ms, in_force.llm, measured)
    asked = np.where(unseen, np.nan, asked)[:, :width]
    table = _by_turn(asked, of, place, "llm.ttft_ms", "llm.tools[{r}].ttft_ms[{i}]")
    bounds = (columns.tool_censored[:, None] >> np.arange(width, dtype=np.uint8) & 1).astype(np.float64)
    bound = _by_turn(bounds, of, place, "", "[{r}][{i}]").values == 1
    by_turn = _by_turn(unseen[:, :width].astype(np.float64), of, place, "", "[{r}][{i}]").values == 1
    ttft, more = replace(table, unseen=by_turn, censored=bound).filled(own, requests)
    filled = np.full(columns.tool_ttft_ms.shape, np.inf)
    filled[:, :width] = ttft.reshape(len(turns), -1, width)[of, place]
    none = np.zeros(len(of), dtype=np.uint8)
    changed: dict[str, Any] = {"tool_ms": ms[of, place], "tool_ttft_ms": filled, "tool_censored": none}
    return changed, report | more


def unseen_attempts(draws: Floats, policy: StagePolicy, answered: Flags) -> tuple[Floats, Flags]:
    """Lists of draws, with room for the policy's attempts, and (n, d) which of those nobody saw.

    They stand behind the end of a list. Under the policy they were not made, since an earlier one had answered; or the
    turn was `answered` (n,) all the same, and they were not noted down. Others were made, and never answered.
    """
    wider = np.full((len(draws), max(draws.shape[1], policy.attempts)), np.inf)
    wider[:, : draws.shape[1]] = draws
    place = np.arange(wider.shape[1])
    begins = place * policy.timeout_ms
    in_time = wider <= policy.timeout_ms * (policy.attempts - place if policy.hedge else 1)
    ready = np.where(in_time, begins + wider, np.inf).min(axis=1)
    unmade = (begins >= ready[:, None]) if policy.hedge else np.isfinite(ready)[:, None]
    return wider, np.isinf(wider) & (place < policy.attempts) & (unmade | answered[:, None])


def _draws(draws: Floats, attempts: int) -> int:
    """How many draws a list gets."""
    listed = np.isfinite(draws).any(axis=1)
    longest = int((~np.isinf(draws[listed])).sum(axis=1).max(initial=1))
    return int(min(max(longest, attempts), draws.shape[1]))


def _by_turn(rounds: Floats, of: Places, place: Places, field: str, name: str) -> Table:
    """(turns, most rounds x d): what a turn has not is infinite, and so neither missing nor drawn from."""
    most, width = int(place.max()) + 1, rounds.shape[1]
    values = np.full((int(of.max()) + 1, most, width), np.inf)
    values[of, place] = rounds
    names = tuple(name.format(r=r, i=i) for r in range(most) for i in range(width))
    flat = values.reshape(len(values), -1)
    none = np.zeros(flat.shape, dtype=np.bool_)
    return Table(field, names, flat, none, none)
