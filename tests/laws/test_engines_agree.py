"""Both engines on many random turns: where every tie is exact, on times as measured, and on what seldom happens."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as checking
from hypothesis import strategies as st

from stages.settings import Settings
from stages.turn import Turn
from tests.pipeline.test_engines_agree import LARGE, agree
from tests.strategies import exact, measured, settings, turns


@checking(max_examples=300, suppress_health_check=LARGE)
@given(turns(exact), settings(exact))
def test_both_engines_agree_where_every_tie_is_exact(turn: Turn, under: Settings) -> None:
    agree(turn, under)


@checking(max_examples=200, suppress_health_check=LARGE)
@given(turns(measured), settings(measured))
def test_both_engines_agree_on_times_as_they_are_measured(turn: Turn, under: Settings) -> None:
    agree(turn, under)


RARE = {
    "late finals": {
        "barge_in__mode": "interrupt",
        "asr__late_final_ms": 100,
        "asr__final_timeout_ms": 0,
        "barge_in__withdraw_ms": 600,
    },
    "hiccups": {"barge_in__mode": "interrupt", "barge_in__resume_ms": 500, "barge_in__score_threshold": None},
    "dropped speech": {"barge_in__mode": "ignore", "endpointing__silence_ms": 300, "endpointing__eot_threshold": None},
    "a floor held": {"barge_in__mode": "append", "endpointing__silence_ms": 300, "endpointing__eot_threshold": None},
    "preemptive generation after long speech": {
        "eager__on": "final",
        "eager__max_speech_ms": 1000,
        "endpointing__silence_ms": 700,
    },
    "preemptive generation": {"eager__on": "final", "eager__max_starts": 1, "endpointing__silence_ms": 700},
    "preemptive generation on earlier words": {
        "eager__on": "final",
        "eager__max_starts": 2,
        "asr__final_timeout_ms": 0,
        "vad__silence_ms": 100,
        "endpointing__eot_threshold": None,
    },
    "replies that come back": {
        "barge_in__mode": "interrupt",
        "barge_in__resume_ms": 500,
        "barge_in__min_speech_ms": 1200,
        "barge_in__withdraw_ms": 0,
        "endpointing__silence_ms": 300,
        "endpointing__eot_threshold": None,
    },
    "tools on a slow model": {"llm__timeout_ms": 600, "llm__attempts": 2, "filler__after_ms": 300},
    "timeouts": {"llm__timeout_ms": 300, "tts__timeout_ms": 200, "llm__attempts": 3, "tts__attempts": 2},
}
"""What random settings seldom bring about."""


@pytest.mark.parametrize("fixed", RARE.values(), ids=RARE)
@checking(max_examples=60, suppress_health_check=LARGE)
@given(data=st.data())
def test_both_engines_agree_on_what_happens_seldom(fixed: dict[str, Any], data: st.DataObject) -> None:
    agree(data.draw(turns(exact)), data.draw(settings(exact, **fixed)))
