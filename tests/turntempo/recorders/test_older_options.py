"""The settings of a session of LiveKit Agents before 1.5, which has its options one by one."""

from types import SimpleNamespace

import pytest

from turntempo.recorders.livekit_settings import settings_of

OPTIONS = SimpleNamespace(
    allow_interruptions=True,
    min_interruption_duration=0.9,
    min_interruption_words=2,
    min_endpointing_delay=0.77,
    max_endpointing_delay=4.4,
    preemptive_generation=False,
)
"""As `voice/agent_session.py` of livekit-agents 1.2.0 has them."""


@pytest.mark.parametrize("version", ["1.2.0", "1.4.4"])
def test_options_without_groups_are_the_settings_in_force(version: str) -> None:
    found = settings_of(SimpleNamespace(options=OPTIONS), None, version)
    assert found is not None
    assert (found.endpointing.silence_ms, found.endpointing.max_silence_ms) == (770, 4_400)
    assert found.barge_in.min_words == 2


def test_an_agents_own_options_go_before_those_of_the_session() -> None:
    found = settings_of(SimpleNamespace(options=OPTIONS), SimpleNamespace(min_endpointing_delay=0.3), "1.2.0")
    assert found is not None
    assert found.endpointing.silence_ms == 300
