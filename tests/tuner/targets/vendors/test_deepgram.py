"""Deepgram Flux, and the Voice Agent that listens with it."""

import json

import pytest

from stages.errors import SettingsError
from stages.settings import Settings
from tuner.targets import target
from tuner.targets.export import changed_file, new_file
from tuner.targets.readings import Reading

FLUX, AGENT = target("deepgram-flux"), target("deepgram-agent")
SCORED = Settings().replace({"endpointing.eot_threshold": 0.8, "endpointing.max_silence_ms": 2500})


def read(**thresholds: object) -> Reading:
    return FLUX.read(json.dumps(thresholds), "flux.json")


def test_the_model_decides_and_the_timeout_is_the_patience() -> None:
    ours = read(eot_threshold=0.8, eot_timeout_ms=3000).settings
    assert ours.endpointing.eot_threshold == 0.8
    assert ours.endpointing.max_silence_ms == 3000
    assert ours.endpointing.silence_ms == ours.vad.silence_ms == 0
    assert ours.endpointing.score_from == "stream"
    assert ours.eager.on == "off"


def test_an_eager_threshold_is_an_early_start_on_the_score() -> None:
    ours = read(eager_eot_threshold=0.4).settings.eager
    assert (ours.on, ours.threshold, ours.silence_ms) == ("score", 0.4, 0)


def test_the_defaults_are_deepgram_s() -> None:
    ours = read().settings
    assert (ours.endpointing.eot_threshold, ours.endpointing.max_silence_ms) == (0.7, 5000)


def test_what_only_the_newer_range_has_is_read_and_the_older_one_is_written() -> None:
    assert read(eot_threshold=1.0).settings.endpointing.eot_threshold == 1.0
    writing = FLUX.write(Settings().replace({"endpointing.eot_threshold": 1.0}))
    assert writing.values["eot_threshold"] == 0.9
    assert writing.inexact["endpointing.eot_threshold"] == (1.0, 0.9)


def test_a_longer_timeout_than_we_replay_is_read_as_our_longest() -> None:
    reading = read(eot_timeout_ms=60000)
    assert reading.settings.endpointing.max_silence_ms == 10000
    assert any("60000" in doubt for doubt in reading.doubts)


def test_an_early_start_is_never_surer_than_the_end() -> None:
    eager = {"eager.on": "score", "eager.threshold": 0.85, "endpointing.eot_threshold": 0.6}
    assert FLUX.write(Settings().replace(eager)).values["eager_eot_threshold"] == 0.6
    assert FLUX.deployable_space().coupled(Settings().replace(eager)).eager.threshold == 0.6


def test_an_early_start_that_is_off_takes_its_key_out() -> None:
    changed = changed_file(FLUX, SCORED, '{"eager_eot_threshold": 0.4, "model": "flux-general-en"}', "flux.json")
    assert json.loads(changed.text) == {"model": "flux-general-en", "eot_threshold": 0.8, "eot_timeout_ms": 2500}


def test_a_configure_message_is_changed_as_one() -> None:
    text = '{"type": "Configure", "thresholds": {"eot_threshold": 0.7}}'
    assert json.loads(changed_file(FLUX, SCORED, text, "c.json").text)["thresholds"]["eot_threshold"] == 0.8


def test_an_agent_s_provider_is_made_version_2() -> None:
    provider = json.loads(new_file(AGENT, SCORED).text)["agent"]["listen"]["provider"]
    assert provider == {"version": "v2", "eot_threshold": 0.8, "eot_timeout_ms": 2500}


def test_an_agent_with_nova_is_said_to_show_that_nothing_acts() -> None:
    reading = AGENT.read('{"agent": {"listen": {"provider": {"version": "v1"}}}}', "a.json")
    assert any("not v2" in doubt for doubt in reading.doubts)


def test_a_threshold_out_of_range_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"flux\.json: eot_threshold: must be within 0\.5\.\.1, got 0\.2"):
        read(eot_threshold=0.2)


def test_the_rest_belongs_to_the_agent() -> None:
    writing = FLUX.write(Settings().replace({"barge_in.min_words": 2, "tts.timeout_ms": 900}))
    assert {one.name for one in writing.elsewhere} >= {"barge_in.min_words", "tts.timeout_ms"}


def test_an_early_start_that_is_surer_than_the_end_is_refused_as_deepgram_does() -> None:
    with pytest.raises(
        SettingsError, match=r"0\.8 is above eot_threshold 0\.6: Deepgram answers 400; set it no higher"
    ):
        read(eot_threshold=0.6, eager_eot_threshold=0.8)
    assert read(eot_threshold=0.6, eager_eot_threshold=0.6).settings.eager.on == "score"
