import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from pipeline.turns.columns import Columns
from stages.errors import OutputError
from stages.settings import Settings, parse
from tuner.recommendation import recommendation
from tuner.recommendation.reading import read_recommendation
from tuner.recommendation.recommendation import Recommendation, Task, recommend
from tuner.recommendation.result_files import open_dossier, recommendation_json, write_dossier
from tuner.recommendation.sentences import gain_text, sentences
from tuner.search.assessment import Assessor
from tuner.search.budget import Budget
from tuner.search.search import Searched, search
from tuner.space.space import Points, space_of
from tuner.statistics.bootstrap import Interval
from tuner.statistics.limits import Limit, default_limits, limits_with
from tuner.statistics.objective import DEFAULT_GOAL
from tuner.statistics.split import split

TURNS = simulate(Profile.load("receptionist"), 3000, seed=5)
CAUTIOUS = Settings().replace({"endpointing.silence_ms": 2000, "llm.timeout_ms": 30000, "tts.timeout_ms": 20000})


def run(turns: Columns = TURNS, limits: tuple[Limit, ...] = default_limits(), **more: object) -> Recommendation:
    task = Task(turns, CAUTIOUS, DEFAULT_GOAL, limits, budget=Budget(evaluations=1500), **more)  # type: ignore[arg-type]
    return recommend(task, threads=1)


@pytest.fixture(scope="module")
def found() -> Recommendation:
    return run()


def test_cautious_settings_are_replaced_by_faster_ones_within_the_limits(found: Recommendation) -> None:
    assert found.status == "recommended"
    assert found.settings.endpointing.silence_ms < 2000
    assert found.tuning.gain.estimate is not None
    assert found.tuning.gain.estimate > 200
    assert all(verdict.met for verdict in found.tuning.verdicts)


def test_it_is_judged_on_sessions_that_the_search_has_not_seen(found: Recommendation) -> None:
    assert found.held_out is not None
    parts = split(TURNS, 0)
    assert found.held_out.sessions == len(parts.held_out)
    assert found.tuning.sessions == len(parts.tuning)
    assert found.held_out.turns + found.tuning.turns == len(TURNS)
    gain = found.held_out.gain
    assert gain.low is not None
    assert gain.estimate is not None
    assert gain.high is not None
    assert 0 < gain.low <= gain.estimate <= gain.high


def test_what_is_held_out_does_not_touch_what_is_recommended() -> None:
    parts = split(TURNS, 0)
    changed = TURNS.ttft_ms.copy()
    changed[np.isin(TURNS.session, parts.held_out)] *= 3
    assert run(TURNS.replace(ttft_ms=changed)).settings == run().settings


def test_no_change_is_made_that_brings_nothing(found: Recommendation) -> None:
    assert found.changes
    for change in found.changes:
        assert change.needed_for or change.raises or change.worth_ms is None or change.worth_ms > 0
    assert {change.name for change in found.changes} == {
        name for name, value in found.settings.flat().items() if value != CAUTIOUS.flat()[name]
    }


def test_the_same_task_gives_the_same_bytes(found: Recommendation) -> None:
    assert json.dumps(recommendation_json(run())) == json.dumps(recommendation_json(found))


def test_too_few_turns_are_reported_how_many_it_would_take() -> None:
    few = run(simulate(Profile.load("receptionist"), 60, seed=5))
    assert few.status == "too small"
    assert few.settings == CAUTIOUS
    assert few.estimate is not None
    assert few.estimate != CAUTIOUS
    assert few.turns_needed is not None
    assert few.turns_needed > 100
    assert "Nothing is recommended yet" in " ".join(sentences(few))


def test_a_handful_of_sessions_is_provisional() -> None:
    few = run(TURNS.of_sessions(np.arange(6)))
    assert few.provisional
    assert any(line.startswith("Provisional: 6 sessions, too few") for line in sentences(few))


