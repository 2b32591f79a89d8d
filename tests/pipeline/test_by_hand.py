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


def by_stream(turn: Turn) -> Outcome:
    return reading.outcome(stream.run(turn, SETTINGS))


def by_batch(turn: Turn) -> Outcome:
    return Batch(from_turns([turn])).outcomes(SETTINGS).outcome(0)


engines = pytest.mark.parametrize("engine", [by_stream, by_batch], ids=["stream", "batch"])


@engines
def test_a_sentence_with_a_hesitation_has_the_response_time_computed_by_hand(engine: Callable[[Turn], Outcome]) -> None:
    outcome = engine(hesitating(700))
    assert outcome.parts is not None
    assert outcome.parts.json_dict() == {
        "network": 100,
        "endpoint": 660,
        "asr": 0,
        "llm": 500,
        "chunk": 200,
        "tts": 160,
        "floor": 0,
        "playout": 20,
    }
    assert (outcome.response_ms, outcome.first_sound_ms) == (1640, 1640)
    assert (outcome.premature, outcome.wasted_starts, outcome.llm_starts) == (1, 1, 1)
    assert (outcome.cut_off, outcome.false_start, outcome.stop_ms) == (False, False, (430,))


@engines
def test_a_longer_hesitation_is_cut_off(engine: Callable[[Turn], Outcome]) -> None:
    outcome = engine(hesitating(1500))
    assert (outcome.cut_off, outcome.premature, outcome.response_ms) == (True, 1, 1640)


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
