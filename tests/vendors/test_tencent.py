"""Tencent's own models."""

import inspect

import pytest
from tencentcloud.trtc.v20190722 import models

from tuner.targets.vendors.tencent import SILENCE, TENCENT, VOICE

TYPES = {
    "AgentConfig": models.AgentConfig,
    "AgentConfig.TurnDetection": models.TurnDetection,
    "STTConfig": models.STTConfig,
}


@pytest.mark.parametrize("one", TENCENT.fields, ids=lambda one: one.path)
def test_every_field_is_one_of_theirs(one: object) -> None:
    parent, _, key = one.path.rpartition(".")  # type: ignore[attr-defined]
    assert hasattr(TYPES[parent], key)


def test_a_key_that_is_none_of_theirs_is_refused() -> None:
    assert TENCENT.check is not None
    assert TENCENT.check({"STTConfig": {"VadSilenceTme": 300}})


def test_ranges_and_defaults_are_those_of_the_sdk_s_comments() -> None:
    assert "240-2000，默认为1000，单位为ms" in inspect.getsource(models.STTConfig)
    assert (SILENCE.bounds, SILENCE.default, SILENCE.unit) == ((240, 2000), 1000, "ms")
    assert "单位为毫秒，默认为500ms" in inspect.getsource(models.AgentConfig)
    assert (VOICE.default, VOICE.unit) == (500, "ms")
    assert '可选: "low" | "medium" | "high" | "auto"' in inspect.getsource(models.TurnDetection)
