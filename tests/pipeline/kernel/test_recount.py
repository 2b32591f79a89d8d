"""What the kernel counts is what a plain recount of the outcomes gives, however the work is cut (timing model, 7)."""

from __future__ import annotations

from itertools import groupby
from math import ceil
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as checking
from hypothesis import strategies as st

from pipeline.figures.outcome import Outcome
from pipeline.kernel import batch, rates
from pipeline.kernel.batch import Batch, Evaluation
from pipeline.turns.builder import from_turns
from pipeline.turns.columns import Columns
from pipeline.turns.evidence import Evidence
from stages.settings import Settings
from stages.vector import encode
from tests.strategies import settings, turns

few = checking(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

SHARES = {
    "cut_off_rate": lambda one: one.cut_off,
    "lost_rate": lambda one: one.lost,
    "failed_rate": lambda one: one.failed,
    "degraded_rate": lambda one: one.degraded,
    "restarted_rate": lambda one: one.restarted,
    "false_start_rate": lambda one: one.false_start,
    "filler_rate": lambda one: one.filler,
    "history_lost_rate": lambda one: one.history_lost,
    "false_interrupt_rate": lambda one: one.false_interrupt,
    "hiccup_rate": lambda one: one.hiccups > 0,
    "stutter_rate": lambda one: one.stutter_ms > 0,
    "dead_air_rate": lambda one: one.lost or one.first_sound_ms > 3000,
}


@st.composite
def corpora(draw: st.DrawFn) -> Columns:
    """Some turns in sessions of one or more."""
    found = draw(st.lists(turns(), min_size=1, max_size=5))
    repeats = draw(st.integers(1, 3))
    many = found * repeats
    return from_turns(
        turn.model_copy(update={"id": f"t{i}", "session": f"s{i // 3}", "index": i % 3}) for i, turn in enumerate(many)
    )


def observed(values: list[float], share: float) -> float | None:
    """The smallest value with at least this share of all at or below it."""
    ordered = sorted(values)
    value = ordered[max(0, ceil(len(ordered) * share - 1e-9) - 1)]
    return value if value < float("inf") else None


def recounted(outcomes: list[Outcome]) -> dict[str, Any]:
    n = len(outcomes)
    answered = [one.response_ms for one in outcomes if not one.failed and one.response_ms is not None]
    ranked = answered + [float("inf")] * (n - len(answered))
    stops = [ms for one in outcomes for ms in one.stop_ms]
    met = sum(one.interrupts_met for one in outcomes)
    return {
        "n": n,
        "response_ms": {f"p{q}": observed(ranked, q / 100) for q in (50, 90, 95, 99)}
        | {"mean": sum(answered) / len(answered) if answered else None, "max": max(answered, default=None)},
        **{name: sum(map(happened, outcomes)) / n for name, happened in SHARES.items()},
        "missed_interrupt_rate": sum(one.interrupts_missed for one in outcomes) / met if met else None,
        "stop_ms": {f"p{q}": observed(stops, q / 100) if stops else None for q in (50, 95)},
        "talked_over_ms": sum(one.talked_over_ms for one in outcomes) / n,
        "hiccup_ms": sum(one.hiccup_ms for one in outcomes) / n,
        "llm_starts_per_turn": sum(one.llm_starts + one.wasted_starts for one in outcomes) / n,
    }


def alike(found: dict[str, Any], expected: dict[str, Any]) -> None:
    for nested in ("response_ms", "stop_ms"):
        assert found.pop(nested) == pytest.approx(expected.pop(nested), rel=1e-12)
    assert found == pytest.approx(expected, rel=1e-12)


@few
@given(corpora(), settings())
def test_figures_and_tallies_are_those_of_a_plain_recount(columns: Columns, under: Settings) -> None:
    is_recounted(columns, under)


def is_recounted(columns: Columns, under: Settings) -> None:
    """What is counted of these turns is what their outcomes, one by one, add up to."""
    replay = Batch(columns)
    table = replay.outcomes(under)
    outcomes = [table.outcome(i) for i in range(len(columns))]
    unknown = dict.fromkeys(Evidence.of(columns).unknown(under))
    alike(replay.figures(under).json_dict(), recounted(outcomes) | unknown)
    by_session = [
        [outcomes[i] for i in places] for _, places in groupby(range(len(columns)), lambda i: columns.session[i])
    ]
    tallies = replay.evaluate(encode(under)[None, :]).tallies
    for name, tally in tallies.items():
        counted = [(events(name, one), trials(name, one)) for one in by_session]
        sums = (tally.events, tally.trials, tally.squares, tally.cross, tally.sizes)
        expected = [sum(f(y, t) for y, t in counted) for f in SUMS]
        assert [float(one[0]) for one in sums] == expected, name


SUMS = (lambda y, t: y, lambda y, t: t, lambda y, t: y * y, lambda y, t: y * t, lambda y, t: t * t)


def events(name: str, session: list[Outcome]) -> int:
    if name == "llm_starts_per_turn":
        return sum(one.llm_starts + one.wasted_starts for one in session)
    if name == "missed_interrupt_rate":
        return sum(one.interrupts_missed for one in session)
    return sum(map(SHARES[name], session))


def trials(name: str, session: list[Outcome]) -> int:
    return sum(one.interrupts_met for one in session) if name == "missed_interrupt_rate" else len(session)


@few
@given(corpora(), st.lists(settings(), min_size=1, max_size=5), st.integers(1, 3), st.integers(1, 4))
def test_any_cut_of_the_work_gives_the_same_bytes(
    columns: Columns, under: list[Settings], threads: int, at_once: int
) -> None:
    rows = np.array([encode(one) for one in under])
    with patch.object(batch, "BLOCK_TURNS", 4):
        whole = Batch(columns, threads=1).evaluate(rows, (0.5, 0.95))
        with patch.object(batch, "CHUNK_BYTES", 8 * len(columns) * at_once):
            cut = Batch(columns, threads=threads).evaluate(rows, (0.5, 0.95))
    assert bytes_of(cut) == bytes_of(whole)


def bytes_of(found: Evaluation) -> list[bytes]:
    arrays = [getattr(found, name) for name in ("quantiles", "mean_ms", "max_ms", "stop_ms", "talked_over_ms")]
    arrays += [getattr(tally, field) for tally in found.tallies.values() for field in tally.__dataclass_fields__]
    return [array.tobytes() for array in (*arrays, found.hiccup_ms)]


@few
@given(corpora(), settings())
def test_a_turn_lives_through_the_same_whatever_turns_are_replayed_beside_it(columns: Columns, under: Settings) -> None:
    together = Batch(columns).outcomes(under).table
    again = Batch(columns, threads=1).outcomes(under).table
    alone = [Batch(columns.take(np.array([i]))).outcomes(under).table[0] for i in range(len(columns))]
    assert together.tobytes() == again.tobytes() == np.array(alone).tobytes()


def test_every_rate_is_recounted() -> None:
    assert tuple(SHARES) == rates.RATES
