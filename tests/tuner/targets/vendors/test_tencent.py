"""Tencent's StartAIConversation."""

import json

from stages.settings import Settings
from tuner.targets import target
from tuner.targets.export import changed_file
from tuner.targets.readings import Reading

TENCENT = target("tencent")


def read(agent: dict[str, object], **stt: object) -> Reading:
    return TENCENT.read(json.dumps({"AgentConfig": agent, "STTConfig": stt}), "talk.json")


def test_the_silence_and_the_voice_are_read() -> None:
    ours = read({"InterruptSpeechDuration": 700, "InterruptMode": 0}, VadSilenceTime=600).settings
    assert ours.endpointing.silence_ms == ours.vad.silence_ms == 600
    assert (ours.barge_in.min_speech_ms, ours.barge_in.mode) == (700, "interrupt")


def test_the_defaults_are_a_second_and_half_of_one() -> None:
    ours = read({}).settings
    assert (ours.endpointing.silence_ms, ours.barge_in.min_speech_ms) == (1000, 500)


def test_a_voice_of_the_vendor_s_examples_is_read_and_never_written() -> None:
    assert read({"InterruptSpeechDuration": 200}).settings.barge_in.min_speech_ms == 200
    writing = TENCENT.write(Settings().replace({"barge_in.min_speech_ms": 200}))
    assert writing.values["AgentConfig.InterruptSpeechDuration"] == 300


def test_a_client_that_interrupts_is_reported() -> None:
    reading = read({"InterruptMode": 1})
    assert reading.settings.barge_in.mode == "append"
    assert any("InterruptMode is 1" in doubt for doubt in reading.doubts)


def test_a_semantic_end_of_turn_is_said_not_to_be_simulated() -> None:
    doubts = read({"TurnDetectionMode": 3, "TurnDetection": {"SemanticEagerness": "high"}}).doubts
    assert any("cannot be simulated" in doubt for doubt in doubts)


def test_json_in_a_text_is_left_as_it_is() -> None:
    text = json.dumps({"STTConfig": {"VadSilenceTime": 1000}, "LLMConfig": '{"History": 5}'})
    changed = changed_file(TENCENT, Settings().replace({"endpointing.silence_ms": 640}), text, "talk.json")
    assert json.loads(changed.text)["LLMConfig"] == '{"History": 5}'
    assert "LLMConfig" in TENCENT.why("llm.timeout_ms")


def test_words_that_alone_interrupt_are_reported() -> None:
    assert any("InterruptWordList" in doubt for doubt in read({"InterruptWordList": ["stop"]}).doubts)
