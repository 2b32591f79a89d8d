from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.completion import complete
from pipeline.kernel.batch import Batch, Outcomes
from pipeline.recordings import read, write
from pipeline.simulation import Profile, censor, profile_names, simulate
from pipeline.turns.builder import from_turns
from pipeline.turns.columns import Columns
from pipeline.turns.rows import turn_at, turn_dict
from pipeline.turns.tool_marks import tool_mark, tool_masks, tool_names
from stages.settings import Settings
from stages.turn import Turn
from tests.pipeline.worked import paused, turn, under

TUTOR = Profile.load("ai-tutor")

IN_FORCE: dict[str, dict[str, Any]] = {
    "as documented": {},
    "patient, never interrupted": {
        "barge_in__mode": "ignore",
        "endpointing__silence_ms": 1500,
        "vad__silence_ms": 500,
    },
    "retries and a fallback": {
        "llm__timeout_ms": 700,
        "llm__attempts": 3,
        "llm__fallback": True,
        "tts__timeout_ms": 400,
        "tts__attempts": 2,
        "barge_in__resume_ms": 500,
        "barge_in__score_threshold": 0.5,
        "endpointing__eot_threshold": 0.3,
        "asr__final_timeout_ms": 0,
    },
    "hedges and late finals": {
        "llm__timeout_ms": 500,
        "llm__attempts": 4,
        "llm__hedge": True,
        "llm__max_history": 5,
        "tts__timeout_ms": 200,
        "tts__hedge": True,
        "tts__attempts": 2,
        "asr__empty_timeout_ms": 100,
        "asr__late_final_ms": 200,
        "eager__on": "score",
    },
    "hasty": {
        "barge_in__mode": "append",
        "endpointing__silence_ms": 100,
        "vad__silence_ms": 50,
        "llm__timeout_ms": 600,
        "eager__on": "final",
    },
}


def log(settings: Settings, **changes: Any) -> Turn:
    """What a log under these settings holds of the plain turn with some changes."""
    return turn_at(censor(from_turns([turn(**changes)]), settings), 0)


def answered(outcomes: Outcomes) -> np.ndarray:
    return np.where((outcomes.failed > 0) | (outcomes.lost > 0), np.nan, outcomes.response_ms)


def holds(columns: Columns, settings: Settings) -> None:
    """Replayed under the settings it was taken under, a completed log gives the response times that it holds."""
    seen = censor(columns, settings)
    replayed = Batch(complete(seen, 5, TUTOR, settings).columns).outcomes(settings)
    np.testing.assert_allclose(answered(replayed), seen.response_ms, rtol=0, atol=1e-6)
    lived, whole = Batch(columns).outcomes(settings), seen.end_ms == columns.end_ms
    np.testing.assert_allclose(replayed.table[whole], lived.table[whole], rtol=0, atol=1e-6)


@pytest.mark.parametrize("in_force", IN_FORCE)
@pytest.mark.parametrize("profile", profile_names())
def test_a_log_replays_to_its_own_response_times(profile, in_force):
    holds(simulate(Profile.load(profile), 2000, seed=3), under(**IN_FORCE[in_force]))


@pytest.mark.parametrize("in_force", IN_FORCE)
def test_a_log_holds_nothing_but_what_there_was(in_force):
    columns = simulate(Profile.load("support-call"), 3000, seed=4)
    seen = censor(columns, under(**IN_FORCE[in_force]))
    width = columns.ttft_ms.shape[1]
    for name in ("final_ms", "ttft_ms", "ttfb_ms"):
        if IN_FORCE[in_force].get("llm__max_history") and name == "ttft_ms":
            continue  # a shorter context answers sooner
        there, shown = getattr(columns, name), getattr(seen, name)
        shown = shown[:, :width] if shown.ndim == 2 else shown
        assert (np.isnan(shown) | (shown <= there)).all()
        exact = np.isnan(shown) | (shown == there)
        assert (exact | (seen.censored > 0)[(...,) + (None,) * (shown.ndim - 1)]).all()


def test_the_measured_response_time_is_in_the_log():
    """640 of silence, 300 to the first token, 100 to the eleventh, 100 of synthesis, 100 of network."""
    assert log(Settings()).response_ms == 640 + 300 + 100 + 100 + 100


def test_a_retry_leaves_a_bound_and_an_answer():
    seen = log(under(llm__timeout_ms=200, llm__attempts=2), llm={"ttft_ms": [300, 150, 400]})
    assert list(seen.llm.ttft_ms or ()) == [200, 150, None]
    assert seen.censored == ("llm.ttft_ms[0]",)


