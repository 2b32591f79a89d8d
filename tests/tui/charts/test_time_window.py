"""What of a time axis is seen, and the cursor on it."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tui.charts.time_window import CLOSEST_MS, TimeWindow

WHOLE = TimeWindow(-1000, 3000, -1000, 3000, 0)


def test_the_cursor_moves_by_columns_of_what_is_seen() -> None:
    assert WHOLE.moved_by(1, 40).at_ms == 100
    assert WHOLE.showing(0, 400).moved_by(-1, 40).at_ms == -10


def test_the_cursor_stays_within_the_whole_and_what_is_seen_follows_it() -> None:
    close = WHOLE.showing(0, 400)
    there = close.moved_to(1000)
    assert (there.begin_ms, there.end_ms, there.at_ms) == (600, 1000, 1000)
    back = there.moved_to(-5000)
    assert (back.begin_ms, back.end_ms, back.at_ms) == (-1000, -600, -1000)
    assert WHOLE.moved_to(9999).at_ms == 3000


def test_zooming_keeps_the_cursor_where_it_stands_on_the_screen() -> None:
    close = WHOLE.zoomed(2)
    assert (close.begin_ms, close.end_ms) == (-500, 1500)
    assert close.at_ms == 0
    assert close.zoomed(0.5) == WHOLE
    assert WHOLE.zoomed(0.1) == WHOLE
    assert WHOLE.is_whole
    assert not close.is_whole


def test_there_is_a_closest_zoom() -> None:
    assert WHOLE.zoomed(1e9).length_ms == CLOSEST_MS


def test_a_turn_in_which_all_happens_at_once_can_be_seen() -> None:
    moment = TimeWindow(5, 5, 5, 5, 5)
    assert moment.zoomed(2).moved_by(3, 40).at_ms == 5


@given(st.lists(st.tuples(st.sampled_from("bzt"), st.floats(-5000, 5000)), max_size=20))
def test_whatever_is_pressed_the_cursor_is_seen_and_nothing_beyond_the_whole_is(
    pressed: list[tuple[str, float]],
) -> None:
    view = WHOLE
    assume(pressed)
    for what, number in pressed:
        match what:
            case "b":
                view = view.moved_by(number, 60)
            case "z":
                view = view.zoomed(1.6 if number > 0 else 1 / 1.6)
            case _:
                view = view.moved_to(number)
        assert view.first_ms - 1e-6 <= view.begin_ms <= view.at_ms + 1e-6
        assert view.at_ms - 1e-6 <= view.end_ms <= view.last_ms + 1e-6
        assert view.length_ms == pytest.approx(view.end_ms - view.begin_ms)