def test_one_session_gives_a_gain_without_a_range() -> None:
    gain = run(TURNS.of_sessions(np.arange(1))).tuning.gain
    assert gain.estimate is not None
    assert (gain.low, gain.high) == (None, None)


def test_limits_that_nothing_meets_are_answered_with_the_nearest_that_can_be() -> None:
    never = run(limits=limits_with([Limit("response_ms.p50", 100.0)]))
    assert never.status == "infeasible"
    assert never.settings == CAUTIOUS
    assert [one.limit.name for one in never.nearest][:1] == ["response_ms.p50"]
    assert never.nearest[0].value > 100
    assert "cannot be met: the nearest is" in sentences(never)[1]


def test_a_default_limit_that_is_missed_already_asks_for_no_worse() -> None:
    rash = Settings().replace({"endpointing.silence_ms": 200})
    task = Task(TURNS, rash, DEFAULT_GOAL, default_limits(), budget=Budget(evaluations=1000), no_worse=True)
    held = {limit.name: limit for limit in recommend(task, threads=1).limits}
    assert held["cut_off_rate"].origin == "in force"
    assert held["cut_off_rate"].value > 0.03
    given = Task(TURNS, rash, DEFAULT_GOAL, limits_with([Limit("cut_off_rate", 0.03)]), budget=Budget(evaluations=1000))
    assert {limit.name: limit.value for limit in recommend(given, threads=1).limits}["cut_off_rate"] == 0.03


def test_where_a_default_limit_is_missed_now_both_answers_are_given_and_the_one_within_it_recommended() -> None:
    rash = Settings().replace({"endpointing.silence_ms": 200})
    task = Task(TURNS, rash, DEFAULT_GOAL, default_limits(), budget=Budget(evaluations=1500))
    found = recommend(task, threads=1)
    other = found.other
    assert other is not None
    assert (found.raised, [one.name for one in other.raised][:1]) == ((), ["cut_off_rate"])
    assert all(verdict.met for verdict in found.tuning.verdicts)
    after, eased = (one.tuning.after["cut_off_rate"].value or 0 for one in (found, other))
    assert after <= 0.03 < eased
    assert (other.tuning.gain.estimate or 0) > (found.tuning.gain.estimate or 0)
    assert "--no-worse recommends those" in " ".join(sentences(found))
    again = recommend(replace(task, no_worse=True), threads=1)
    assert (again.settings, again.other and again.other.settings) == (other.settings, found.settings)
    read = read_recommendation(json.loads(json.dumps(recommendation_json(found))), TURNS, rash, "x")
    assert read.other is not None
    assert read.other.settings == other.settings


def test_a_default_limit_that_nothing_reaches_is_named_with_the_nearest() -> None:
    stuck = TURNS.replace(ttft_ms=np.full_like(TURNS.ttft_ms, 4000.0))
    task = Task(stuck, CAUTIOUS, DEFAULT_GOAL, default_limits(), budget=Budget(evaluations=800))
    found = recommend(task, threads=1)
    assert found.other is None
    (far,) = found.out_of_reach
    assert (far.limit.name, far.limit.value) == ("dead_air_rate", 0.05)
    assert far.value > 0.05
    assert "No settings bring dead_air_rate <= 5% within reach" in " ".join(sentences(found))


def test_a_gain_of_no_time_is_not_said_in_milliseconds() -> None:
    assert gain_text(Interval(0.2, -3.0, 4.0), 500) == "as soon as now (n = 500)"


@pytest.mark.parametrize("seed", range(2))
def test_a_search_on_a_sample_ends_with_settings_that_keep_the_limits_on_all_turns(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recommendation, "SEARCHED_TURNS", 700)
    task = Task(TURNS, Settings(), DEFAULT_GOAL, default_limits(), seed=seed, budget=Budget(evaluations=800))
    found = recommend(task, threads=1)
    assert found.status == "recommended"
    assert all(verdict.met for verdict in found.tuning.verdicts)


