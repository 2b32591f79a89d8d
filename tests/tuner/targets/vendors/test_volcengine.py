"""Volcengine's StartVoiceChat."""

import json

import pytest

from stages.errors import SettingsError
from stages.settings import Settings
from tuner.targets import target
from tuner.targets.readings import Reading

VOLCENGINE = target("volcengine")


def read(**config: object) -> Reading:
    return VOLCENGINE.read(json.dumps({"Config": config}), "chat.json")


def test_the_silence_and_the_voice_are_read() -> None:
    asr = {"VADConfig": {"SilenceTime": 800}, "InterruptConfig": {"InterruptSpeechDuration": 400}}
    ours = read(ASRConfig=asr, InterruptMode=0, LLMConfig={"HistoryLength": 10}).settings
    assert ours.endpointing.silence_ms == ours.vad.silence_ms == 800
    assert ours.barge_in.min_speech_ms == ours.barge_in.withdraw_ms == 400
    assert (ours.barge_in.mode, ours.llm.max_history) == ("interrupt", 10)


def test_the_defaults_are_600_ms_and_the_first_voice() -> None:
    ours = read().settings
    assert (ours.endpointing.silence_ms, ours.barge_in.min_speech_ms, ours.llm.max_history) == (600, 0, 3)


@pytest.mark.parametrize(("ours", "theirs"), [(0, 0), (60, 0), (120, 200), (200, 200), (900, 900)])
def test_a_short_voice_is_none_or_200_ms(ours: float, theirs: int) -> None:
    writing = VOLCENGINE.write(Settings().replace({"barge_in.min_speech_ms": ours}))
    assert writing.values["Config.ASRConfig.InterruptConfig.InterruptSpeechDuration"] == theirs


def test_mode_1_ignores_what_is_said_over_the_agent() -> None:
    assert read(InterruptMode=1).settings.barge_in.mode == "ignore"


def test_a_silence_below_half_a_second_is_not_to_be_had() -> None:
    assert VOLCENGINE.write(Settings().replace({"endpointing.silence_ms": 300})).inexact["endpointing.silence_ms"] == (
        300,
        500,
    )
    with pytest.raises(SettingsError, match=r"SilenceTime: must be within 500\.\.2999 ms, got 3000"):
        read(ASRConfig={"VADConfig": {"SilenceTime": 3000}})


def test_what_has_no_published_times_is_reported() -> None:
    reading = read(ASRConfig={"VADConfig": {"AIVAD": True}, "TurnDetectionMode": 1}, LLMConfig={"Prefill": True})
    for says in ("AIVAD", "TurnDetectionMode", "Prefill"):
        assert any(says in doubt for doubt in reading.doubts), says
