"""Figures of outcomes, whichever engine they came from (timing model, section 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.figures.figures import Figures
from pipeline.figures.flags import FLAGS
from pipeline.figures.outcome import Outcome, Parts
from pipeline.kernel.batch import Outcomes
from pipeline.kernel.loops import FIELDS
from pipeline.kernel.measured import Measured, Tally
from pipeline.kernel.rates import DEAD_AIR_MS, RATES
from stages.arrays import Floats


def table_of(outcomes: Sequence[Outcome]) -> Outcomes:
    """The outcomes as a table, a row a turn."""
    return Outcomes(np.array([_row(one) for one in outcomes], dtype=np.float64).reshape(-1, len(FIELDS)))


def response_times(outcomes: Outcomes) -> Floats:
    """(n,) response time in ms, infinite for a failed or lost turn: slower than any other."""
    return np.where((outcomes.failed > 0) | (outcomes.lost > 0), np.inf, outcomes.response_ms)


def happened(outcomes: Outcomes) -> dict[str, tuple[npt.NDArray[Any], Floats | None]]:
    """Figure -> (n,) events, and (n,) what they are counted against; None: turns."""
    flags = {name: getattr(outcomes, field) > 0 for name, field in FLAGS.items()}
    flags["dead_air_rate"] = (outcomes.lost > 0) | (outcomes.first_sound_ms > DEAD_AIR_MS)
    return {
        **{name: (flags[name], None) for name in RATES},
        "llm_starts_per_turn": (outcomes.llm_starts + outcomes.wasted_starts, None),
        "missed_interrupt_rate": (outcomes.interrupts_missed, outcomes.interrupts_met),
    }


def tallies(outcomes: Outcomes, session: npt.NDArray[np.int32]) -> dict[str, Tally]:
    """Events by session, as `Batch.evaluate` counts them; arrays of shape (1,)."""
    turns = np.bincount(session).astype(np.float64)
    return {
        name: _tally(_by_session(events, session), turns if trials is None else _by_session(trials, session))
        for name, (events, trials) in happened(outcomes).items()
    }


def measured(outcomes: Outcomes, session: npt.NDArray[np.int32]) -> Measured:
    """What `Batch.measure` finds, of outcomes from anywhere; `session` (n,) is each turn's, 0-based."""
    o = outcomes
    counted = tallies(o, session)
    return Measured(response_times(o), o.stop_ms, o.talked_over_ms, o.hiccup_ms, counted, o.unknown, o.assumed)


def with_measured_times(found: Measured, outcomes: Outcomes, session: npt.NDArray[np.int32], ms: Floats) -> Measured:
    """The same with the response times that were measured, and dead air by them; `ms` (n,) is NaN where none was.

    A first sound before the answer, a filler or a false start, is heard when the replay says, and no later than the
    answer that was measured.
    """
    known = np.isfinite(ms)
    sound = np.where(outcomes.first_sound_ms < outcomes.response_ms, outcomes.first_sound_ms, ms)
    silent = np.where(
        known,
        np.fmin(sound, ms) > DEAD_AIR_MS,
        (outcomes.lost > 0) | (outcomes.first_sound_ms > DEAD_AIR_MS),
    )
    dead_air = _tally(_by_session(silent, session), np.bincount(session).astype(np.float64))
    return replace(
        found,
        response_ms=np.where(known, ms, found.response_ms),
        tallies=found.tallies | {"dead_air_rate": dead_air},
    )


def figures_of(outcomes: Outcomes) -> Figures:
    """The figures of a corpus: those that `Batch.figures` finds without writing the outcomes down."""
    return measured(outcomes, np.zeros(len(outcomes.table), dtype=np.int32)).figures()


def _row(outcome: Outcome) -> list[float]:
    """The fields in the table's order; a lost turn has no times, and a turn one stop time at most."""
    values: dict[str, Any] = dict(outcome)
    parts = dict.fromkeys(Parts.model_fields, None) if outcome.parts is None else dict(outcome.parts)
    values |= parts | {"stop_ms": outcome.stop_ms[0] if outcome.stop_ms else None}
    return [float("nan") if values[name] is None else float(values[name]) for name in FIELDS]


def _by_session(values: npt.NDArray[Any], session: npt.NDArray[np.int32]) -> Floats:
    """(sessions,): their sums."""
    sessions = int(session.max(initial=-1)) + 1
    some = np.flatnonzero(values)
    return np.bincount(session[some], weights=values[some], minlength=sessions).astype(np.float64)


def _tally(y: Floats, t: Floats) -> Tally:
    return Tally(*(np.array([total]) for total in (y.sum(), t.sum(), y @ y, y @ t, t @ t)))
