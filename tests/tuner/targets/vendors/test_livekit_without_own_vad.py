"""Versions of LiveKit in which a session has no VAD but the one that it is given: what is in force stays in force."""

import pytest

from tuner.targets import target

SESSION = """from livekit.agents import AgentSession
# livekit-agents=={version}
session = AgentSession({vad}turn_detection={mode}, min_endpointing_delay=0.7, max_endpointing_delay=0.9)
"""
GIVEN, BY_CODE, NONE = "vad=silero.VAD.load(), ", 'vad=ctx.proc.userdata["vad"], ', ""


@pytest.mark.parametrize("version", ["1.0.23", "1.2.11", "1.5.0"])
@pytest.mark.parametrize(
    ("vad", "mode", "silence_ms", "on_voice"),
    [
        (GIVEN, "MultilingualModel()", 550, True),
        (BY_CODE, "MultilingualModel()", 550, True),
        (GIVEN, '"vad"', 550, True),
        (NONE, '"stt"', 0, False),
    ],
)
def test_what_is_read_is_what_a_search_starts_from(
    version: str, vad: str, mode: str, silence_ms: float, on_voice: bool
) -> None:
    text = SESSION.format(version=version, vad=vad, mode=mode)
    form, _ = target("livekit").of_file(text, "agent.py")
    settings = form.read(text, "agent.py").settings
    assert (settings.vad.silence_ms, settings.barge_in.on_voice) == (silence_ms, on_voice)
    assert form.as_deployed(settings) == settings
