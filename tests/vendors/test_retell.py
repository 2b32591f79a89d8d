"""Retell's own types."""

import inspect

import pytest
from retell.types import agent_create_params

from tuner.targets.vendors.retell import RETELL, UNTIMED


def check(**agent: object) -> tuple[str, ...]:
    assert RETELL.check is not None
    return tuple(RETELL.check(agent))


@pytest.mark.parametrize("one", UNTIMED, ids=lambda one: one.path)
def test_every_arm_of_a_trial_is_taken(one: object) -> None:
    assert one.arms  # type: ignore[attr-defined]
    for arm in one.arms:  # type: ignore[attr-defined]
        assert check(**{one.path: arm}) == ()  # type: ignore[attr-defined]


@pytest.mark.parametrize("wrong", [{"responsivenes": 1}, {"stt_mode": "fst"}, {"responsiveness": "1"}])
def test_what_is_none_of_theirs_is_refused(wrong: dict[str, object]) -> None:
    assert check(**wrong)


def test_no_times_are_published_for_its_untimed_settings() -> None:
    source = " ".join(inspect.getsource(agent_create_params).split())
    assert 'responsiveness: float """Controls how responsive is the agent. Value ranging from [0,1].' in source


def test_every_field_is_one_of_theirs() -> None:
    assert {one.path for one in RETELL.fields} <= set(agent_create_params.AgentCreateParams.__annotations__)
