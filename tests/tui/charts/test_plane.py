import numpy as np

from tui.charts.plane import Axis, axis, plane


def test_ticks_stand_at_round_values_within_what_is_shown() -> None:
    assert axis(812, 5366, 4, str).ticks == (2000, 4000)
    assert axis(0, 1000, 2, str).ticks == (0, 500, 1000)


def test_a_single_value_has_an_axis_around_it() -> None:
    for value in (0.0, 700.0):
        found = axis(value, value, 3, str)
        assert found.low < value < found.high
        assert found.ticks


def test_values_have_cells_and_those_beyond_the_axis_lie_outside() -> None:
    found = Axis(0, 10, (0, 10), str).place(np.array([0, 5, 10, 11, -1, np.nan, np.inf]), 11)
    assert found.tolist()[:3] == [0, 5, 10]
    assert all(place < 0 or place > 10 for place in found.tolist()[3:])


def test_a_plane_shows_marks_between_labelled_axes() -> None:
    drawn = plane(20, 7, axis(0, 4, 2, "{:g}%".format), axis(0, 1000, 2, "{:,.0f}".format))
    drawn.mark(np.array([0.0, 4.0, 9.0]), np.array([0.0, 1000.0, 500.0]), "o", "o")
    assert drawn.picture.lines() == [
        "1,000┤             o",
        "     │",
        "  500┤",
        "     │",
        "    0┤o",
        "     └┴──────┴─────┴",
        "     0%     2%    4%",
    ]
