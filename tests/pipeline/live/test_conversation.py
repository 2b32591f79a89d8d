"""What is said over the agent, by hand; times in ms of the call."""

import asyncio
from functools import partial
from typing import Any

import pytest

from pipeline.live.clock import RealClock
from pipeline.live.context import Context, Said, Stages
from pipeline.live.conversation import Conversation
from pipeline.live.speaker import Tape
from stages.clock import Priority
from stages.live.scripted import Answer, ScriptedLlm, ScriptedTools, ScriptedVoice
from stages.settings import Settings
from tests.pipeline.live.scene import Heard
from tests.pipeline.live.virtual_time import run

ANSWER = Answer((" one", " two", " three", " four."), (400.0,), 20.0, (200.0,), 500.0)
SPEECH = (1_000.0, 2_000.0, "when do you open")
"""The first question; the reply of 2 s follows 640 + 400 + 60 + 200 ms after it."""


class Talk(Heard):
    """What was noted, on the clock of the call."""

    def agent_began(self, at: float, reply: str | None = None) -> None:
        self.sounds.append([at, None, reply])

    def agent_stopped(self, at: float, whole: bool = False) -> None:
        if self.sounds and self.sounds[-1][1] is None:
            self.sounds[-1][1] = at


def talked(*speech: tuple[float, float, str], **changes: Any) -> list[tuple[int, int]]:
    """When the agent spoke, where the user spoke like this; a stretch is its begin, its end and its words."""
    settings = Settings().replace({name.replace("__", "."): value for name, value in changes.items()})
    found: list[tuple[int, int]] = run(_talked(speech, settings))
    return found


async def _talked(speech: tuple[tuple[float, float, str], ...], settings: Settings) -> list[tuple[int, int]]:
    clock, heard = RealClock(), Talk()
    stages = Stages(ScriptedLlm(lambda: ANSWER), ScriptedVoice(lambda: ANSWER), ScriptedTools(lambda: ANSWER))
    context = Context(clock, settings, stages, Tape(clock), heard, Said(), lambda error: None)
    talk = Conversation(context)
    numbers: list[int] = []
    for place, (begin, end, words) in enumerate(speech):
        clock.at(begin, Priority.USER, partial(_begin, talk, numbers, begin))
        clock.at(end, Priority.VAD, partial(talk.quiet, end))
        if words:
            clock.at(end + 200, Priority.TRANSCRIPT, partial(_final, talk, numbers, place, words))
    await asyncio.sleep(30)
    return [(round(begin), round(end)) for begin, end, _ in heard.sounds]


def _begin(talk: Conversation, numbers: list[int], begin: float) -> None:
    numbers.append(talk.speech(begin))


def _final(talk: Conversation, numbers: list[int], place: int, words: str) -> None:
    talk.final(numbers[place], words)


def test_a_reply_that_nobody_speaks_over_is_heard_out() -> None:
    assert talked(SPEECH) == [(3_300, 5_300)]


def test_voice_that_lasts_stops_the_agent_and_is_answered() -> None:
    over = (4_000.0, 5_000.0, "no wait tell me")
    assert talked(SPEECH, over) == [(3_300, 4_300), (6_300, 8_300)]


def test_a_short_sound_over_the_agent_changes_nothing() -> None:
    assert talked(SPEECH, (4_000.0, 4_250.0, "yes")) == [(3_300, 5_300)]


def test_under_the_guard_nothing_stops_the_agent() -> None:
    over = (4_000.0, 4_900.0, "no wait")
    assert talked(SPEECH, over, barge_in__guard_ms=1_600.0) == [(3_300, 5_300)]


def test_where_words_decide_a_noise_does_not_stop_the_agent() -> None:
    words: dict[str, Any] = {"barge_in__on_voice": False, "barge_in__on_words": "final"}
    assert talked(SPEECH, (4_000.0, 4_600.0, ""), **words) == [(3_300, 5_300)]
    assert talked(SPEECH, (4_000.0, 4_600.0, "no wait"), **words)[0] == (3_300, 4_800)


def test_after_a_stop_without_words_the_agent_goes_on() -> None:
    heard = talked(SPEECH, (4_000.0, 4_500.0, ""), barge_in__resume_ms=600.0)
    assert heard == [(3_300, 4_300), (5_300, 6_300)]


def test_after_a_stop_with_words_it_does_not() -> None:
    heard = talked(SPEECH, (4_000.0, 4_500.0, "no wait"), barge_in__resume_ms=600.0)
    assert heard[0] == (3_300, 4_300)
    assert len(heard) == 2


def test_an_agent_that_finishes_first_then_answers_what_was_said_over_it() -> None:
    first, second = talked(SPEECH, (4_000.0, 4_800.0, "and on Sunday"), barge_in__mode="append")
    assert first == (3_300, 5_300)
    assert second[0] > 5_300


def test_an_agent_that_ignores_is_not_stopped_and_does_not_answer() -> None:
    assert talked(SPEECH, (4_000.0, 4_800.0, "and on Sunday"), barge_in__mode="ignore") == [(3_300, 5_300)]


def test_sound_without_words_is_not_answered() -> None:
    assert talked((1_000.0, 1_500.0, "")) == []


@pytest.mark.parametrize("pause", [400.0, 900.0])
def test_renewed_speech_before_the_reply_sounds_is_the_same_turn(pause: float) -> None:
    begin = 2_000.0 + pause
    heard = talked(SPEECH, (begin, begin + 1_000.0, "on Sunday"))
    assert heard == [(round(begin) + 2_300, round(begin) + 4_300)]


def test_speech_within_the_grace_of_the_first_sound_withdraws_the_reply() -> None:
    heard = talked(SPEECH, (3_500.0, 4_500.0, "on Sunday"))
    assert heard == [(3_300, 3_660), (5_800, 7_800)]
