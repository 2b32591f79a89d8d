import numpy as np
import pytest

from pipeline.kernel.batch import Batch, Outcomes
from pipeline.kernel.loops import TALLIES
from pipeline.kernel.tally import figures_of, measured, response_times, table_of, tallies
from pipeline.simulation import Profile, simulate
from pipeline.streaming import reading, stream
from pipeline.turns.columns import Columns
from pipeline.turns.rows import turn_at
from stages.settings import Settings
from stages.vector import encode

HARSH = Settings().replace(
    {
        "endpointing.silence_ms": 400,
        "llm.timeout_ms": 700,
        "llm.attempts": 2,
        "filler.after_ms": 900,
        "barge_in.min_speech_ms": 150,
        "barge_in.resume_ms": 300,
        "llm.max_history": 4,
    }
)
"""Something of everything happens."""


@pytest.fixture(scope="module")
def corpus() -> Columns:
    return simulate(Profile.load("ai-tutor"), 300, seed=5)


@pytest.fixture(scope="module")
def outcomes(corpus: Columns) -> Outcomes:
    return Batch(corpus).outcomes(HARSH)


@pytest.mark.parametrize("mode", ["interrupt", "append", "ignore"])
def test_outcomes_written_down_have_the_figures_that_the_batch_counts(corpus: Columns, mode: str) -> None:
    settings = HARSH.replace({"barge_in.mode": mode})
    batch = Batch(corpus)
    found, counted = figures_of(batch.outcomes(settings)).json_dict(), batch.figures(settings).json_dict()
    for nested in ("response_ms", "stop_ms"):
        assert found.pop(nested) == pytest.approx(counted.pop(nested), rel=1e-12)
    assert found == pytest.approx(counted, rel=1e-12)


def test_both_engines_give_the_same_figures(corpus: Columns) -> None:
    streamed = [reading.outcome(stream.run(turn_at(corpus, i), HARSH)) for i in range(len(corpus))]
    found, counted = figures_of(table_of(streamed)).json_dict(), Batch(corpus).figures(HARSH).json_dict()
    for nested in ("response_ms", "stop_ms"):
        assert found.pop(nested) == pytest.approx(counted.pop(nested), abs=1e-6)
    assert found == pytest.approx(counted, abs=1e-6)


def test_events_are_tallied_by_session_as_the_batch_tallies_them(corpus: Columns, outcomes: Outcomes) -> None:
    found, counted = tallies(outcomes, corpus.session), Batch(corpus).evaluate(encode(HARSH)[None, :]).tallies
    assert set(found) == set(TALLIES)
    for name, tally in found.items():
        for field in ("events", "trials", "squares", "cross", "sizes"):
            assert getattr(tally, field) == getattr(counted[name], field), (name, field)


def test_what_is_measured_of_turns_is_what_their_outcomes_say(corpus: Columns, outcomes: Outcomes) -> None:
    found, expected = Batch(corpus).measure(HARSH), measured(outcomes, corpus.session)
    for field in ("response_ms", "stop_ms", "talked_over_ms", "hiccup_ms"):
        assert np.array_equal(getattr(found, field), getattr(expected, field), equal_nan=True), field
    assert found.tallies == expected.tallies


def test_a_table_holds_what_an_outcome_says(outcomes: Outcomes) -> None:
    again = table_of([outcomes.outcome(i) for i in range(len(outcomes.table))])
    lost = outcomes.lost > 0
    assert np.array_equal(again.table[~lost], outcomes.table[~lost], equal_nan=True)


def test_a_turn_without_an_answer_is_slower_than_any_other(outcomes: Outcomes) -> None:
    unanswered = (outcomes.failed > 0) | (outcomes.lost > 0)
    assert unanswered.any()
    assert np.isinf(response_times(outcomes)[unanswered]).all()


def test_a_rate_of_nothing_is_unknown() -> None:
    quiet = simulate(Profile.load("ai-tutor"), 1, seed=0)
    none = quiet.replace(
        **{
            name: getattr(quiet, name)[:0]
            for name in vars(quiet)
            if name.startswith("overlap_") and "start" not in name
        },
        overlap_start=np.zeros(2, dtype=np.int32),
    )
    assert figures_of(Batch(none).outcomes(Settings())).missed_interrupt_rate is None
