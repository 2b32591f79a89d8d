from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.charts.picture import Picture, fit


def test_what_is_painted_later_lies_over_what_was() -> None:
    picture = Picture(6, 2)
    picture.paint(0, 0, "──────", "t")
    picture.paint(2, 0, "●", "h")
    assert picture.lines() == ["──●───", ""]
    assert list(picture.runs(0)) == [("──", "t"), ("●", "h"), ("───", "t")]


def test_what_lies_outside_is_cut_off() -> None:
    picture = Picture(4, 1)
    picture.paint(-2, 0, "abcdefgh")
    picture.paint(0, 5, "x")
    assert picture.lines() == ["cdef"]


def test_a_wide_character_takes_two_cells() -> None:
    picture = Picture(6, 1)
    picture.paint(0, 0, "打断x")
    assert picture.lines() == ["打断x"]
    assert cell_len(picture.lines()[0]) == 5


def test_half_of_a_wide_character_is_never_left() -> None:
    picture = Picture(6, 1)
    picture.paint(0, 0, "打断打")
    picture.paint(1, 0, "a")
    assert picture.lines() == [" a断打"]
    picture.paint(2, 0, "b")
    assert picture.lines() == [" ab 打"]


def test_a_wide_character_that_has_no_room_is_left_out() -> None:
    picture = Picture(3, 1)
    picture.paint(0, 0, "打断")
    assert picture.lines() == ["打"]


@given(st.lists(st.tuples(st.integers(-3, 12), st.text("ab打断", max_size=6)), max_size=8))
def test_a_row_is_as_wide_as_the_picture_whatever_is_painted(strokes: list[tuple[int, str]]) -> None:
    picture = Picture(10, 1)
    for column, text in strokes:
        picture.paint(column, 0, text)
    assert cell_len("".join(text for text, _ in picture.runs(0))) == 10


def test_cells_are_free_until_something_stands_there() -> None:
    picture = Picture(6, 1)
    picture.paint(2, 0, "x")
    assert picture.free(0, 0, 2)
    assert not picture.free(1, 0, 2)
    assert not picture.free(4, 0, 3)


def test_text_is_cut_off_where_it_needs_more_cells() -> None:
    assert fit("cut off", 10) == "cut off"
    assert fit("cut off", 3) == "cut"
    assert cell_len(fit("用户被抢话", 5)) == 5
