"""A/B plans for what cannot be simulated."""

import pytest

from pipeline.turns.builder import from_turns
from stages.turn import Turn
from tuner.statistics.limits import DEFAULT_LIMITS
from tuner.statistics.sample_size import trials_per_arm
from tuner.targets import all_targets
from tuner.targets.trials.abstract import ABSTRACT, UNTIMED, untimed_settings
from tuner.targets.trials.trial import ASSUMED, Baseline, Comparison, trial
from tuner.targets.trials.untimed_setting import UntimedSetting

PATIENCE = UntimedSetting(
    "turn.patience", (1, 0.5), "waits", ("response_ms.p50", "cut_off_rate", "llm_starts_per_turn")
)
BARGE_IN = UntimedSetting("turn.stop", (1, 0.5), "stops", ("missed_interrupt_rate",))


def of(figure: str, baseline: Baseline, untimed: UntimedSetting = PATIENCE) -> Comparison:
    return next(one for one in trial(untimed, baseline).comparisons if one.figure == figure)


RECOMMENDATION = {
    "held_out": None,
    "tuning": {
        "turns": 1000,
        "sessions": 50,
        "before": {
            "response_ms.p50": {"value": 1000.0, "n": 1000},
            "response_ms.p90": {"value": 1800.0, "n": 1000},
            "response_ms.p95": {"value": 2000.0, "n": 1000},
            "response_ms.p99": {"value": None, "n": 1000},
            "cut_off_rate": {"value": 0.06, "n": 1000},
            "missed_interrupt_rate": {"value": 0.30, "n": 200},
            "llm_starts_per_turn": {"value": 1.3, "n": 1000},
        },
        "limits": [{"name": "cut_off_rate", "n": 1000, "n_effective": 500.0}],
    },
}


def test_a_rate_is_compared_with_two_thirds_of_itself() -> None:
    found = of("cut_off_rate", Baseline({"cut_off_rate": 0.06}))
    assert found.now == 0.06
    assert found.then == pytest.approx(0.04)
    assert found.turns_per_arm == trials_per_arm(0.06, 0.04) == 1468


def test_a_rate_that_cannot_fall_so_far_is_watched_for_a_rise() -> None:
    found = of("cut_off_rate", Baseline({"cut_off_rate": 0.001}))
    assert found.then == pytest.approx(0.001 + 0.03 / 3)


def test_without_a_recording_the_default_limits_stand_for_it() -> None:
    found = trial(PATIENCE)
    assert found.assumed
    assert of("cut_off_rate", ASSUMED).now == DEFAULT_LIMITS["cut_off_rate"]
    assert of("response_ms.p50", ASSUMED).unit == "share"


def test_a_quantile_is_compared_by_the_answers_beyond_the_point_it_is_to_fall_to() -> None:
    found = of("response_ms.p50", Baseline.of(RECOMMENDATION))
    assert (found.now, found.then, found.unit) == (1000.0, 900.0, "ms")
    # 100 ms below the median, at the density above it (0.4 of the answers in 800 ms): 55 % come later; half are to
    assert found.trials_per_arm == trials_per_arm(0.55, 0.5, 2.0)


def test_slow_agents_are_asked_for_more_than_the_least_that_is_felt() -> None:
    slow = Baseline({}, {0.5: 4000.0, 0.9: 5000.0})
    assert of("response_ms.p50", slow).then == 3800.0


def test_the_answers_beyond_a_time_lie_straight_between_known_quantiles() -> None:
    known = Baseline({}, {0.5: 1000.0, 0.9: 1800.0, 0.95: 2000.0})
    assert known.slower_share(1900.0) == pytest.approx(0.075)
    assert known.slower_share(1400.0) == pytest.approx(0.3)
    assert known.slower_share(0.0) == 1.0


def test_turns_of_a_session_count_for_less() -> None:
    plain, clustered = Baseline({"cut_off_rate": 0.06}), Baseline({"cut_off_rate": 0.06}, {}, {"cut_off_rate": 2.0})
    more, less = of("cut_off_rate", clustered), of("cut_off_rate", plain)
    assert more.trials_per_arm == pytest.approx(2 * less.trials_per_arm, abs=1)


def test_a_recommendation_tells_what_is_known_now() -> None:
    known = Baseline.of(RECOMMENDATION)
    assert known.response_ms == {0.5: 1000.0, 0.9: 1800.0, 0.95: 2000.0}
    assert known.design_effects == {"cut_off_rate": 2.0}
    assert known.turns_per_session == 20


def test_measured_response_times_need_no_settings() -> None:
    turns = [
        Turn.model_validate(
            {
                "id": f"{call}-{place}",
                "session": f"{call}",
                "speech": {"end_ms": 1000},
                "response_ms": 1000 + 10 * call + place,
            }
        )
        for call in range(20)
        for place in range(10)
    ]
    known = Baseline.measured(from_turns(turns))
    assert known.response_ms[0.5] == 1099
    assert known.turns_per_session == 10
    assert known.design_effects["response_ms.p50"] > 5  # calls are either fast or slow
    found = trial(PATIENCE, known)
    assert [one.assumed for one in found.comparisons] == [False, True, True]
    assert Baseline.measured(from_turns(turns[:50])) is ASSUMED


def test_interrupts_are_counted_in_turns_where_it_is_known_how_often_they_come() -> None:
    found = of("missed_interrupt_rate", Baseline.of(RECOMMENDATION), BARGE_IN)
    assert found.of == "interrupts"
    assert found.turns_per_arm == 5 * found.trials_per_arm
    assert found.sessions_per_arm is not None
    assert of("missed_interrupt_rate", ASSUMED, BARGE_IN).turns_per_arm is None


def test_requests_beyond_the_first_are_compared_as_a_count() -> None:
    found = of("llm_starts_per_turn", Baseline({"llm_starts_per_turn": 1.3}))
    assert found.unit == "count"
    assert found.then == pytest.approx(1.4)


def test_the_value_in_force_is_the_control() -> None:
    assert PATIENCE.trial_arms({}) == (1, 0.5)
    assert PATIENCE.trial_arms({"turn.patience": 0.5}) == (0.5, 1)
    assert PATIENCE.trial_arms({"turn.patience": 0.7}) == (0.7, 1, 0.5)


@pytest.mark.parametrize("vendor", sorted(UNTIMED))
def test_every_untimed_setting_is_a_field_of_its_vendor_or_stands_in_one(vendor: str) -> None:
    target = ABSTRACT.get(vendor) or all_targets()[vendor]
    assert untimed_settings(vendor)
    for one in untimed_settings(vendor):
        field = target.by_path.get(one.path)
        inside = any(one.path.startswith(f"{field.path}.") for field in target.fields if field.kind == "object")
        assert field or inside, one.path
        assert all(field is None or field.problem(arm) is None for arm in one.arms)
        assert len(set(one.arms)) == len(one.arms) > 1
        assert trial(one).json_dict()["comparisons"]


def test_most_vendors_have_nothing_that_can_only_be_tried() -> None:
    assert untimed_settings("agora") == ()
    assert not set(ABSTRACT) & set(all_targets())
