from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.simulation import Profile, profile_names, simulate
from pipeline.turns.columns import Columns
from pipeline.turns.rows import turn_dict
from stages.turn import Turn

EVERY = pytest.mark.parametrize("name", profile_names())
seeds = st.integers(-(2**63), 2**63)


def rows(columns: Columns) -> list[dict[str, Any]]:
    return [turn_dict(columns, i) for i in range(len(columns))]


@EVERY
def test_every_simulated_turn_is_a_valid_and_complete_one(name):
    columns = simulate(Profile.load(name), 400, seed=2)
    columns.require_complete()
    assert len(columns) == 400
    for row in rows(columns):
        turn = Turn.model_validate(row)
        assert turn.overlaps is not None
        assert turn.history is not None
        assert turn.history.needs <= turn.history.turns
        assert len(turn.llm.ttft_ms or ()) == len(turn.tts.ttfb_ms or ()) == 3


@given(seeds, st.integers(0, 60), st.integers(0, 60))
def test_fewer_turns_are_the_first_of_more(seed, n, more):
    profile = Profile.load("receptionist")
    assert rows(simulate(profile, n + more, seed))[:n] == rows(simulate(profile, n, seed))


@EVERY
def test_the_same_seed_gives_the_same_turns_and_another_seed_others(name):
    profile = Profile.load(name)
    one, again, other = (simulate(profile, 50, seed) for seed in (1, 1, 2))
    assert rows(one) == rows(again)
    assert not np.array_equal(one.end_ms, other.end_ms)


def test_turns_are_named_by_profile_seed_session_and_place():
    columns = simulate(Profile.load("ai-tutor"), 40, seed=7)
    turn = turn_dict(columns, 1)
    assert (turn["id"], turn["session"], turn["index"]) == ("ai-tutor-7-0000000-01", "ai-tutor-7-0000000", 1)
    assert len(set(columns.ids.tolist())) == 40
    assert [len(set(columns.index[columns.session == s])) for s in range(len(columns.session_names))] == np.diff(
        columns.session_start
    ).tolist()


@EVERY
def test_the_user_talks_before_between_and_after_pauses(name):
    columns = simulate(Profile.load(name), 2000, seed=3)
    for i in range(len(columns)):
        span = slice(columns.pause_start[i], columns.pause_start[i + 1])
        at, ms = columns.pause_at_ms[span], columns.pause_ms[span]
        talk = np.append(at, columns.end_ms[i]) - np.append(0, at + ms)
        assert (talk >= 100).all()


@EVERY
def test_overlaps_begin_while_the_agent_talks(name):
    columns = simulate(Profile.load(name), 2000, seed=4)
    reply_ms = np.repeat(columns.reply_tokens * columns.ms_per_token, np.diff(columns.overlap_start))
    assert (columns.overlap_at_ms < reply_ms).all()


@EVERY
def test_times_are_eighths_of_a_millisecond(name):
    columns = simulate(Profile.load(name), 300, seed=5)
    for values in (columns.end_ms, columns.pause_ms, columns.ttft_ms, columns.overlap_at_ms, columns.ms_per_token):
        assert (values * 8 == np.rint(values * 8)).all()


@EVERY
def test_a_turn_takes_at_most_400_bytes(name):
    columns = simulate(Profile.load(name), 20_000, seed=6)
    assert columns.nbytes / len(columns) < 400


def test_a_session_is_one_speaker_on_one_network_with_one_voice():
    columns = simulate(Profile.load("ai-tutor"), 30_000, seed=8)
    for values in (columns.up_ms, columns.down_ms, columns.ms_per_token):
        logs = np.log(values)
        within = np.mean([logs[columns.session == s].var() for s in range(300) if (columns.session == s).sum() > 5])
        assert within / logs.var() == pytest.approx(0.2, abs=0.05)


def test_a_profile_without_a_fallback_has_none_and_one_with_it_has():
    tutor, support = (simulate(Profile.load(name), 20, seed=1) for name in ("ai-tutor", "support-call"))
    assert turn_dict(tutor, 0)["llm"]["fallback_ttft_ms"] is None
    assert np.isfinite(support.fallback_ttft_ms).all()
    assert np.isfinite(support.fallback_ttfb_ms).all()


def test_some_turns_of_calls_have_tools_and_work_before_the_request():
    columns = simulate(Profile.load("rebooking"), 20_000, seed=5)
    rounds = np.diff(columns.tool_start)
    assert (rounds > 0).mean() == pytest.approx(4 / 9, abs=0.02)
    assert (rounds > 1).sum() / (rounds > 0).sum() == pytest.approx(0.25, abs=0.02)
    assert np.median(columns.tool_ms) == pytest.approx(350, rel=0.1)
    assert np.isfinite(columns.tool_ttft_ms[:, :3]).all()
    assert (columns.lead_ms > 0).mean() == pytest.approx(0.4, abs=0.02)


def test_a_tutor_calls_no_tools():
    columns = simulate(Profile.load("ai-tutor"), 500, seed=5)
    assert (columns.tool_start[-1], columns.lead_ms.max()) == (0, 0)
