"""Deepgram's own types."""

import inspect

import pytest
from deepgram.listen.v2 import client
from deepgram.types.deepgram_listen_provider_v2 import DeepgramListenProviderV2

from tuner.targets.vendors.deepgram import AGENT, FLUX


def test_a_voice_agent_s_provider_is_taken() -> None:
    assert AGENT.check is not None
    provider = {"type": "deepgram", "version": "v2", "model": "flux-general-multi", "language_hints": ["en"]}
    assert AGENT.check({"agent": {"listen": {"provider": provider | {"eot_threshold": 0.8}}}}) == ()


@pytest.mark.parametrize("wrong", [{"eot_treshold": 0.8}, {"version": "v1"}, {"eot_timeout_ms": 0.5}])
def test_what_is_none_of_theirs_is_refused(wrong: dict[str, object]) -> None:
    assert AGENT.check is not None
    assert AGENT.check({"agent": {"listen": {"provider": {"model": "flux-general-en"} | wrong}}})


def test_a_typo_in_a_query_is_refused_and_the_rest_of_it_left_alone() -> None:
    assert FLUX.check is not None
    assert FLUX.check({"model": "flux-general-en", "encoding": "linear16", "eot_threshold": 0.8}) == ()
    assert FLUX.check({"eot_treshold": 0.8})


def test_the_query_has_the_settings_that_we_write() -> None:
    taken = inspect.signature(client.V2Client.connect).parameters
    assert {one.path for one in FLUX.fields} <= set(taken)


def test_ranges_and_defaults_are_those_of_the_sdk_s_comments() -> None:
    source = " ".join(inspect.getsource(DeepgramListenProviderV2).split())
    assert "Valid range: 0.5 - 1.0. Defaults to 0.7" in source
    assert FLUX.by_path["eot_threshold"].reads == (0.5, 1.0)
    assert "Valid range: 0.3 - 0.9" in source
    assert FLUX.by_path["eager_eot_threshold"].bounds == (0.3, 0.9)
    assert "Defaults to 5000" in source
    assert FLUX.defaults["eot_timeout_ms"] == 5000
