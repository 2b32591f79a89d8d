"""Keys of a customer's file that nothing stands for: listed at every depth, with the closest known name."""

import json
from pathlib import Path

import pytest

from tuner.targets import target
from tuner.targets.readings import Reading


def read(vendor: str, document: object) -> Reading:
    return target(vendor).read(json.dumps(document), "agent.json")


LISTED = [
    (
        "vapi",
        {"stopSpeakingPlan": {"numWord": 2}},
        "stopSpeakingPlan.numWord (did you mean stopSpeakingPlan.numWords?)",
    ),
    ("vapi", {"firstMessage": "", "stopSpekingPlan": {"a": 1}}, "stopSpekingPlan (did you mean stopSpeakingPlan?)"),
    ("vapi", {"firstMessage": "", "interruptionsEnabled": False}, "interruptionsEnabled"),
    ("vapi", {"transcriber": {"provider": "deepgram", "endpointingMs": 1}}, "transcriber.endpointingMs"),
    ("ultravox", {"vadSettings": {"turnEndDelay": "1s"}}, "vadSettings.turnEndDelay"),
    ("ultravox", {"model": "ultravox-v0.7", "vadSetings": {"turnEndpointDelay": "1s"}}, "vadSetings"),
    ("tencent", {"STTConfig": {"VadSilenceTimeMs": 700}}, "STTConfig.VadSilenceTimeMs"),
    ("tencent", {"AgentConfig": {"InterruptSpeachDuration": 700}}, "AgentConfig.InterruptSpeachDuration"),
    ("volcengine", {"Config": {"ASRConfig": {"VADConfig": {"SilenceTimes": 700}}}}, "Config.ASRConfig.VADConfig"),
    ("elevenlabs", {"conversation_config": {"turn": {"turn_eagernes": "eager"}}}, "turn.turn_eagernes"),
    ("elevenlabs", {"conversation_config": {"turns": {"turn_eagerness": "eager"}}}, "conversation_config.turns"),
    ("openai-realtime", {"session": {"audio": {"input": {"turn_detections": {}}}}}, "input.turn_detections"),
    ("deepgram-agent", {"agent": {"listen": {"provider": {"eot_timeout": 700}}}}, "provider.eot_timeout"),
    ("deepgram-flux", {"model": "flux-general-en", "eot_treshold": 0.7}, "eot_treshold (did you mean eot_threshold?)"),
    ("assemblyai", {"min_turn_silense": 200, "speech_model": "u3-rt-pro"}, "min_turn_silense"),
    ("gemini", {"setup": {"realtimeInputConfigs": {}, "model": "models/gemini-live"}}, "realtimeInputConfigs"),
    ("agora", {"properties": {"turn_detections": {"mode": "default"}}}, "properties.turn_detections"),
    ("agora", {"properties": {"interruption": {"enabled": False}}}, "properties.interruption.enabled"),
    ("agora", {"properties": {"interupt_mode": "append", "channel": "c"}}, "properties.interupt_mode"),
    ("livekit-node", {"turnHandling": {}, "aecWarmupDurations": 1}, "aecWarmupDurations"),
]


@pytest.mark.parametrize(("vendor", "document", "listed"), LISTED, ids=[listed for _, _, listed in LISTED])
def test_a_key_of_turn_taking_that_the_vendor_does_not_have_is_listed(
    vendor: str, document: object, listed: str
) -> None:
    unknown = read(vendor, document).unknown
    assert [one for one in unknown if listed in one], unknown


UNTIMED = [
    ("vapi", {"name": "Lily", "voice": {"provider": "x", "speed": 1}, "silenceTimeoutSeconds": 20, "firstMessage": ""}),
    ("agora", {"name": "a", "properties": {"channel": "c", "token": "t", "idle_timeout": 120, "agent_rtc_uid": "0"}}),
    ("openai-realtime", {"session": {"voice": "alloy", "instructions": "wait for the user", "audio": {"output": {}}}}),
    ("ultravox", {"model": "ultravox-v0.7", "voice": "v1", "systemPrompt": "x", "temperature": 0.4}),
    ("deepgram-agent", {"agent": {"language": "en", "speak": {"provider": {}}, "listen": {"provider": {"type": "d"}}}}),
    ("gemini", {"setup": {"model": "models/gemini-live-1", "generationConfig": {"temperature": 1}}}),
    ("tencent", {"SdkAppId": 1, "AgentConfig": {"UserId": "u", "TargetUserId": "t"}}),
]


@pytest.mark.parametrize(("vendor", "document"), UNTIMED, ids=[vendor for vendor, _ in UNTIMED])
def test_keys_without_effect_on_timing_are_not_listed(vendor: str, document: object) -> None:
    assert read(vendor, document).unknown == ()


def test_flat_keys_that_vapi_s_api_no_longer_has_are_read_and_named_with_their_new_place(shared: Path) -> None:
    reading = target("vapi").read((shared / "data/cases/unk/vapi_old.json").read_text(), "vapi_old.json")
    found = reading.settings.flat()
    assert (found["endpointing.silence_ms"], found["barge_in.min_words"], found["barge_in.on_voice"]) == (300, 3, False)
    assert reading.unknown == ()
    moved = [one for one in reading.doubts if "no key of the present API" in one]
    assert [one.split()[0] for one in moved] == ["llmRequestDelaySeconds", "numWordsToInterruptAssistant"]
    assert "`responseDelaySeconds`: no effect: startSpeakingPlan.waitSeconds is there too" in reading.doubts


def test_a_misspelt_flag_of_openai_is_named_with_its_closest(shared: Path) -> None:
    reading = target("openai-realtime").read((shared / "data/cases/unk/oai_typo.json").read_text(), "typo.json")
    assert reading.unknown == ("turn_detection.interrupt_responce (did you mean turn_detection.interrupt_response?)",)
    assert reading.settings.barge_in.mode == "interrupt"