def test_where_the_llm_gave_up_nothing_is_known_of_its_reply_nor_of_speech():
    seen = log(under(llm__timeout_ms=200))
    assert list(seen.llm.ttft_ms or ()) == [200]
    assert (seen.llm.token_ms, seen.llm.reply_tokens, seen.tts.ms_per_token) == (None, None, None)
    assert list(seen.tts.ttfb_ms or ()) == [None]
    assert seen.response_ms is None
    assert seen.overlaps is None


def test_where_the_tts_gave_up_the_text_is_known_and_no_audio():
    seen = log(under(tts__timeout_ms=100), tts={"ttfb_ms": [150]})
    assert (seen.llm.reply_tokens, seen.tts.ttfb_ms, seen.tts.ms_per_token) == (20, (100,), None)


def test_a_final_that_came_in_time_is_known():
    assert log(Settings(), asr={"final_ms": 1100}).asr.final_ms == 1100
    assert log(Settings(), asr={"final_ms": 1100}).censored == ()


def test_a_final_that_was_not_waited_for_is_a_bound():
    """Committed 640 + 500 after the end, 1640 after the pause: its words' final had not come by then either."""
    short = under(asr__empty_timeout_ms=500)
    assert log(short, asr={"final_ms": 1700}).asr.final_ms == 1140
    speech = paused((500, 100), end_ms=1000)
    seen = log(short, asr={"final_ms": 1700}, speech=speech)
    assert (seen.asr.final_ms, seen.censored) == (1640, ("asr.final_ms",))
    assert log(short, asr={"final_ms": 1600}, speech=speech).asr.final_ms == 1600  # seen at the pause


def test_a_shortened_context_is_logged_with_the_time_it_took():
    history = {"tokens_per_turn": 100, "turns": 30, "needs": 12}
    seen = log(under(llm__max_history=10), history=history, llm={"prefill_ms_per_1k": 50})
    assert list(seen.llm.ttft_ms or ()) == [200]  # 20 turns of 100 tokens at 50 ms a thousand
    assert seen.history is not None
    assert (seen.history.turns, seen.history.needs) == (10, 12)


def test_scores_are_known_where_the_settings_use_them():
    speech = paused((500, 150), (800, 400), end_ms=1500, eot_score=0.9)
    for pause in speech["pauses"]:
        pause["eot_score"] = 0.1
    overlaps = [{"at_ms": 100, "ms": 50, "kind": "noise", "words": 0, "score": 0.2}]

    def scores(settings: Settings) -> list[float | None]:
        seen = log(settings, speech=speech, overlaps=overlaps)
        return [pause.eot_score for pause in seen.speech.pauses or ()] + [
            seen.speech.eot_score,
            (seen.overlaps or ())[0].score,
        ]

    assert scores(Settings()) == [None] * 4
    assert scores(under(endpointing__eot_threshold=0.5)) == [None, 0.1, 0.9, None]  # the VAD missed the first pause
    assert scores(under(eager__on="score", vad__silence_ms=100)) == [0.1, 0.1, 0.9, None]
    assert scores(under(barge_in__score_threshold=0.5)) == [None, None, None, 0.2]


SOUNDS = [
    {"at_ms": 100, "ms": 100, "kind": "noise", "words": 0},
    {"at_ms": 300, "ms": 450, "kind": "backchannel", "words": 1},
    {"at_ms": 800, "ms": 150, "kind": "interrupt", "words": 3},
    {"at_ms": 960, "ms": 500, "kind": "interrupt", "words": 3},
    {"at_ms": 1500, "ms": 500, "kind": "interrupt", "words": 3},
]
"""Over a reply of 1000 ms."""


@pytest.mark.parametrize(
    ("in_force", "heard"),
    [
        ({}, 2),  # the backchannel is taken for an interrupt: 300 ms of voice
        ({"barge_in__min_speech_ms": 600}, 4),  # nothing stops the agent before it has ended
        ({"barge_in__min_speech_ms": 100, "barge_in__min_words": 2}, 4),  # too late: it has ended by then
        ({"barge_in__min_speech_ms": 50}, 1),
        ({"barge_in__min_speech_ms": 50, "barge_in__guard_ms": 700}, 2),
        ({"barge_in__mode": "ignore"}, 4),
    ],
)
def test_overlaps_are_known_up_to_the_one_that_ended_the_reply(in_force, heard):
    seen = log(under(**in_force), overlaps=SOUNDS)
    assert seen.overlaps == turn(overlaps=SOUNDS[:heard]).overlaps


def test_sounds_after_a_hiccup_are_known():
    """The noise stops the agent at 250; it goes on at 100 + 100 + 200 + 300 + 100 = 800, and ends at 1550."""
    seen = log(under(barge_in__min_speech_ms=50, barge_in__resume_ms=300), overlaps=[SOUNDS[0], SOUNDS[4]])
    assert len(seen.overlaps or ()) == 2


