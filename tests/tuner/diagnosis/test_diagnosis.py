import json
from dataclasses import replace

import numpy as np
import pytest

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from pipeline.turns.columns import Columns, ragged
from stages.settings import Settings
from tests.slow_agent import SLOW
from tuner.diagnosis import Diagnosis, diagnose, diagnosis_json, findings, sections
from tuner.diagnosis.baseline import sampled
from tuner.diagnosis.levers import Lever
from tuner.statistics.limits import limits_with, parse_limit
from tuner.statistics.objective import DEFAULT_GOAL, parse_goal
from tuner.statistics.verdict import verdicts
from tuner.targets import target


def sure(value: float | None) -> float:
    """A figure that there must be."""
    assert value is not None
    return value


def then(lever: Lever) -> Settings:
    return SLOW.replace({name: new for name, (_, new) in lever.values.items()})


def test_a_lever_changes_one_setting_and_its_gain_is_what_a_replay_shows(found: Diagnosis, turns: Columns) -> None:
    batch = Batch(turns)
    now = sure(batch.figures(SLOW).response_ms.p95)
    assert found.levers
    for lever in found.levers:
        assert len(lever.values) == 1
        after = sure(batch.figures(then(lever)).response_ms.p95)
        assert lever.gain.estimate == pytest.approx(now - after)
        assert lever.goal_ms == pytest.approx(after)


def test_levers_are_ranked_by_what_they_gain(found: Diagnosis) -> None:
    gains = [lever.gain_ms for lever in found.levers]
    assert gains == sorted(gains, reverse=True)
    assert all(gain >= 5 for gain in gains)


def test_no_lever_newly_misses_a_limit_or_makes_a_missed_one_worse(found: Diagnosis, turns: Columns) -> None:
    batch, limits = Batch(turns), limits_with(())
    before = {one.limit.name: one for one in verdicts(batch, SLOW, limits)}
    assert found.levers
    assert limits
    for lever in (*found.levers, *found.together):
        for after in verdicts(batch, then(lever), limits):
            now = before[after.limit.name]
            assert sure(after.upper) <= max(after.limit.value, (now.upper or 0) * 1.02) + 1e-9, (
                lever.values,
                after.limit,
            )


def test_a_setting_that_waits_too_long_is_found_with_how_much(found: Diagnosis) -> None:
    best = found.levers[0]
    assert set(best.values) <= {"endpointing.eot_threshold", "endpointing.max_silence_ms", "endpointing.silence_ms"}
    prebuffer = next(lever for lever in found.levers if "playout.prebuffer_ms" in lever.values)
    assert prebuffer.values["playout.prebuffer_ms"] == (200, 0)
    assert prebuffer.gain.estimate == pytest.approx(200)


def test_a_gain_has_an_interval_over_sessions(found: Diagnosis) -> None:
    assert found.levers
    for lever in found.levers:
        assert sure(lever.gain.low) <= sure(lever.gain.estimate) <= sure(lever.gain.high)


def test_several_settings_are_named_only_where_they_gain_more_than_one_of_them(found: Diagnosis) -> None:
    alone = {name: lever.gain_ms for lever in found.levers for name in lever.values}
    assert found.together
    for several in found.together:
        assert len(several.values) > 1
        assert several.gain_ms > max((alone.get(name, 0) for name in several.values), default=0)


def test_requests_that_stall_are_answered_by_retries_at_a_price_in_requests(found: Diagnosis) -> None:
    retries = next(lever for lever in found.against_stalls if "llm.attempts" in lever.values)
    assert retries.goal.text == "p99"
    assert retries.gain_ms > 1000
    price = next(price for price in retries.prices if price.limit.name == "llm_starts_per_turn")
    assert sure(price.now) < sure(price.then) < 1.2


def test_idle_settings_and_levers_are_all_that_may_move(found: Diagnosis) -> None:
    moved = {name for lever in found.levers for name in lever.values}
    assert moved.isdisjoint(found.idle)
    assert moved | set(found.idle) | set(found.unjudged) | set(found.held) == set(Settings().flat())


def test_what_the_recording_cannot_judge_says_why(found: Diagnosis) -> None:
    assert "interruption scores are known for 0%" in found.unjudged["barge_in.score_threshold"]
    assert "vad.silence_ms" in found.held


def test_barge_in_that_is_off_is_reported_with_what_users_lose(found: Diagnosis, turns: Columns) -> None:
    off = found.barge_in
    assert not off.on
    assert off.met == off.missed > 300
    assert off.figures["missed_interrupt_rate"].value == 1
    assert off.remedy is not None
    assert off.remedy_figures is not None
    assert off.remedy["barge_in.mode"] == "interrupt"
    figures = Batch(turns).figures(SLOW.replace(off.remedy))
    assert figures.missed_interrupt_rate == off.remedy_figures["missed_interrupt_rate"].value
    assert figures.false_interrupt_rate is not None
    assert figures.false_interrupt_rate < 0.03


