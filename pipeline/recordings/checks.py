"""The rules that every turn of a recording must keep, checked for many turns at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.recordings.limits import LIMITS
from pipeline.recordings.problem import Problem
from pipeline.turns.columns import CENSORABLE

Arrays = dict[str, Any]
"""Turns in recorded order, as `pipeline.turns.builder.grouped` takes them."""
Places = npt.NDArray[np.int64]

_NEVER = ("fallback_ttft_ms", "fallback_ttfb_ms")
_DRAWS = ("ttft_ms", "ttfb_ms")
_ENTRIES = {"pause": "speech.pauses", "overlap": "overlaps", "tool": "llm.tools"}


def problems(arrays: Arrays) -> dict[int, Problem]:
    """The turns that break a rule, by their place in the arrays, each with the first rule that it breaks."""
    found: dict[int, Problem] = {}
    for turn, problem in (*_out_of_limits(arrays), *_out_of_order(arrays)):
        found.setdefault(turn, problem)
    return found


def _out_of_limits(arrays: Arrays) -> Iterator[tuple[int, Problem]]:
    for column in LIMITS:
        values = arrays[column]
        if column in _DRAWS:
            for attempt in range(values.shape[1]):
                field = LIMITS[column].field + f"[{attempt}]"
                drawn = np.where(values[:, attempt] == np.inf, np.nan, values[:, attempt])
                yield from _breaches(column, _long_enough(arrays, column, field, drawn), field)
        elif column in _NEVER:
            field = LIMITS[column].field
            never = np.where(values == np.inf, np.nan, values)
            yield from _breaches(column, _long_enough(arrays, column, field, never), field)
        elif (kind := column.split("_")[0]) in _ENTRIES:
            yield from _entry_breaches(arrays, kind, column)
        else:
            field = LIMITS[column].field
            yield from _breaches(column, _long_enough(arrays, column, field, values), field)


def _long_enough(arrays: Arrays, column: str, field: str, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The values without lower bounds that are short: a request may be given up at once."""
    if field not in CENSORABLE:
        return values
    bound = (arrays["censored"] >> CENSORABLE.index(field) & 1).astype(np.bool_)
    return np.where(bound & (values > 0) & (values < LIMITS[column].seconds_below), np.nan, values)


def _without_short_bounds(draws: npt.NDArray[Any], marks: npt.NDArray[Any], least: float) -> npt.NDArray[Any]:
    """The draws of requests after tools without lower bounds that are short."""
    bound = (marks[:, None] >> np.arange(draws.shape[1], dtype=np.uint8) & 1).astype(np.bool_)
    return np.where(bound & (draws > 0) & (draws < least), np.nan, draws)


def _breaches(column: str, values: npt.NDArray[Any], field: str) -> Iterator[tuple[int, Problem]]:
    for turn in np.flatnonzero(LIMITS[column].broken(values)):
        yield int(turn), LIMITS[column].why(float(values[turn]), field)


def _entry_breaches(arrays: Arrays, kind: str, column: str) -> Iterator[tuple[int, Problem]]:
    limits, values = LIMITS[column], arrays[column]
    if is_list := values.ndim == 2:
        values = np.where(values == np.inf, np.nan, values)  # beyond the last draw
    if column == "tool_ttft_ms":
        values = _without_short_bounds(values, arrays["tool_censored"], limits.seconds_below)
    bad = np.argwhere(limits.broken(values))
    if not len(bad):
        return
    owner, rank = _owners(arrays[f"{kind}_start"])
    for entry, *draw in bad.tolist():
        field = f"{_ENTRIES[kind]}[{rank[entry]}].{limits.field}" + (f"[{draw[0]}]" if is_list else "")
        yield int(owner[entry]), limits.why(float(values[(entry, *draw)]), field)


def _out_of_order(arrays: Arrays) -> Iterator[tuple[int, Problem]]:
    yield from _tokens(arrays)
    for kind in ("pause", "overlap"):
        yield from _overlapping(arrays, kind, _ENTRIES[kind])
    yield from _ends_early(arrays)


def _tokens(arrays: Arrays) -> Iterator[tuple[int, Problem]]:
    """The turns that break clause <= sentence <= reply, among the counts that are known."""
    names = ("clause_tokens", "sentence_tokens", "reply_tokens")
    for low, high in (names[:2], names[1:], names[::2]):
        for turn in np.flatnonzero(arrays[low] > arrays[high]):
            a, b = arrays[low][turn], arrays[high][turn]
            yield int(turn), Problem("out of order", f"{low} <= {high} must hold, got {low}={a:g} {high}={b:g}", "llm")


def _overlapping(arrays: Arrays, kind: str, field: str) -> Iterator[tuple[int, Problem]]:
    at, ms = arrays[f"{kind}_at_ms"], arrays[f"{kind}_ms"]
    suspects = np.flatnonzero(at[1:] < (at + ms)[:-1])
    if not len(suspects):
        return
    owner, _ = _owners(arrays[f"{kind}_start"])
    for entry in suspects[owner[suspects] == owner[suspects + 1]]:
        rule = (
            f"must be in order and must not overlap: one at {at[entry]:g} ms lasts {ms[entry]:g} ms, "
            f"the next begins at {at[entry + 1]:g} ms"
        )
        yield int(owner[entry]), Problem("out of order", rule, field)


def _ends_early(arrays: Arrays) -> Iterator[tuple[int, Problem]]:
    count = arrays["pause_start"]
    having = np.flatnonzero(count)
    last = np.cumsum(count)[having] - 1
    done = arrays["pause_at_ms"][last] + arrays["pause_ms"][last]
    for k in np.flatnonzero(arrays["end_ms"][having] < done):
        end = arrays["end_ms"][having[k]]
        rule = f"must not come before the end of the last pause ({done[k]:g} ms), got {end:g}"
        yield int(having[k]), Problem("out of order", rule, "speech.end_ms")


def _owners(count: npt.NDArray[Any]) -> tuple[Places, Places]:
    """The turn of each entry, and the entry's rank in that turn."""
    owner = np.repeat(np.arange(len(count)), count)
    first = np.cumsum(count) - count
    return owner, np.arange(len(owner)) - np.repeat(first, count)
