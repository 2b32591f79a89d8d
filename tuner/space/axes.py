"""The values that a search tries for each setting: narrower than what is allowed, in steps that one would deploy.

Each is an axis: values in an order in which neighbours act alike, with null at the end where it belongs (a
timeout of null waits longest; a score threshold of null asks for least). Some bounds come from the recording,
which cannot judge everything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.turns.columns import Columns
from stages.vector import CHOICES

Values = tuple[Any, ...]

LADDER: tuple[tuple[float, float], ...] = ((1_000, 10), (2_000, 20), (4_000, 50), (10_000, 250), (60_000, 1_000))
"""Steps of a duration in ms, up to a value: finer than anybody hears, at most 2.5 % of the value above 1 s."""

NULL_FIRST = ("endpointing.eot_threshold", "barge_in.score_threshold")
"""With null, a score is not asked: as if any were enough."""

ORDERED: dict[str, Values] = {
    "eager.on": ("off", "final", "score"),
    "tts.first_chunk": ("clause", "sentence", "reply"),
    "barge_in.mode": ("interrupt", "append", "ignore"),
    "barge_in.on_words": ("off", "final", "interim"),
}
"""Closed choices, later and stricter ones away from sooner and looser ones."""

FLAGS: Values = (False, True)
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
    if name in CHOICES:
        return ORDERED.get(name, CHOICES[name])
    return _AXES[name](turns) if name in _AXES else FLAGS


def shortest_pause_ms(turns: Columns) -> float:
    """Silences shorter than this were not noted, so shorter waits cannot be judged: the 5 % quantile of those noted."""
    return _floor(turns.pause_ms, 0.05)


def shortest_overlap_ms(turns: Columns) -> float:
    """The same for what was heard over the agent."""
    return max(SHORTEST_VOICE_MS, _floor(turns.overlap_ms, 0.05))


def attempts_at_hand(draws: npt.NDArray[np.float64]) -> int:
    """Attempts that (nearly) every turn has a draw for: one beyond them never arrives (timing model, section 3)."""
    return max(1, int((np.isfinite(draws).mean(axis=0) >= 0.99).sum()))


def _floor(lengths: npt.NDArray[np.float64], share: float) -> float:
    """A low quantile, rounded up to 10 ms; 0 of nothing."""
    return float(np.ceil(np.quantile(lengths, share) / 10) * 10) if len(lengths) else 0.0


def _timeouts(draws: npt.NDArray[np.float64], strike: float, low: float, high: float) -> Values:
    """Timeouts by how often they strike: from this share of the draws on ever rarer; the longest last."""
    rungs = np.array(ladder(low, high))
    known = draws[np.isfinite(draws)]
    if not len(known):
        return tuple(rungs.tolist())
    shares = np.geomspace(strike, RAREST, TIMEOUTS)
    wanted = np.searchsorted(rungs, np.quantile(known, 1 - shares, method="inverted_cdf")).clip(0, len(rungs) - 1)
    return tuple(rungs[np.union1d(wanted, [len(rungs) - 1])].tolist())


def _reaching(draws: npt.NDArray[np.float64], values: Values) -> Values:
    """Those that a draw outlasts at least once in a thousand times, and the longest."""
    known = draws[np.isfinite(draws)]
    most = float(np.quantile(known, 1 - RAREST)) if len(known) else np.inf
    return (*(value for value in values[:-1] if value <= most), values[-1])


def _attempts(draws: npt.NDArray[np.float64]) -> Values:
    return tuple(range(1, min(MOST_ATTEMPTS, attempts_at_hand(draws)) + 1))


def _history(turns: Columns) -> Values:
    most = float(np.nan_to_num(turns.history_turns).max(initial=1.0))
    return (*range(1, int(min(most, 64)) + 1), None)


_AXES: dict[str, Callable[[Columns], Values]] = {
    "vad.silence_ms": lambda _: ladder(50, 1000),
    "endpointing.silence_ms": lambda t: ladder(min(shortest_pause_ms(t), 3000), 3000),
    "endpointing.max_silence_ms": lambda t: ladder(min(shortest_pause_ms(t), 3000), 4000),
    "endpointing.eot_threshold": lambda _: (None, *SCORES),
    "endpointing.onset_ms": lambda _: ladder(0, 600),
    "eager.threshold": lambda _: SCORES,
    "eager.silence_ms": lambda _: ladder(0, 2000),
    "eager.max_starts": lambda _: (1, 2, 3, 4, 5),
    "asr.final_timeout_ms": lambda t: _reaching(t.final_ms, ladder(0, 3000)),
    "asr.empty_timeout_ms": lambda _: (*ladder(300, 10_000), None),
    "asr.late_final_ms": lambda _: (*ladder(0, 3000), None),
    # below the median of the first draws more than every second request would be started twice
    "llm.timeout_ms": lambda t: _timeouts(t.ttft_ms[:, 0], 0.5, 100, 15_000),
    "llm.attempts": lambda t: _attempts(t.ttft_ms),
    "llm.retry_gap_ms": lambda _: ladder(0, 2000),
    "llm.max_history": _history,
    # no figure counts synthesis requests: below the 90 % quantile more than one in ten would be started twice
    "tts.timeout_ms": lambda t: _timeouts(t.ttfb_ms[:, 0], 0.1, 100, 10_000),
    "tts.attempts": lambda t: _attempts(t.ttfb_ms),
    "tts.retry_gap_ms": lambda _: ladder(0, 2000),
    "tts.lookahead_tokens": lambda _: (0, 1, 2, 3, 4, 5),
    "playout.prebuffer_ms": lambda _: ladder(0, 300),
    "filler.after_ms": lambda _: (*ladder(300, 5000), None),
    "filler.ms": lambda _: ladder(200, 2000),
    "barge_in.withdraw_ms": lambda _: ladder(0, 1000),
    "barge_in.min_speech_ms": lambda t: ladder(min(shortest_overlap_ms(t), 1000), 1000),
    "barge_in.min_words": lambda _: (0, 1, 2, 3),
    "barge_in.score_threshold": lambda _: (None, *SCORES),
    "barge_in.guard_ms": lambda _: ladder(0, 1000),
    "barge_in.guard_first_ms": lambda _: ladder(0, 2000),
    "barge_in.resume_ms": lambda _: (*ladder(0, 2000), None),
}
