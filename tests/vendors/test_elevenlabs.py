"""ElevenLabs' own types."""

import inspect

import pytest
from elevenlabs.types.prompt_agent_api_model_input import PromptAgentApiModelInput
from elevenlabs.types.soft_timeout_config import SoftTimeoutConfig
from elevenlabs.types.turn_config import TurnConfig
from pydantic import TypeAdapter

from stages.settings import Settings
from tuner.targets.export import new_file
from tuner.targets.sdk_checks.tightened import tightened
from tuner.targets.vendors.elevenlabs import CASCADE, ELEVENLABS, PROMPT, SOFT, TURN


def check(**turn: object) -> tuple[str, ...]:
    assert ELEVENLABS.check is not None
    return tuple(ELEVENLABS.check({"conversation_config": {"turn": turn}}))


def test_a_turn_in_full_is_taken() -> None:
    assert check(turn_timeout=7, turn_eagerness="eager", soft_timeout_config={"timeout_seconds": -1}) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"turn_eagerness": "warp"},
        {"turn_timout": 7},
        {"soft_timeout_config": {"timeout_second": 1}},
        {"turn_model": "v4"},
    ],
)
def test_what_is_none_of_theirs_is_refused(wrong: dict[str, object]) -> None:
    assert check(**wrong)


def test_the_export_is_a_prompt_of_theirs() -> None:
    text = new_file(ELEVENLABS, Settings()).text
    prompt = ELEVENLABS.format.parse(text, "export")["conversation_config"]["agent"]["prompt"]
    assert TypeAdapter(tightened(PromptAgentApiModelInput)).validate_python(prompt)


def test_the_range_of_the_cascade_is_that_of_the_sdk_s_comment() -> None:
    assert "Must be between 2 and 15 seconds" in _source(PromptAgentApiModelInput)
    assert CASCADE.path == f"{PROMPT}.cascade_timeout_seconds"
    assert CASCADE.bounds == (2, 15)


@pytest.mark.parametrize(("prefix", "type_"), [(TURN, TurnConfig), (SOFT, SoftTimeoutConfig)])
def test_every_key_of_theirs_is_a_field_of_ours(prefix: str, type_: type) -> None:
    assert type_.model_fields  # type: ignore[attr-defined]
    for name in type_.model_fields:  # type: ignore[attr-defined]
        path = f"{prefix}.{name}"
        assert path in ELEVENLABS.by_path or any(one.startswith(f"{path}.") for one in ELEVENLABS.by_path), path


def _source(type_: type) -> str:
    return " ".join(inspect.getsource(type_).split())
