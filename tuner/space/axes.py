"""The values that a search tries for each setting: within the allowed range, in steps that are useful to deploy.

Each is an axis: values in an order in which neighbours have similar effects, with null at the fitting end (a timeout of
null waits longest; a score threshold of null accepts everything). Some ends come from the recording, which cannot judge
all values.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.turns.columns import Columns
from stages.arrays import Floats
from stages.setting import Attempts, Axis, Durations, PastTurns, Shares, Steps, Timeouts
from stages.settings import SETTINGS

Values = tuple[Any, ...]

LADDER: tuple[tuple[float, float], ...] = ((1_000, 10), (2_000, 20), (4_000, 50), (10_000, 250), (60_000, 1_000))
"""Steps of a duration in ms, up to a value: too small to hear, at most 2.5 % of the value above 1 s."""

NULL_FIRST = frozenset(name for name, one in SETTINGS.items() if one.nullable and isinstance(one.axis, Shares))
"""Settings whose null accepts every score, and comes first. Other nulls wait longest, or keep most."""

MOST_ATTEMPTS = 4

TIMEOUTS, RAREST = 40, 0.001
"""The number of timeouts of the LLM and of TTS that are tried, and the share of requests that the longest stops."""

SHORTEST_VOICE_MS = 50.0
"""With a shorter one, a click on the line counts as voice."""


def ladder(low: float, high: float) -> Values:
    """Durations from low to high on the ladder's steps; with both ends. Where they are equal: one value."""
    found, below = [low], low
    for top, step in LADDER:
        first = (np.floor(below / step + 1e-9) + 1) * step
        found += [float(value) for value in np.arange(first, min(top, high) + step / 2, step) if value < high]
        below = max(below, top)
    return (*found, high) if low < high else (low,)


def _scores() -> Values:
    """Scores from 0 to 1, denser towards both ends, where most scores of models are."""
    near = (0.001, 0.002, 0.005, *(i / 100 for i in range(1, 10)))
    middle = tuple(i / 50 for i in range(5, 46))
    return (*near, *middle, *(round(1 - share, 3) for share in reversed(near)))


SCORES = _scores()


def default_values(name: str, turns: Columns) -> Values:
    """The values to try for a setting on complete turns, in the order of its axis."""
    setting = SETTINGS[name]
    values = _values(setting.axis, turns)
    if not setting.nullable:
        return values
    return (None, *values) if name in NULL_FIRST else (*values, None)


def _values(axis: Axis, turns: Columns) -> Values:
    """The values of an axis without null."""
    match axis:
        case Steps(values):
            return values
        case Shares():
            return SCORES
        case Durations():
            return _durations(axis, turns)
        case Timeouts(draws, strike, low, high):
            return _timeouts(_drawn(draws, turns)[:, 0], strike, low, high)
        case Attempts(draws):
            return tuple(range(1, min(MOST_ATTEMPTS, attempts_at_hand(_drawn(draws, turns))) + 1))
        case PastTurns():
            most = float(np.nan_to_num(turns.history_turns).max(initial=1.0))
            return tuple(range(1, int(min(most, 64)) + 1))


def _durations(axis: Durations, turns: Columns) -> Values:
    low = axis.low
    if axis.noted:
        noted = shortest_pause_ms(turns) if axis.noted == "pause" else shortest_overlap_ms(turns)
        low = min(max(low, noted), axis.high)
    values = ladder(low, axis.high)
    return _reaching(_drawn(axis.outlasting, turns), values) if axis.outlasting else values


def _drawn(field: str, turns: Columns) -> Floats:
    """The column of a field of the turn."""
    found: Floats = getattr(turns, field.rpartition(".")[2])
    return found


def shortest_pause_ms(turns: Columns) -> float:
    """Shorter silences were not recorded, so shorter waits cannot be judged: the 5 % quantile of the recorded ones."""
    return _floor(turns.pause_ms, 0.05)


def shortest_overlap_ms(turns: Columns) -> float:
    """The same for overlaps."""
    return max(SHORTEST_VOICE_MS, _floor(turns.overlap_ms, 0.05))


def attempts_at_hand(draws: Floats) -> int:
    """The number of attempts with a draw in nearly every turn; later ones never arrive (timing model, section 3)."""
    return max(1, int((np.isfinite(draws).mean(axis=0) >= 0.99).sum()))


def _floor(lengths: Floats, share: float) -> float:
    """A low quantile, rounded up to 10 ms; 0 without lengths."""
    return float(np.ceil(np.quantile(lengths, share) / 10) * 10) if len(lengths) else 0.0


def _timeouts(draws: Floats, strike: float, low: float, high: float) -> Values:
    """Timeouts by the share of draws that they stop, from this share down; the longest last."""
    rungs = np.array(ladder(low, high))
    known = draws[np.isfinite(draws)]
    if not len(known):
        return tuple(rungs.tolist())
    shares = np.geomspace(strike, RAREST, TIMEOUTS)
    wanted = np.searchsorted(rungs, np.quantile(known, 1 - shares, method="inverted_cdf")).clip(0, len(rungs) - 1)
    return tuple(rungs[np.union1d(wanted, [len(rungs) - 1])].tolist())


def _reaching(draws: Floats, values: Values) -> Values:
    """The values that at least one draw in a thousand exceeds, and the longest."""
    known = draws[np.isfinite(draws)]
    most = float(np.quantile(known, 1 - RAREST)) if len(known) else np.inf
    return (*(value for value in values[:-1] if value <= most), values[-1])
