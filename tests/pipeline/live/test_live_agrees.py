"""The live conversation lives a turn through as the timing model says: the same rules on a real clock."""

from typing import Any

from hypothesis import HealthCheck, assume, given
from hypothesis import settings as checking
from hypothesis import strategies as st

from pipeline.figures.outcome import Outcome
from pipeline.importers.importer import GRACE_MS
from pipeline.kernel.batch import Batch
from pipeline.turns.builder import from_turns
from stages.settings import Settings
from stages.turn import Turn
from tests.pipeline.live.scene import Lived, live
from tests.strategies import measured, settings

NEAR_MS = 0.05
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@st.composite
def spoken_turns(draw: st.DrawFn) -> Turn:
    """Turns that a VAD can hear: its lags are shorter than the speech and the silences."""
    now, pauses = 0.0, []
    for _ in range(draw(st.integers(0, 2))):
        now += draw(measured(400, 1500))
        ms = draw(measured(150, 2000))
        pauses.append({"at_ms": now, "ms": ms, "eot_score": draw(st.sampled_from([0.1, 0.4, 0.9]))})
        now += ms
    clause, sentence, more = draw(st.integers(1, 4)), draw(st.integers(0, 6)), draw(st.integers(0, 12))
    return Turn.model_validate(
        {
            "schema": "turntempo.turn/2",
            "id": "t",
            "session": "s",
            "speech": {
                "pauses": pauses,
                "end_ms": now + draw(measured(400, 1500)),
                "eot_score": draw(st.sampled_from([0.2, 0.6, 0.95])),
                "release_ms": draw(measured(0, 60)),
                "onset_lag_ms": draw(measured(0, 90)),
                "eot_delay_ms": draw(measured(0, 120)),
            },
            "network": {"up_ms": 0, "down_ms": 0},
            "asr": {"final_ms": draw(measured(100, 900)), "interim_ms": draw(measured(0, 100))},
            "llm": {
                "ttft_ms": draw(st.lists(measured(50, 2500), min_size=1, max_size=3)),
                "fallback_ttft_ms": draw(st.none() | measured(50, 900)),
                "token_ms": draw(measured(1, 60)),
                "clause_tokens": clause,
                "sentence_tokens": clause + sentence,
                "reply_tokens": clause + sentence + more,
                "prefill_ms_per_1k": 0,
                "lead_ms": draw(st.just(0.0) | measured(1, 400)),
                "tools": draw(st.just([]) | st.lists(_tool(), max_size=2)),
            },
            "tts": {
                "ttfb_ms": draw(st.lists(measured(50, 900), min_size=1, max_size=3)),
                "fallback_ttfb_ms": draw(st.none() | measured(50, 500)),
                "ms_per_token": draw(measured(100, 300)),
            },
        }
    )


def _tool() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"ms": measured(1, 700), "ttft_ms": st.lists(measured(50, 1500), min_size=1, max_size=2)}
    )


def predicted(turn: Turn, under: Settings) -> Outcome:
    return Batch(from_turns([turn]), threads=1).outcomes(under).outcome(0)


def under_test(**fixed: Any) -> st.SearchStrategy[Settings]:
    """Settings under which one reply at a time is on its way, and a VAD hears silence before it is over."""
    return settings(
        measured,
        barge_in__mode="interrupt",
        llm__max_history=None,
        filler__ms=200.0,
        **fixed,
    )


def differences(lived: Lived, told: Outcome) -> list[str]:
    """What is not as predicted. A failed reply is silent here, so that its time is not to be heard."""
    found = []
    first_ms = told.first_sound_ms if told.filler else told.response_ms
    if not told.failed and (lived.response_ms is None or abs(lived.response_ms - (first_ms or 0.0)) > NEAR_MS):
        found.append(f"first sound: {lived.response_ms}, not {first_ms}")
    if not told.failed and (lived.answer_ms is None or abs(lived.answer_ms - (told.response_ms or 0.0)) > NEAR_MS):
        found.append(f"answer: {lived.answer_ms}, not {told.response_ms}")
    if told.failed and not told.filler and lived.response_ms is not None:
        found.append("a failed reply is heard")
    early = any(sound[0] < lived.end_ms for sound in lived.heard.sounds)
    if early != told.cut_off and not told.failed:
        found.append(f"cut off: {early}")
    premature = sum(at < lived.end_ms for at in lived.heard.commits())
    if premature != told.premature:
        found.append(f"premature: {premature}, not {told.premature}")
    return found


@checking(max_examples=60, suppress_health_check=SLOW)
@given(spoken_turns(), under_test())
def test_a_live_turn_is_as_the_model_says(turn: Turn, under: Settings) -> None:
    told = predicted(turn, under)
    lived = live(turn, under, scored=True)
    assume(not told.false_start)
    assume(all(sound[1] - sound[0] < GRACE_MS for sound in lived.heard.sounds if sound[0] < lived.end_ms))
    assert differences(lived, told) == []
