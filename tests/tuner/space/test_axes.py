import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.simulation import Profile, simulate
from stages.errors import SettingsError
from stages.settings import NAMES, Settings
from tuner.space.axes import (
    NULL_FIRST,
    attempts_at_hand,
    default_values,
    ladder,
    shortest_overlap_ms,
    shortest_pause_ms,
)

TURNS = simulate(Profile.load("receptionist"), 400, seed=2)


def test_the_steps_of_the_ladder_are_too_small_to_hear() -> None:
    assert ladder(0, 40) == (0, 10, 20, 30, 40)
    assert ladder(985, 1050) == (985, 990, 1000, 1020, 1040, 1050)
    assert ladder(700, 700) == (700,)
    assert ladder(3900, 4500) == (3900, 3950, 4000, 4250, 4500)


@given(st.floats(0, 20_000), st.floats(1, 40_000))
def test_a_ladder_contains_both_ends_in_order(low: float, width: float) -> None:
    found = np.array(ladder(low, low + width))
    assert (found[0], found[-1]) == (low, low + width)
    assert (np.diff(found) > 0).all()
    assert (np.diff(found) <= np.maximum(10, 0.1 * found[1:]) + 1e-6).all()


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_has_an_axis_of_allowed_values_in_order(name: str) -> None:
    values = default_values(name, TURNS)
    assert len(values) == len(set(values)) >= (1 if name.endswith(("attempts", "max_history")) else 2)
    for value in values:
        assert Settings().replace({name: value}).flat()[name] == value
    numbers = [value for value in values if value is not None and not isinstance(value, str)]
    assert numbers == sorted(numbers)


def test_null_stands_at_the_end_of_an_axis_where_it_belongs() -> None:
    axes = {name: default_values(name, TURNS) for name in NAMES}
    ends = {name: values.index(None) for name, values in axes.items() if None in values}
    assert ends == {name: 0 if name in NULL_FIRST else len(axes[name]) - 1 for name in ends}
    assert set(NULL_FIRST) < set(ends)


def test_a_value_outside_of_the_allowed_is_refused_by_the_settings_these_axes_are_held_to() -> None:
    with pytest.raises(SettingsError):
        Settings().replace({"endpointing.silence_ms": 3001})


def test_waits_begin_at_the_shortest_recorded_silence() -> None:
    pauses = np.linspace(301, 1301, 101)
    noted = TURNS.replace(pause_ms=np.resize(pauses, len(TURNS.pause_ms)))
    floor = shortest_pause_ms(noted)
    assert floor == np.ceil(np.quantile(noted.pause_ms, 0.05) / 10) * 10
    assert 350 <= floor <= 360
    assert default_values("endpointing.silence_ms", noted)[0] == floor
    assert default_values("endpointing.max_silence_ms", noted)[0] == floor


def test_without_recorded_pauses_waits_begin_at_zero() -> None:
    none = TURNS.replace(pause_ms=np.empty(0))
    assert shortest_pause_ms(none) == 0
    assert default_values("endpointing.silence_ms", none)[0] == 0


def test_voice_shorter_than_a_click_is_not_tried() -> None:
    assert shortest_overlap_ms(TURNS.replace(overlap_ms=np.full(9, 20.0))) == 50
    assert shortest_overlap_ms(TURNS.replace(overlap_ms=np.full(9, 233.0))) == 240


def test_attempts_are_limited_to_those_with_draws_in_nearly_every_turn() -> None:
    draws = np.full((200, 3), 400.0)
    draws[:2, 1], draws[:3, 2] = np.inf, np.inf
    assert attempts_at_hand(draws) == 2
    assert attempts_at_hand(np.full((5, 2), np.inf)) == 1
    assert default_values("llm.attempts", TURNS.replace(ttft_ms=draws)) == (1, 2)
    assert default_values("tts.attempts", TURNS.replace(ttfb_ms=np.full((9, 6), 90.0))) == (1, 2, 3, 4)


def test_a_timeout_starts_where_few_requests_would_be_started_twice() -> None:
    draws = np.arange(1.0, 1002)[:, None]
    assert default_values("llm.timeout_ms", TURNS.replace(ttft_ms=draws))[0] == 510
    assert default_values("tts.timeout_ms", TURNS.replace(ttfb_ms=draws))[0] == 910
    assert default_values("llm.timeout_ms", TURNS.replace(ttft_ms=np.full((9, 1), 20.0)))[0] == 100
    assert default_values("llm.timeout_ms", TURNS.replace(ttft_ms=np.full((9, 1), np.inf)))[0] == 100


def test_history_is_tried_up_to_the_longest_recorded() -> None:
    turns = np.array([0, 3, np.nan], dtype=np.float32)
    assert default_values("llm.max_history", TURNS.replace(history_turns=turns)) == (1, 2, 3, None)
    assert default_values("llm.max_history", TURNS.replace(history_turns=turns * np.nan)) == (1, None)
