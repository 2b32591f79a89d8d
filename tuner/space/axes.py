"""The values that a search tries for each setting: narrower than what is allowed, in steps that one would deploy.

Each is an axis: values in an order in which neighbours act alike, with null at the end where it belongs (a
timeout of null waits longest; a score threshold of null asks for least). Some bounds come from the recording,
which cannot judge everything.
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
"""Steps of a duration in ms, up to a value: finer than anybody hears, at most 2.5 % of the value above 1 s."""

NULL_FIRST = frozenset(name for name, one in SETTINGS.items() if one.nullable and isinstance(one.axis, Shares))
"""With null, a score is not asked: as if any were enough. Any other null waits longest, or keeps most."""

MOST_ATTEMPTS = 4

TIMEOUTS, RAREST = 40, 0.001
"""So many timeouts of the LLM and of TTS are tried, down to those that strike so rarely."""

SHORTEST_VOICE_MS = 50.0
"""Below this a click of a line is taken for voice."""


def ladder(low: float, high: float) -> Values:
    """Durations from low to high on the ladder's steps; both ends are among them. Of no width: low alone."""
    found, below = [low], low
    for top, step in LADDER:
        first = (np.floor(below / step + 1e-9) + 1) * step
        found += [float(value) for value in np.arange(first, min(top, high) + step / 2, step) if value < high]
        below = max(below, top)
    return (*found, high) if low < high else (low,)


def _scores() -> Values:
    """Shares, closer together towards 0 and 1, where models put most of their scores."""
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
    """What there is on an axis, null apart."""
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
    """Silences shorter than this were not noted, so shorter waits cannot be judged: the 5 % quantile of those noted."""
    return _floor(turns.pause_ms, 0.05)


def shortest_overlap_ms(turns: Columns) -> float:
    """The same for what was heard over the agent."""
    return max(SHORTEST_VOICE_MS, _floor(turns.overlap_ms, 0.05))


def attempts_at_hand(draws: Floats) -> int:
    """Attempts that (nearly) every turn has a draw for: one beyond them never arrives (timing model, section 3)."""
    return max(1, int((np.isfinite(draws).mean(axis=0) >= 0.99).sum()))


def _floor(lengths: Floats, share: float) -> float:
    """A low quantile, rounded up to 10 ms; 0 of nothing."""
    return float(np.ceil(np.quantile(lengths, share) / 10) * 10) if len(lengths) else 0.0


def _timeouts(draws: Floats, strike: float, low: float, high: float) -> Values:
    """Timeouts by how often they strike: from this share of the draws on ever rarer; the longest last."""
    rungs = np.array(ladder(low, high))
    known = draws[np.isfinite(draws)]
    if not len(known):
        return tuple(rungs.tolist())
    shares = np.geomspace(strike, RAREST, TIMEOUTS)
    wanted = np.searchsorted(rungs, np.quantile(known, 1 - shares, method="inverted_cdf")).clip(0, len(rungs) - 1)
    return tuple(rungs[np.union1d(wanted, [len(rungs) - 1])].tolist())


def _reaching(draws: Floats, values: Values) -> Values:
    """Those that a draw outlasts at least once in a thousand times, and the longest."""
    known = draws[np.isfinite(draws)]
    most = float(np.quantile(known, 1 - RAREST)) if len(known) else np.inf
    return (*(value for value in values[:-1] if value <= most), values[-1])