def test_where_a_samples_luck_misled_a_larger_one_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    labels: list[str] = []
    tried = recommendation._finalists

    def all_beyond(searched: Searched, sample: Assessor) -> Points:
        """Of the first sample only the points whose cut-offs are the most: none keeps the limits on all turns."""
        if len(set(labels)) > 1:
            return tried(searched, sample)
        return searched.points[np.argsort(-searched.assessed.cut_off_rate)[:5]]

    monkeypatch.setattr(recommendation, "SEARCHED_TURNS", 700)
    monkeypatch.setattr(recommendation, "_finalists", all_beyond)
    task = Task(TURNS, CAUTIOUS, DEFAULT_GOAL, default_limits(), budget=Budget(evaluations=800))
    found = recommend(task, threads=1, watch=lambda progress: labels.append(progress.label))
    assert list(dict.fromkeys(labels))[:2] == ["search", "search, on more turns"]
    assert found.status == "recommended"
    assert all(verdict.met for verdict in found.tuning.verdicts)


def test_among_the_finalists_of_a_sample_are_the_settings_in_force_and_some_with_room() -> None:
    """The best of a sample stand right at its limits, which those of all turns need not reach to."""
    space = space_of(TURNS, TURNS, CAUTIOUS, default_limits())
    judge = Assessor(Batch(TURNS, threads=1), DEFAULT_GOAL, default_limits())
    searched = search(judge, space, 0, Budget(evaluations=800))
    finalists = recommendation._finalists(searched, judge)
    assert (finalists[0] == space.home).all()
    found = judge(space.rows(finalists))
    least = judge.used(searched.assessed.uppers)[searched.assessed.within].min(axis=0)
    assert (judge.used(found.uppers[1:]) <= np.maximum(0.92, least)).all(axis=1).any()
    assert len(np.unique(found.score[1:])) > 1


def test_the_dossier_holds_what_was_found(found: Recommendation, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    open_dossier(folder)
    write_dossier(folder, found)
    assert parse(json.loads((folder / "settings.json").read_text())) == found.settings
    assert json.loads((folder / "recommendation.json").read_text()) == json.loads(
        json.dumps(recommendation_json(found))
    )
    rows = list(csv.DictReader(io.StringIO((folder / "frontier.csv").read_text())))
    assert len(rows) == len(found.frontier) > 2
    cut_offs = [row for row in rows if row["kind"] == "cut_off_rate"]
    assert [float(row["risk"]) for row in cut_offs] == sorted(float(row["risk"]) for row in cut_offs)
    with pytest.raises(OutputError, match="is there already"):
        open_dossier(folder)
    open_dossier(folder, force=True)


def test_a_limit_raised_to_no_worse_is_still_come_nearer_to() -> None:
    """Barge-in is off: that may stay so, but users who cannot interrupt are worth some of the goal."""
    mute = CAUTIOUS.replace({"barge_in.mode": "append"})
    task = Task(TURNS, mute, DEFAULT_GOAL, default_limits(), budget=Budget(evaluations=3000), no_worse=True)
    found = recommend(task, threads=1)
    assert "missed_interrupt_rate" in [limit.name for limit in found.raised]
    assert found.tuning.before["missed_interrupt_rate"].value == 1
    assert (found.tuning.after["missed_interrupt_rate"].value or 0) < 0.2


def test_no_slower_settings_are_recommended_where_those_in_force_may_stay() -> None:
    """They cut too many users off, as asked for no worse: nearer to the default limit is no reason to answer later."""
    hasty = Settings().replace({"endpointing.silence_ms": 400})
    task = Task(TURNS, hasty, DEFAULT_GOAL, default_limits(), budget=Budget(evaluations=500), no_worse=True)
    found = recommend(task, threads=1)
    before, after = found.tuning.before["response_ms.p95"].value, found.tuning.after["response_ms.p95"].value
    assert "cut_off_rate" in [limit.name for limit in found.raised]
    assert (after or 0) <= (before or 0) * 1.002
