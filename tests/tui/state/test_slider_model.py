import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.errors import InputError
from stages.settings import NAMES, Settings
from tui.state.opener import open_source
from tui.state.slider_model import SliderModel, slider_models, value_text
from tui.state.turn_source import TurnSource

WAIT = SliderModel("endpointing.silence_ms", (300.0, 310.0, 320.0, 500.0))
SCORE = SliderModel("endpointing.eot_threshold", (None, 0.1, 0.5))
MODE = SliderModel("barge_in.mode", ("interrupt", "append", "ignore"))


def test_a_step_leads_to_the_next_value_and_never_beyond_the_ends() -> None:
    assert (WAIT.stepped(310.0, 1), WAIT.stepped(310.0, -1), WAIT.stepped(310.0, 10), WAIT.stepped(300.0, -1)) == (
        *(320.0, 300.0, 500.0),
        300.0,
    )
    assert MODE.stepped("append", 1) == "ignore"
    assert SCORE.stepped(0.1, -1) is None


@pytest.mark.parametrize(("typed", "below", "above"), [(312.0, 310.0, 320.0), (318.0, 310.0, 320.0)])
def test_from_a_typed_value_a_step_leads_to_its_neighbours(typed: float, below: float, above: float) -> None:
    assert (WAIT.stepped(typed, -1), WAIT.stepped(typed, 1)) == (below, above)


def test_the_handle_stands_where_its_value_does() -> None:
    assert [WAIT.position(value) for value in WAIT.values] == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert [SCORE.position(value) for value in SCORE.values] == [0, 0.5, 1]


@given(st.integers(0, 3))
def test_a_handle_dropped_where_a_value_stands_takes_it(index: int) -> None:
    assert WAIT.value_at(WAIT.position(WAIT.values[index])) == WAIT.values[index]


@pytest.mark.parametrize(
    ("model", "text", "value"),
    [(WAIT, " 640 ", 640), (SCORE, "null", None), (SCORE, "0.25", 0.25), (MODE, "append", "append")],
)
def test_a_value_is_typed_as_its_file_has_it(model: SliderModel, text: str, value: object) -> None:
    assert model.parse(text) == value


def test_a_flag_is_typed_in_any_case() -> None:
    assert SliderModel("llm.hedge", (False, True)).parse("True") is True


@pytest.mark.parametrize(("model", "text"), [(WAIT, "soon"), (WAIT, "-1"), (WAIT, ""), (SCORE, "2"), (MODE, "shout")])
def test_what_breaks_a_rule_is_shown_with_the_rule(model: SliderModel, text: str) -> None:
    with pytest.raises(InputError, match=model.name):
        model.parse(text)


def test_every_setting_is_a_slider_with_its_value_in_force_on_it() -> None:
    found = open_source(TurnSource("profile", "companion-toy", turns=60))
    every = slider_models(found)
    assert tuple(one.name for one in every) == NAMES
    for one in every:
        assert found.settings.flat()[one.name] in one.values


def test_what_turns_cannot_judge_is_said_at_the_slider() -> None:
    found = open_source(TurnSource("profile", "companion-toy", turns=60))
    by_name = {one.name: one for one in slider_models(found)}
    assert by_name["vad.silence_ms"].note
    assert not by_name["endpointing.silence_ms"].note


def test_values_are_shown_with_their_unit() -> None:
    assert value_text("llm.timeout_ms", 1500.0) == "1500 ms"
    assert value_text("llm.max_history", None) == "null"
    assert value_text("eager.on", Settings().eager.on) == "off"
