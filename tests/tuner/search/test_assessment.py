from collections.abc import Mapping

import numpy as np
import pytest

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from stages.arrays import Floats
from stages.settings import Settings
from stages.vector import encode
from tuner.search.assessment import OUTSIDE, Assessment, Assessor
from tuner.statistics.limits import Limit, default_limits, parse_limit
from tuner.statistics.objective import parse_goal
from tuner.statistics.verdict import verdicts

TURNS = simulate(Profile.load("receptionist"), 400, seed=2)
BATCH = Batch(TURNS, threads=1)
FIGURES = BATCH.figures(Settings())


def assessor(*limits: str, goal: str = "p95", **more: float | None) -> Assessor:
    return Assessor(BATCH, parse_goal(goal), [parse_limit(text) for text in limits], **more)  # type: ignore[arg-type]


def rows(*changes: Mapping[str, object]) -> Floats:
    return np.array([encode(Settings().replace(one)) for one in changes])


HOME = rows({})
WAITS = rows(*({"endpointing.silence_ms": ms} for ms in (300, 640, 900)))


@pytest.mark.parametrize("goal", ["p95", "mean", "0.5*p50+0.5*p95"])
def test_the_goal_is_that_of_the_figures(goal: str) -> None:
    figures = FIGURES.response_ms
    expected = {"p95": figures.p95, "mean": figures.mean, "0.5*p50+0.5*p95": (figures.p50 + figures.p95) / 2}  # type: ignore[operator]
    assert assessor(goal=goal)(HOME).goal_ms[0] == pytest.approx(expected[goal])


def test_without_a_confidence_limits_are_compared_with_estimates() -> None:
    found = assessor("cut_off_rate=30%", "p90=2000", "stop_ms.p95=700", confidence=None)(HOME)
    expected = [FIGURES.cut_off_rate, FIGURES.response_ms.p90, FIGURES.stop_ms.p95]
    assert found.uppers[0].tolist() == pytest.approx(expected)
    assert found.within[0]


def test_with_a_confidence_limits_are_compared_with_bounds_as_in_a_verdict() -> None:
    limits = default_limits()
    found = Assessor(BATCH, parse_goal("p95"), limits)(HOME).uppers[0]
    bounds = [one.upper if one.upper is not None else 0.0 for one in verdicts(BATCH, Settings(), limits)]
    assert found.tolist() == pytest.approx(bounds, abs=1e-6)


def test_a_quantile_limit_is_missed_with_too_few_turns_to_bound_it() -> None:
    found = assessor("p99.9=20000")(HOME)
    assert found.uppers[0, 0] == np.inf
    assert not found.within[0]


def test_the_bounding_quantile_is_higher_the_more_turns_of_a_session_correlate() -> None:
    loose, tight = (assessor("p90=9000", spread=spread)(HOME).uppers[0, 0] for spread in (1.0, 3.0))
    assert FIGURES.response_ms.p90 is not None
    assert FIGURES.response_ms.p90 < loose < tight


def test_an_assessor_with_some_of_the_limits_gives_the_same_bounds() -> None:
    both = assessor("p90=9000", "cut_off_rate=3%", spread=3.0)
    for place in range(len(both.limits)):
        assert both.by([place])(HOME).uppers[0, 0] == both(HOME).uppers[0, place]


def test_no_settings_outside_of_a_limit_score_better_than_any_within() -> None:
    found = assessor("cut_off_rate=26%", confidence=None)(WAITS)
    assert found.within.tolist() == [False, True, True]
    assert found.goal_ms[0] < found.goal_ms[1:].min()
    assert found.score[0] > OUTSIDE > found.score[1:].max()


def test_outside_of_the_limits_settings_further_away_score_worse() -> None:
    judge = assessor("cut_off_rate=10%", "lost_rate=1%")
    table = np.array([[0.10, 0.01], [0.11, 0.01], [0.15, 0.01], [0.11, 0.02]])
    assert judge.excess(table).tolist() == pytest.approx([0, 0.1, 0.5, 1.1])
    assert np.argsort(judge.score(np.full(4, 800.0), table)).tolist() == [0, 1, 2, 3]


def test_of_equally_fast_settings_the_safer_come_first() -> None:
    judge = assessor("cut_off_rate=10%")
    safe, near = judge.score(np.full(2, 800.0), np.array([[0.02], [0.09]]))
    assert 800 < safe < near < 800 * 1.003


def test_of_llm_requests_only_those_beyond_the_first_use_up_the_limit() -> None:
    judge = assessor("llm_starts_per_turn=1.2")
    assert judge.excess(np.array([[1.0], [1.2], [1.3]])).tolist() == pytest.approx([0, 0, 0.5])


def test_a_goal_that_falls_on_an_unanswered_turn_is_outside() -> None:
    judge = assessor("cut_off_rate=10%")
    scores = judge.score(np.array([np.inf, 800.0]), np.array([[0.01], [0.2]]))
    assert np.isfinite(scores).all()
    assert scores[0] > scores[1] > OUTSIDE


def test_settings_nearer_to_a_default_limit_that_is_missed_now_score_better() -> None:
    judge = Assessor(BATCH, parse_goal("p95"), [Limit("cut_off_rate", 0.3, "in force")])
    at, half, met = judge.score(np.full(3, 800.0), np.array([[0.3], [0.165], [0.03]]))
    assert met < half < at
    assert half - met == pytest.approx(at - half, rel=0.1)


def test_without_limits_the_goal_alone_decides() -> None:
    found = assessor()(WAITS)
    assert found.score.tolist() == found.goal_ms.tolist()


def test_assessments_are_taken_apart_and_joined() -> None:
    whole = assessor("cut_off_rate=26%")(WAITS)
    again = Assessment.joined([whole.take(np.array([0])), whole.take(np.array([1, 2]))])
    assert len(again) == 3
    assert all(np.array_equal(vars(again)[name], value) for name, value in vars(whole).items())


def test_an_assessment_has_cut_offs_false_interrupts_and_stop_times() -> None:
    found = assessor()(HOME)
    assert found.cut_off_rate[0] == FIGURES.cut_off_rate
    assert found.false_interrupt_rate[0] == FIGURES.false_interrupt_rate
    assert found.stop_ms[0] == FIGURES.stop_ms.p95


def test_a_figure_that_the_recording_does_not_show_has_no_value_and_is_null_in_a_journal() -> None:
    bare = TURNS.replace(
        pauses_known=np.zeros(len(TURNS), dtype=np.bool_), overlaps_known=np.zeros(len(TURNS), dtype=np.bool_)
    )
    found = Assessor(Batch(bare, threads=1), parse_goal("p95"), default_limits())(WAITS)
    for values in (found.cut_off_rate, found.false_interrupt_rate, found.stop_ms):
        assert np.isnan(values).all()
    assert np.isfinite(assessor()(WAITS).cut_off_rate).all()


def test_cut_offs_are_not_known_where_a_faster_vad_asks_about_pauses_that_nobody_saw() -> None:
    seen = TURNS.replace(shortest_pause_ms=np.full(len(TURNS), 200.0))
    found = Assessor(Batch(seen, threads=1), parse_goal("p95"), default_limits())(
        rows({"vad.silence_ms": 200}, {"vad.silence_ms": 100})
    )
    assert np.isnan(found.cut_off_rate).tolist() == [False, True]
    assert np.isfinite(found.false_interrupt_rate).all()
