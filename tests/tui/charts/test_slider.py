import pytest

from tui.charts.slider import Line, line, track
from tui.state.slider_model import SliderModel

WAIT = SliderModel("endpointing.silence_ms", (0.0, 100.0, 200.0, 300.0, 400.0))
HELD = SliderModel("vad.silence_ms", (100.0, 200.0), note="no price")


def drawn(shown: Line, width: int = 52) -> str:
    return line(shown, width).lines()[0]


def test_a_line_has_name_value_and_handle() -> None:
    text = drawn(Line(WAIT.name, WAIT, 200.0, 200.0))
    assert text.split()[:3] == ["silence_ms", "200", "ms"]
    begin, length = track(52)
    assert text[begin + round((length - 1) / 2)] == "●"


def test_a_change_has_a_sign_and_leaves_a_mark_where_it_was() -> None:
    text = drawn(Line(WAIT.name, WAIT, 400.0, 0.0))
    begin, length = track(52)
    assert text.startswith(" *")
    assert (text[begin], text[begin + length - 1]) == ("┃", "●")


def test_what_these_turns_do_not_judge_has_a_question_mark() -> None:
    assert drawn(Line(HELD.name, HELD, 100.0, 100.0)).startswith(" ?")


def test_the_cursor_is_seen_without_colour() -> None:
    assert drawn(Line(WAIT.name, WAIT, 0.0, 0.0, cursor=True)).startswith("›")


def test_a_group_is_a_heading() -> None:
    assert drawn(Line("endpointing")) == "endpointing"


@pytest.mark.parametrize("width", [20, 38, 64, 100])
def test_a_line_fits_any_width(width: int) -> None:
    assert len(drawn(Line(WAIT.name, WAIT, 400.0, 0.0), width)) <= width