def test_a_pause_that_the_agent_interrupted_is_a_pause_of_the_turn_in_every_mode():
    speech = paused((1000, 1500), end_ms=4000)
    for mode in ("interrupt", "append", "ignore"):
        seen = log(under(barge_in__mode=mode), speech=speech)
        assert [pause.ms for pause in seen.speech.pauses or ()] == [1500]
        assert seen.speech.end_ms == 4000


def test_a_pause_in_which_the_reply_was_played_to_its_end_ends_the_turn():
    """The answer is heard from 1240 ms on and lasts 1000: heard out in 2240."""
    speech = paused((300, 100), (1000, 2240), (3500, 100), end_ms=4000)
    seen = log(Settings(), speech=speech, overlaps=SOUNDS)
    assert seen.speech.end_ms == 1000
    assert [pause.at_ms for pause in seen.speech.pauses or ()] == [300]
    assert seen.response_ms == 1240
    assert seen.overlaps == ()
    shorter = paused((300, 100), (1000, 2239), (3500, 100), end_ms=4000)
    assert log(Settings(), speech=shorter).speech.end_ms == 4000


def test_a_lost_turn_has_no_answer_and_no_sounds_over_it():
    seen = log(under(barge_in__mode="ignore"), speech=paused((1000, 1000), end_ms=2200), overlaps=SOUNDS)
    assert (seen.response_ms, seen.overlaps) == (None, None)


def test_what_was_complete_goes_in_and_is_left_as_it_was():
    columns = simulate(TUTOR, 50, seed=1)
    before = [turn_dict(columns, i) for i in range(50)]
    censor(columns, under(**IN_FORCE["hedges and late finals"]))
    assert [turn_dict(columns, i) for i in range(50)] == before


SLOW_TOOL: dict[str, Any] = {
    "llm": {
        "ttft_ms": [300],
        "tools": [{"ms": 200, "ttft_ms": [900, 250, 100]}, {"ms": 50, "ttft_ms": [400]}],
        "token_ms": 20,
        "clause_tokens": 2,
        "sentence_tokens": 4,
        "reply_tokens": 8,
        "prefill_ms_per_1k": 0,
    }
}


def test_a_request_after_a_tool_that_was_given_up_is_a_lower_bound_in_the_log() -> None:
    shown = log(under(llm__timeout_ms=500, llm__attempts=3), **SLOW_TOOL)
    assert shown.censored == ("llm.tools[0].ttft_ms[0]",)
    assert [tool.ms for tool in shown.llm.tools] == [200, 50]
    assert [tool.ttft_ms for tool in shown.llm.tools] == [(500, 250, None), (400,)]


def test_where_a_request_after_a_tool_gave_up_no_later_tool_was_run() -> None:
    shown = log(under(llm__timeout_ms=500, llm__attempts=1), **SLOW_TOOL).model_dump()
    assert "llm.tools[0].ttft_ms[0]" in shown["censored"]
    first, later = shown["llm"]["tools"]
    assert first["ttft_ms"] == (500, None, None)
    assert (later["ms"], later["ttft_ms"]) == (None, (None,))
    assert shown["response_ms"] is None


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_bounds_of_requests_after_tools_are_read_as_they_were_written(tmp_path: Path, suffix: str) -> None:
    settings = under(llm__timeout_ms=450, llm__attempts=3, llm__hedge=True)
    taken = censor(simulate(Profile.load("rebooking"), 300, seed=2), settings)
    assert taken.tool_censored.any()
    path = tmp_path / f"log.{suffix}"
    write(path, taken, settings)
    back = read([str(path)]).columns
    assert np.array_equal(back.tool_censored, taken.tool_censored)
    assert np.array_equal(back.censored, taken.censored)
    done = complete(back, 3, Profile.load("rebooking"), settings)
    again = Batch(done.columns).measure(settings).response_ms
    measured = np.isfinite(back.response_ms)
    assert np.abs(again - back.response_ms)[measured].max() < 1e-6
    assert not done.columns.tool_censored.any()
    bounds = (taken.tool_censored & 1).astype(np.bool_)
    assert (done.columns.tool_ttft_ms[bounds, 0] > taken.tool_ttft_ms[bounds, 0]).all()


def test_names_of_bounds_that_no_turn_can_have_are_refused() -> None:
    assert tool_mark("llm.tools[0].ttft_ms[5]") == (0, 32)
    assert tool_mark("llm.tools[3].ttft_ms") == (3, 63)
    assert [tool_mark(name) for name in ("llm.tools[16].ttft_ms", "llm.tools[0].ttft_ms[6]", "llm.tools.ttft_ms")] == [
        None,
        None,
        None,
    ]
    assert tool_masks(("llm.tools[1].ttft_ms[2]", "llm.tools[4].ttft_ms"), 2) == [0, 4]
    assert tool_names([0, 5]) == ["llm.tools[1].ttft_ms[0]", "llm.tools[1].ttft_ms[2]"]
