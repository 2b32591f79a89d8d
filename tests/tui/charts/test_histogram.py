import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.charts.axis import round_step
from tui.charts.histogram import Distribution, Mark, histogram


def heights(lines: list[str], column: int) -> int:
    """How many cells of a column are filled at all."""
    return sum(line[column : column + 1] in tuple("▁▂▃▄▅▆▇█") for line in lines)


def test_a_bar_stands_over_the_time_of_its_turns() -> None:
    lines = histogram(Distribution(np.array([1000.0] * 9 + [3900.0] * 9)), 40, 10).lines()
    assert [line.index("█") for line in lines[2:8] if "█" in line] == [10] * 6
    assert lines[-1].split()[:2] == ["0", "1,000"]


def test_twice_as_many_turns_make_a_bar_twice_as_high() -> None:
    lines = histogram(Distribution(np.array([250.0] * 10 + [750.0] * 5)), 40, 14).lines()
    by_height = sorted({heights(lines, column) for column in range(40)})
    assert by_height == [0, 5, 10]


def test_a_single_turn_among_thousands_is_seen() -> None:
    lines = histogram(Distribution(np.array([500.0] * 5000 + [900.0])), 60, 10).lines()
    assert sum(line.count("▁") for line in lines) == 1


def test_what_was_before_is_dots_at_its_height() -> None:
    lines = histogram(Distribution(np.array([500.0] * 10), np.array([1500.0] * 10)), 40, 10).lines()
    assert sum(line.count("•") for line in lines) == 1
    assert lines[2].index("█") < lines[2].index("•")


def test_bars_beyond_a_limit_have_a_role_of_their_own() -> None:
    spread = Distribution(np.array([500.0] * 10 + [3500.0]), marks=(Mark(3000, "3 s", limit=True),))
    roles = "".join(histogram(spread, 60, 10).roles())
    assert roles.count("n") > 0
    assert roles.count("x") == 1


def test_marks_are_named_and_stand_over_their_moment() -> None:
    spread = Distribution(np.linspace(100, 4000, 400), marks=(Mark(208, "people"), Mark(2000, "p50")))
    lines = histogram(spread, 80, 12).lines()
    assert "╷people" in lines[0]
    assert abs(lines[0].index("╷p50") - 80 * 2000 / 4000) <= 3


def test_no_name_of_a_mark_covers_another() -> None:
    marks = (Mark(1880, "p50 1,880"), Mark(2300, "p95 2,300"), Mark(3000, "dead air 3,000", limit=True))
    lines = histogram(Distribution(np.linspace(100, 3300, 400), marks=marks), 66, 10).lines()
    assert all(any(mark.name in line for line in lines[:2]) for mark in marks[:2])


def test_turns_without_an_answer_are_shown() -> None:
    lines = histogram(Distribution(np.array([500.0] * 9 + [np.inf]), unanswered="no answer"), 40, 10).lines()
    assert "no answer: 10.00%" in lines[2]


@given(
    st.lists(st.floats(0, 1e6) | st.just(float("inf")), max_size=40),
    st.integers(0, 90),
    st.integers(0, 30),
)
def test_any_times_are_drawn_in_any_room(times: list[float], width: int, height: int) -> None:
    picture = histogram(
        Distribution(np.array(times), marks=(Mark(208, "people"), Mark(3000, "3 s", limit=True))), width, height
    )
    assert (picture.width, picture.height) == (width, height)


@pytest.mark.parametrize(("at_least", "step"), [(1, 1), (1.1, 2), (3, 5), (70, 100), (0.3, 0.5), (100, 100)])
def test_steps_of_an_axis_are_round(at_least: float, step: float) -> None:
    assert round_step(at_least) == pytest.approx(step)
