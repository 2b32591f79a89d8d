"""The worked example of docs/timing-model.md, on both engines."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.figures.outcome import Outcome
from pipeline.kernel.batch import Batch
from pipeline.streaming import reading, stream
from pipeline.turns.builder import from_turns
from stages.settings import NAMES, Settings
from stages.turn import Turn

SETTINGS = Settings().replace({"playout.prebuffer_ms": 20})


def hesitating(pause_ms: float) -> Turn:
    plain: dict[str, Any] = {
        "id": "t",
        "session": "s",
        "speech": {
            "pauses": [{"at_ms": 1200, "ms": pause_ms}],
            "end_ms": 2300 + pause_ms,
            "release_ms": 20,
            "onset_lag_ms": 30,
        },
        "network": {"up_ms": 40, "down_ms": 60},
        "asr": {"final_ms": 300},
        "llm": {"ttft_ms": [500], "token_ms": 20, "clause_tokens": 4, "sentence_tokens": 10, "reply_tokens": 30}
        | {"prefill_ms_per_1k": 0},
        "tts": {"ttfb_ms": [160], "ms_per_token": 200},
        "overlaps": [{"at_ms": 1500, "ms": 800, "kind": "interrupt", "words": 3}],
    }
    return Turn.model_validate(plain)


def by_stream(turn: Turn, settings: Settings = SETTINGS) -> Outcome:
    return reading.outcome(stream.run(turn, settings))


def by_batch(turn: Turn, settings: Settings = SETTINGS) -> Outcome:
    return Batch(from_turns([turn])).outcomes(settings).outcome(0)


Engine = Callable[..., Outcome]


def changed(turn: Turn, **llm: Any) -> Turn:
    """The turn with other fields of the LLM, and `other_ms`."""
    plain = turn.json_dict()
    plain |= {"other_ms": llm.pop("other_ms", 0)}
    plain["llm"] |= llm
    return Turn.model_validate(plain)


engines = pytest.mark.parametrize("engine", [by_stream, by_batch], ids=["stream", "batch"])


@engines
def test_a_sentence_with_a_hesitation_has_the_response_time_computed_by_hand(engine: Callable[[Turn], Outcome]) -> None:
    outcome = engine(hesitating(700))
    assert outcome.parts is not None
    assert outcome.parts.json_dict() == {
        "network": 100,
        "endpoint": 660,
        "asr": 0,
        "lead": 0,
        "llm": 500,
        "tools": 0,
        "chunk": 200,
        "tts": 160,
        "floor": 0,
        "other": 0,
        "playout": 20,
    }
    assert (outcome.response_ms, outcome.first_sound_ms) == (1640, 1640)
    assert (outcome.premature, outcome.wasted_starts, outcome.llm_starts) == (1, 1, 1)
    assert (outcome.cut_off, outcome.false_start, outcome.stop_ms) == (False, False, (430,))


@engines
def test_a_longer_hesitation_is_cut_off(engine: Callable[[Turn], Outcome]) -> None:
    outcome = engine(hesitating(1500))
    assert (outcome.cut_off, outcome.premature, outcome.response_ms) == (True, 1, 1640)


@engines
def test_lead_tools_and_what_no_stage_explains_are_parts_of_their_own(engine: Engine) -> None:
    """3700 commit, 3800 request, 4300 call, 4700 result, 5000 first token, 5200 chunk, 5360 audio, 5610 plays."""
    tools = [{"ms": 400, "ttft_ms": [300]}]
    outcome = engine(changed(hesitating(700), lead_ms=100, tools=tools, other_ms=230))
    assert outcome.parts is not None
    parts = outcome.parts.json_dict()
    assert {name: parts[name] for name in ("lead", "llm", "tools", "chunk", "tts", "other", "playout")} == {
        "lead": 100,
        "llm": 800,
        "tools": 400,
        "chunk": 200,
        "tts": 160,
        "other": 230,
        "playout": 20,
    }
    assert outcome.response_ms == 100 + 660 + 100 + 500 + 400 + 300 + 200 + 160 + 230 + 20
    assert (outcome.llm_starts, outcome.wasted_starts) == (1, 1)


@engines
def test_a_tool_waits_for_the_commit_where_the_reply_was_begun_before_it(engine: Engine) -> None:
    """The LLM starts at the final transcript, 3340, and calls at 3840: the turn was committed at 3700."""
    settings = SETTINGS.replace({"eager.on": "final"})
    fast = changed(hesitating(700), ttft_ms=[100], lead_ms=60, tools=[{"ms": 400, "ttft_ms": [300]}])
    outcome = engine(fast, settings)
    assert outcome.parts is not None
    assert (outcome.parts.lead, outcome.parts.tools, outcome.parts.llm) == (60, 400, 300)


@engines
def test_a_request_that_fails_after_a_tool_fails_the_reply_and_ends_the_chain(engine: Engine) -> None:
    settings = SETTINGS.replace({"llm.timeout_ms": 600, "llm.attempts": 2})
    rounds = [{"ms": 400, "ttft_ms": [700, 800]}, {"ms": 9000, "ttft_ms": [1]}]
    outcome = engine(changed(hesitating(700), tools=rounds), settings)
    assert outcome.failed
    assert outcome.parts is not None
    assert (outcome.parts.tools, outcome.parts.llm) == (400, 500 + 2 * 600)
    assert outcome.llm_starts == 2


@engines
def test_a_reply_is_begun_on_earlier_words_where_the_last_transcript_is_late(engine: Engine) -> None:
    """The transcript takes 2900: that of the words before the pause comes at 1200 + 40 + 2900 = 4140, the last at 5940.

    The turn is committed at 3700 + 500 = 4200, on the earlier words alone.
    """
    turn = changed(hesitating(700))
    late = turn.model_copy(update={"asr": turn.asr.model_copy(update={"final_ms": 2900.0})})
    settings = SETTINGS.replace({"eager.on": "final"})
    outcome = engine(late, settings)
    assert outcome.degraded
    assert outcome.parts is not None
    assert outcome.parts.endpoint + outcome.parts.asr == 660 + 500
    assert outcome.parts.llm == 500 - (4200 - 4140)


@engines
def test_a_reply_that_was_held_back_sounds_where_the_word_that_resumed_was_too_short(engine: Engine) -> None:
    """The reply to the half sentence would sound at 1900 + 200 + 10 + 160 + 20 = 2290. The user is back for 100 ms, of
    which the VAD reports the end at 2060 + 200 = 2260; the final transcript comes at 2340.
    """
    plain = hesitating(700).json_dict()
    plain["speech"] |= {"end_ms": 2000}
    plain["llm"] |= {"ttft_ms": [200], "token_ms": 1}
    settings = SETTINGS.replace({"barge_in.resume_ms": 1000, "barge_in.min_speech_ms": 500})
    outcome = engine(Turn.model_validate(plain), settings)
    assert (outcome.premature, outcome.false_start, outcome.cut_off) == (1, True, False)
    assert outcome.first_sound_ms == 2290 + 60 - 2000
    apart = engine(Turn.model_validate(plain), SETTINGS)
    assert apart.false_start is False


def test_the_event_log_tells_the_moments_that_the_page_names() -> None:
    moments = [(event.at_ms, str(event.kind)) for event in stream.run(hesitating(700), SETTINGS).events]
    for moment in [
        *((1260, "vad.quiet"), (1540, "asr.final"), (1900, "turn.commit"), (2130, "reply.withdrawn")),
        *((3060, "vad.quiet"), (3260, "vad.report"), (3340, "asr.final"), (3700, "turn.endpoint")),
        *((3700, "turn.commit"), (4200, "llm.answer"), (4400, "tts.text"), (4560, "tts.answer")),
        *((4580, "agent.speaks"), (4640, "user.hears")),
    ]:
        assert moment in moments


def test_the_page_names_every_setting_with_its_default(root: Path) -> None:
    page = (root / "docs" / "timing-model.md").read_text()
    named: dict[str, Any] = {}
    for row in (line.split(" | ") for line in page.splitlines()):
        names = [name for name in NAMES if f"`{name}`" in row[0]]
        if names and len(row) == 4:
            named |= zip(names, map(value_of, row[2].split(", ")), strict=True)
    assert named == Settings().flat()


def value_of(text: str) -> Any:
    plain = {"null": None, "true": True, "false": False}
    return plain[text] if text in plain else float(text) if text[0].isdigit() else text
