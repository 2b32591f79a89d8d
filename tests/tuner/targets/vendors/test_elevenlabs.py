"""ElevenLabs' agents: one number that is ours, and settings without published times."""

import json

from stages.settings import Settings
from tuner.targets import target
from tuner.targets.readings import Reading

ELEVENLABS = target("elevenlabs")


def read(**config: object) -> Reading:
    return ELEVENLABS.read(json.dumps({"conversation_config": config}), "agent.json")


def test_the_backup_llm_is_asked_after_the_cascade_s_time() -> None:
    ours = read(agent={"prompt": {"cascade_timeout_seconds": 6.5}}).settings.llm
    assert (ours.timeout_ms, ours.attempts, ours.fallback, ours.hedge) == (6500, 1, True, False)


def test_four_seconds_are_the_default() -> None:
    assert read().settings.llm.timeout_ms == 4000


def test_a_disabled_backup_is_reported() -> None:
    doubts = read(agent={"prompt": {"backup_llm_config": {"preference": "disabled"}}}).doubts
    assert any("disabled" in doubt for doubt in doubts)


def test_turn_taking_is_said_not_to_be_simulated() -> None:
    reading = read(turn={"turn_eagerness": "eager"})
    assert any("turn_eagerness is eager" in doubt for doubt in reading.doubts)
    assert reading.origins["endpointing.silence_ms"] == "not known"
    assert "only tried" in ELEVENLABS.why("endpointing.silence_ms")


def test_what_is_replayed_without_is_reported() -> None:
    reading = read(
        turn={"speculative_turn": True, "soft_timeout_config": {"timeout_seconds": 2}},
        conversation={"client_events": ["audio"]},
    )
    for says in ("speculative_turn", "soft timeout", "without `interruption`"):
        assert any(says in doubt for doubt in reading.doubts), says


def test_a_time_below_two_seconds_is_not_to_be_had() -> None:
    writing = ELEVENLABS.write(Settings().replace({"llm.timeout_ms": 900}))
    assert writing.inexact["llm.timeout_ms"] == (900, 2000)


def test_only_the_cascade_is_searched() -> None:
    assert set(ELEVENLABS.deployable_space().values) == {"llm.timeout_ms"}