def test_a_missed_limit_gets_the_one_setting_that_mends_it_at_the_least_cost() -> None:
    hasty = Settings().replace({"barge_in.score_threshold": 0.9})
    turns = simulate(Profile.load("receptionist"), 1500, seed=2)
    found = diagnose(turns, turns, hasty, DEFAULT_GOAL, (parse_limit("cut_off_rate=3%"),))
    (remedy,) = found.remedies
    assert remedy.verdict.limit.name == "cut_off_rate"
    assert remedy.change is not None
    changes = {name: new for name, (_, new) in remedy.change.values.items()}
    assert len(changes) == 1
    (after,) = verdicts(Batch(turns), hasty.replace(changes), (parse_limit("cut_off_rate=3%"),))
    assert after.status == "met"


def test_the_floor_is_below_every_lever_and_adds_up(found: Diagnosis, turns: Columns) -> None:
    assert found.floor is not None
    fastest = found.floor.fastest
    assert sum(fastest.parts.values()) == pytest.approx(fastest.response_ms)
    batch = Batch(turns)
    for lever in (*found.levers, *found.together):
        assert fastest.response_ms < (batch.figures(then(lever)).response_ms.p50 or np.inf)
    p50, p95 = found.floor.stages["llm.ttft_ms"]
    assert 400 < sure(p50) < sure(p95)


def test_the_same_recording_and_seed_give_the_same_diagnosis(
    recording: Columns, turns: Columns, found: Diagnosis
) -> None:
    again = diagnose(recording, turns, SLOW, DEFAULT_GOAL, limits_with(()), threads=1)
    assert diagnosis_json(again) == diagnosis_json(found)


def test_it_is_plain_json(found: Diagnosis) -> None:
    assert json.loads(json.dumps(diagnosis_json(found), allow_nan=False))["goal"] == "p95"


def test_the_goal_decides_what_counts(recording: Columns, turns: Columns) -> None:
    mean = diagnose(recording, turns, SLOW, parse_goal("mean"), limits_with(()))
    assert mean.goal.text == "mean"
    assert any("on average" in text for texts in sections(mean).values() for text in texts)


def test_a_long_recording_is_judged_on_whole_sessions_drawn_by_the_seed() -> None:
    turns = simulate(Profile.load("receptionist"), 3000, seed=2)
    sessions = sampled(turns, seed=1, most=500)
    assert 500 <= len(turns.of_sessions(sessions)) < 600
    assert np.array_equal(sessions, sampled(turns, seed=1, most=500))
    assert not np.array_equal(sessions, sampled(turns, seed=2, most=500))
    assert len(sampled(turns, seed=1)) == len(turns.session_names)


def test_a_gain_that_may_be_chance_is_not_put_into_words(found: Diagnosis) -> None:
    lever = found.levers[0]
    unsure = replace(lever, gain=replace(lever.gain, low=-1.0))
    under = sections(replace(found, levers=(unsure,), together=(), against_stalls=()))
    assert not unsure.shown
    assert "What the settings cost now" not in under


def test_on_a_vendors_stack_only_what_it_has_is_changed(recording: Columns, turns: Columns) -> None:
    stack = target("agora")
    settings = stack.as_deployed(SLOW)
    theirs = diagnose(recording, turns, settings, DEFAULT_GOAL, limits_with(()), deployable=stack.deployable_space())
    every = diagnose(recording, turns, settings, DEFAULT_GOAL, limits_with(()))

    def moved(diagnosis: Diagnosis) -> set[str]:
        return {
            name for one in (*diagnosis.levers, *diagnosis.together, *diagnosis.against_stalls) for name in one.values
        }

    assert "llm.timeout_ms" in moved(every)
    assert moved(theirs)
    assert not moved(theirs) & theirs.beyond.keys()
    assert theirs.barge_in.remedy
    assert not theirs.barge_in.remedy.keys() & theirs.beyond.keys()
    assert theirs.floor == every.floor


def test_a_limit_raised_to_what_is_in_force_leaves_room_for_chance(recording: Columns, turns: Columns) -> None:
    limits = limits_with(())
    plain = diagnose(recording, turns, SLOW, DEFAULT_GOAL, limits)
    now = {one.limit.name: one.upper for one in plain.verdicts if one.status == "missed" and one.upper is not None}
    raised = [one.at(now[one.name] + 1e-4, "in force") if one.name in now else one for one in limits]
    diagnosis = diagnose(recording, turns, SLOW, DEFAULT_GOAL, raised)
    assert plain.barge_in.remedy
    assert diagnosis.barge_in.remedy


def test_what_users_say_over_the_agent_is_not_known_where_nobody_recorded_it(turns: Columns) -> None:
    n = len(turns)
    bare = turns.replace(
        overlaps_known=np.zeros(n, dtype=np.bool_),
        overlap_start=np.zeros(n + 1, dtype=np.int32),
        **{name: getattr(turns, name)[:0] for name in ragged("overlap")},
    )
    found = diagnose(bare, bare, SLOW, DEFAULT_GOAL, limits_with(()))
    told = diagnosis_json(found)
    for name in ("interrupts_met", "interrupts_missed", "talked_over_s", "broken_off_by"):
        assert told["barge_in"][name] is None, name
    said = [one.text for one in findings(found) if one.kind.startswith("barge-in")]
    assert [text for text in said if "no user interrupted" in text] == []
    assert all("record `overlaps`" in text for text in said)
    assert said
