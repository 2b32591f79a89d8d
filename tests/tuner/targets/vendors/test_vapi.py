"""Vapi's speaking plans."""

import json
from typing import Any

import pytest

from stages.settings import Settings
from tuner.targets import target
from tuner.targets.export import changed_file
from tuner.targets.readings import Reading

VAPI = target("vapi")


def read(start: dict[str, object] | None = None, stop: dict[str, object] | None = None, **rest: Any) -> Reading:
    document = {"startSpeakingPlan": start or {}, "stopSpeakingPlan": stop or {}, **rest}
    return VAPI.read(json.dumps(document), "assistant.json")


def test_punctuation_is_a_finished_turn_and_its_absence_is_not() -> None:
    plan = {"onPunctuationSeconds": 0.3, "onNoPunctuationSeconds": 1.8}
    ours = read({"transcriptionEndpointingPlan": plan}).settings.endpointing
    assert (ours.silence_ms, ours.max_silence_ms) == (300, 1800)
    assert (ours.score_from, ours.counts_from, ours.eot_threshold) == ("final", "final", 0.5)


def test_the_defaults_are_vapi_s() -> None:
    ours = read().settings
    assert (ours.endpointing.silence_ms, ours.endpointing.max_silence_ms) == (100, 1500)
    assert (ours.barge_in.min_speech_ms, ours.barge_in.min_words, ours.barge_in.on_voice) == (200, 0, True)


def test_words_put_voice_aside() -> None:
    ours = read(stop={"numWords": 2}).settings.barge_in
    assert (ours.min_words, ours.on_voice, ours.on_words) == (2, False, "interim")
    assert VAPI.deployable_space().coupled(Settings().replace({"barge_in.min_words": 3})).barge_in.on_voice is False


def test_voice_is_no_longer_than_the_server_takes() -> None:
    writing = VAPI.write(Settings().replace({"barge_in.min_speech_ms": 700}))
    assert writing.values["stopSpeakingPlan.voiceSeconds"] == 0.5
    assert writing.inexact["barge_in.min_speech_ms"] == (700, 500)


@pytest.mark.parametrize(
    ("start", "rest", "says"),
    [
        ({"smartEndpointingPlan": {"provider": "livekit"}}, {}, "smart endpointing"),
        ({"smartEndpointingEnabled": "livekit"}, {}, "smart endpointing"),
        ({"customEndpointingRules": [{"type": "customer"}]}, {}, "customEndpointingRules"),
        ({"waitSeconds": 1.2}, {}, "waitSeconds 1.2"),
        ({}, {"transcriber": {"provider": "deepgram", "model": "flux-general-en"}}, "deepgram-flux"),
        ({}, {"transcriber": {"provider": "assembly-ai"}}, "AssemblyAI"),
    ],
)
def test_what_overrides_the_plan_is_reported(start: dict[str, object], rest: dict[str, Any], says: str) -> None:
    assert any(says in doubt for doubt in read(start, **rest).doubts)


def test_what_is_unusual_alone_is_doubted() -> None:
    assert read({"waitSeconds": 0.4}, {"numWords": 0}).doubts == ()


def test_a_typo_is_reported() -> None:
    unknown = read({"waitSecond": 0.4}).unknown
    assert unknown == ("startSpeakingPlan.waitSecond (did you mean startSpeakingPlan.waitSeconds?)",)


def test_the_rest_of_the_assistant_stays() -> None:
    text = '{\n  "name": "Jo",\n  "stopSpeakingPlan": {"numWords": 0, "backoffSeconds": 2},\n  "model": {"a": [1]}\n}\n'
    found = changed_file(VAPI, VAPI.read(text, "a").settings.replace({"barge_in.min_words": 2}), text, "a")
    assert found.text == text.replace('"numWords": 0', '"numWords": 2')


def test_the_transcribers_own_wait_is_named_and_no_unknown_key() -> None:
    reading = read(transcriber={"provider": "deepgram", "endpointing": 300})
    assert reading.unknown == ()
    assert [one for one in reading.doubts if one.startswith("transcriber.endpointing 300 is the transcriber's own")]
