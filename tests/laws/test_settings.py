"""What is monotone in what, and when: a search leans on these. Each law says its conditions; without them it is false.

The reasons it takes them, in short: `append` and `ignore` let one reply delay another; a failed reply is quicker than
an answer; `after_premature = false` and a transcript that is not waited for make a commit depend on those before it.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as checking
from hypothesis import strategies as st

from pipeline.figures.outcome import Outcome
from pipeline.kernel.batch import Batch
from pipeline.turns.builder import from_turns
from stages.settings import Settings
from stages.turn import Turn
from tests.strategies import settings, turns

some = checking(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

ALONE: dict[str, Any] = {"barge_in__mode": "interrupt", "eager__after_premature": True}
"""No reply holds another up."""

WAITED_FOR: dict[str, Any] = {"asr__final_timeout_ms": 1500, "asr__empty_timeout_ms": None, "asr__late_final_ms": None}
"""A transcript comes after 1500 ms at most (tests.strategies): no commit is partial."""

MORE = st.integers(0, 16000).map(lambda n: n / 8)
"""Some ms more, or none."""


def lived(turn: Turn, under: Settings) -> Outcome:
    return Batch(from_turns([turn]), threads=1).outcomes(under).outcome(0)


def answer_ms(outcome: Outcome) -> float:
    """Response time as figures count it: a failed or lost turn is slower than any other."""
    return float("inf") if outcome.failed or outcome.response_ms is None else outcome.response_ms


def changed(turn: Turn, group: str, **values: Any) -> Turn:
    plain = turn.json_dict()
    return Turn.model_validate(plain | {group: plain[group] | values})


# Of one turn


@some
@given(turns(), settings())
def test_the_parts_add_up_and_none_is_negative(turn: Turn, under: Settings) -> None:
    outcome = lived(turn, under)
    assume(outcome.parts is not None)
    parts = dict(outcome.parts or {})
    assert sum(parts.values()) == pytest.approx(outcome.response_ms, abs=1e-9)
    assert min(parts.values()) >= 0


@some
@given(turns(), settings())
def test_without_a_premature_reply_or_restart_nothing_is_cut_off(turn: Turn, under: Settings) -> None:
    outcome = lived(turn, under)
    assume(not outcome.premature and not outcome.restarted)
    assert not outcome.cut_off
    assert not outcome.false_start
    assert outcome.lost is False


@some
@given(turns(), settings())
def test_every_premature_commit_and_restart_wastes_a_start(turn: Turn, under: Settings) -> None:
    outcome = lived(turn, under)
    assert outcome.wasted_starts >= outcome.premature + (outcome.restarted and not outcome.premature)


# The network


@some
@given(turns(), settings(), MORE, MORE)
def test_a_longer_network_delay_delays_the_answer_by_as_much(
    turn: Turn, under: Settings, up: float, down: float
) -> None:
    before = lived(turn, under)
    way = turn.network
    after = lived(changed(turn, "network", up_ms=(way.up_ms or 0) + up, down_ms=(way.down_ms or 0) + down), under)
    assert answer_ms(after) == pytest.approx(answer_ms(before) + up + down, abs=1e-9)
    assert (after.premature, after.wasted_starts, after.lost) == (before.premature, before.wasted_starts, before.lost)
    assert (after.cut_off or after.false_start) == (before.cut_off or before.false_start)
    assert after.cut_off <= before.cut_off


# Slower stages


@some
@given(turns(), settings(**ALONE), st.lists(MORE, min_size=6, max_size=6))
def test_slower_draws_never_answer_sooner(turn: Turn, under: Settings, more: list[float]) -> None:
    llm, tts = turn.llm, turn.tts
    slower = changed(turn, "llm", ttft_ms=[(x or 0) + d for x, d in zip(llm.ttft_ms or (), more, strict=False)])
    slower = changed(slower, "tts", ttfb_ms=[(x or 0) + d for x, d in zip(tts.ttfb_ms or (), more[3:], strict=False)])
    assert answer_ms(lived(slower, under)) >= answer_ms(lived(turn, under))


UNFAILING: dict[str, Any] = {"llm__timeout_ms": 60000, "tts__timeout_ms": 60000, "eager__after_premature": True}


@some
@given(turns(), settings(**UNFAILING, barge_in__mode="append", asr__late_final_ms=None), MORE)
def test_a_slower_llm_never_answers_sooner_where_replies_queue_up_but_none_fails(
    turn: Turn, under: Settings, more: float
) -> None:
    slower = changed(turn, "llm", ttft_ms=[(x or 0) + more for x in turn.llm.ttft_ms or ()])
    assert answer_ms(lived(slower, under)) >= answer_ms(lived(turn, under))


# The stage policy


@pytest.mark.parametrize("stage", ["llm", "tts"])
@some
@given(turn=turns(), data=st.data(), more=st.integers(1, 5))
def test_more_attempts_never_answer_later_without_a_fallback(
    stage: str, turn: Turn, data: st.DataObject, more: int
) -> None:
    under = data.draw(settings(**ALONE | {f"{stage}__fallback": False, f"{stage}__attempts": 1}))
    assert answer_ms(lived(turn, under.replace({f"{stage}.attempts": 1 + more}))) <= answer_ms(lived(turn, under))


@pytest.mark.parametrize("stage", ["llm", "tts"])
@some
@given(turn=turns(), data=st.data())
def test_a_hedge_never_answers_later_than_a_retry(stage: str, turn: Turn, data: st.DataObject) -> None:
    plain = data.draw(settings(**ALONE | {f"{stage}__fallback": False, f"{stage}__hedge": False}))
    hedged = plain.replace({f"{stage}.hedge": True})
    assert answer_ms(lived(turn, hedged)) <= answer_ms(lived(turn, plain))


@pytest.mark.parametrize("stage", ["llm", "tts"])
@some
@given(turn=turns(), data=st.data())
def test_a_fallback_never_answers_later_and_fails_no_more(stage: str, turn: Turn, data: st.DataObject) -> None:
    without = data.draw(settings(**ALONE | {f"{stage}__fallback": False}))
    before, after = lived(turn, without), lived(turn, without.replace({f"{stage}.fallback": True}))
    assert answer_ms(after) <= answer_ms(before)
    assert after.failed <= before.failed


@some
@given(turns(), settings(**ALONE, llm__fallback=False, llm__attempts=1, llm__hedge=False), MORE)
def test_a_longer_timeout_of_a_single_attempt_never_answers_later(turn: Turn, under: Settings, more: float) -> None:
    longer = under.replace({"llm.timeout_ms": under.llm.timeout_ms + more})
    before, after = lived(turn, under), lived(turn, longer)
    assert answer_ms(after) <= answer_ms(before)
    assert after.failed <= before.failed


@some
@given(turns(), settings(**ALONE), st.integers(1, 8), st.integers(0, 8))
def test_a_shorter_history_never_answers_later_and_loses_no_less(
    turn: Turn, under: Settings, kept: int, more: int
) -> None:
    long, short = (lived(turn, under.replace({"llm.max_history": turns_})) for turns_ in (kept + more, kept))
    assert answer_ms(short) <= answer_ms(long)
    assert short.history_lost >= long.history_lost


# Endpointing


@some
@given(turn=turns(), under=settings(**ALONE, **WAITED_FOR, endpointing__score_from="vad"), more=MORE, patience=MORE)
def test_more_silence_never_cuts_off_more_and_never_answers_sooner(
    turn: Turn, under: Settings, more: float, patience: float
) -> None:
    wait = under.endpointing
    longer = {"silence_ms": min(3000, wait.silence_ms + more), "max_silence_ms": wait.max_silence_ms + patience}
    before, after = lived(turn, under), lived(turn, under.replace({f"endpointing.{k}": v for k, v in longer.items()}))
    assert answer_ms(after) >= answer_ms(before)
    assert after.premature <= before.premature
    assert after.cut_off <= before.cut_off
    assert (after.cut_off or after.false_start) <= (before.cut_off or before.false_start)


SILENCE_ALONE: dict[str, Any] = {
    "eager__on": "off",
    "endpointing__eot_threshold": None,
    "endpointing__counts_from": "speech",
}
SILENT_STAGES: dict[str, Any] = {"filler__after_ms": None, "llm__timeout_ms": 60000, "tts__timeout_ms": 60000}


@some
@given(turns(), settings(**ALONE, **WAITED_FOR, **SILENCE_ALONE, **SILENT_STAGES), MORE)
def test_without_scores_or_preemptive_generation_silence_costs_what_it_lasts_beyond_the_vad_and_the_transcript(
    turn: Turn, under: Settings, more: float
) -> None:
    def waits_ms(silence_ms: float) -> float:
        final_ms = (turn.asr.final_ms or 0) - turn.speech.release_ms
        return max(silence_ms, under.vad.silence_ms, final_ms)

    short = under.endpointing.silence_ms
    long = min(3000, short + more)
    before, after = lived(turn, under), lived(turn, under.replace({"endpointing.silence_ms": long}))
    assert answer_ms(after) - answer_ms(before) == pytest.approx(waits_ms(long) - waits_ms(short), abs=1e-9)


@some
@given(turns(), settings(eager__after_premature=True, eager__on="off", asr__late_final_ms=None), st.data())
def test_an_early_start_never_answers_later(turn: Turn, under: Settings, data: st.DataObject) -> None:
    assume(under.barge_in.mode != "ignore")
    early = under.replace({"eager.on": data.draw(st.sampled_from(["score", "final"]))})
    before, after = lived(turn, under), lived(turn, early)
    assert answer_ms(after) <= answer_ms(before)
    assert after.premature == before.premature
    assert after.wasted_starts >= before.wasted_starts


# Speaking


@some
@given(turns(), settings(**ALONE, filler__after_ms=None), st.integers(0, 2400).map(lambda n: n / 8))
def test_a_prebuffer_delays_the_answer_by_itself(turn: Turn, under: Settings, more: float) -> None:
    longer = under.replace({"playout.prebuffer_ms": under.playout.prebuffer_ms + more})
    before, after = lived(turn, under), lived(turn, longer)
    assert answer_ms(after) == pytest.approx(answer_ms(before) + more, abs=1e-9)
    assert (after.cut_off or after.false_start) <= (before.cut_off or before.false_start)


@some
@given(turns(), settings(**ALONE, filler__after_ms=None), MORE)
def test_what_no_stage_explains_delays_the_answer_by_itself(turn: Turn, under: Settings, more: float) -> None:
    later = Turn.model_validate(turn.json_dict() | {"other_ms": (turn.other_ms or 0) + more})
    before, after = lived(turn, under), lived(later, under)
    assume(before.response_ms is not None)
    assert (after.response_ms or 0) == pytest.approx((before.response_ms or 0) + more, abs=1e-6)


@some
@given(turns(), settings(**ALONE, filler__after_ms=None, eager__on="off"), MORE)
def test_work_before_the_request_delays_the_answer_by_itself(turn: Turn, under: Settings, more: float) -> None:
    later = changed(turn, "llm", lead_ms=turn.llm.lead_ms + more)
    before, after = lived(turn, under), lived(later, under)
    assume(before.response_ms is not None)
    assert (after.response_ms or 0) == pytest.approx((before.response_ms or 0) + more, abs=1e-6)


@some
@given(turns(), settings(**ALONE, filler__after_ms=None), MORE, st.integers(0, 900))
def test_a_slower_tool_delays_the_answer_by_itself(turn: Turn, under: Settings, more: float, ms: float) -> None:
    def with_tool(tool_ms: float) -> Turn:
        return changed(turn, "llm", tools=[{"ms": tool_ms, "ttft_ms": turn.llm.ttft_ms}])

    before, after = lived(with_tool(ms), under), lived(with_tool(ms + more), under)
    runs = before.parts is not None and before.parts.llm + before.parts.tools > 0 and not before.failed
    assert not runs or (after.response_ms or 0) == pytest.approx((before.response_ms or 0) + more, abs=1e-6)


@some
@given(turns(), settings(**ALONE))
def test_a_longer_first_piece_never_answers_sooner(turn: Turn, under: Settings) -> None:
    pieces = [answer_ms(lived(turn, under.replace({"tts.first_chunk": piece}))) for piece in PIECES]
    assert pieces == sorted(pieces)


PIECES = ("clause", "sentence", "reply")


@some
@given(turns(), settings(**ALONE, filler__after_ms=None), MORE)
def test_a_filler_is_heard_no_later_and_answers_no_sooner(turn: Turn, under: Settings, after_ms: float) -> None:
    before, after = lived(turn, under), lived(turn, under.replace({"filler.after_ms": after_ms}))
    assert answer_ms(after) >= answer_ms(before)
    assert (after.cut_off or after.false_start) >= (before.cut_off or before.false_start)


# Barge-in


@some
@given(turns(), settings(asr__late_final_ms=None, eager__after_premature=True))
def test_an_agent_that_is_not_interrupted_never_answers_sooner(turn: Turn, under: Settings) -> None:
    interrupt, append = (lived(turn, under.replace({"barge_in.mode": mode})) for mode in ("interrupt", "append"))
    assert answer_ms(append) >= answer_ms(interrupt)
    assert append.premature == interrupt.premature
    assert (append.cut_off or append.false_start) >= (interrupt.cut_off or interrupt.false_start)


@some
@given(turns(), settings(**ALONE, asr__late_final_ms=None), MORE)
def test_a_later_withdrawal_is_heard_more_often_and_answers_at_the_same_time(
    turn: Turn, under: Settings, more: float
) -> None:
    later = under.replace({"barge_in.withdraw_ms": min(2000, under.barge_in.withdraw_ms + more)})
    before, after = lived(turn, under), lived(turn, later)
    assert answer_ms(after) == answer_ms(before)
    assert (after.cut_off or after.false_start) >= (before.cut_off or before.false_start)


HARDER: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "min_speech_ms": st.tuples(MORE, MORE).map(lambda ms: {"min_speech_ms": sorted(min(2000, x) for x in ms)}),
    "guard_ms": st.tuples(MORE, MORE).map(lambda ms: {"guard_ms": sorted(ms)}),
    "min_words": st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda words: {"min_words": sorted(words)}),
    "score_threshold": st.sampled_from([(None, 0.5), (0.25, 0.75)]).map(lambda both: {"score_threshold": both}),
    "on_voice": st.just({"on_voice": (True, False)}),
    "on_words": st.sampled_from([("interim", "final"), ("final", "off")]).map(lambda both: {"on_words": both}),
}
"""What makes an agent harder to stop: an easier and a harder value."""


@pytest.mark.parametrize("setting", HARDER)
@some
@given(turn=turns(), under=settings(barge_in__mode="interrupt"), data=st.data())
def test_an_agent_that_is_harder_to_stop_stops_no_sooner_for_the_first_sound_over_it(
    setting: str, turn: Turn, under: Settings, data: st.DataObject
) -> None:
    first = Turn.model_validate(turn.json_dict() | {"overlaps": turn.json_dict()["overlaps"][:1]})
    easier, harder = data.draw(HARDER[setting])[setting]
    before, after = (lived(first, under.replace({f"barge_in.{setting}": value})) for value in (easier, harder))
    assert len(after.stop_ms) <= len(before.stop_ms)
    assert all(later >= sooner for later, sooner in zip(after.stop_ms, before.stop_ms, strict=False))
    assert after.interrupts_missed >= before.interrupts_missed
    assert after.false_interrupt + after.hiccups <= before.false_interrupt + before.hiccups
