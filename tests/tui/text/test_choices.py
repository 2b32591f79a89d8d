"""A row of names of which one is chosen."""

import pytest

from tui.text.choices import Choice, placed, row

GROUPS = (Choice("all", "all", 5000), Choice("cut_off", "cut off", 27), Choice("lost", "lost", 0))


def test_the_chosen_one_stands_in_brackets_and_each_with_its_count() -> None:
    picture = row(GROUPS, "cut_off", 40)
    assert picture.lines() == [" all 5,000 [cut off 27] lost 0"]
    assert picture.roles()[0].startswith("o" * 11 + "h" * 12 + "0" * 8)


def test_where_there_is_too_little_room_the_chosen_one_is_seen_and_the_ends_say_that_there_is_more() -> None:
    assert row(GROUPS, "all", 16).lines() == ["[all 5,000] cut›"]
    assert row(GROUPS, "lost", 16).lines() == ["‹off 27 [lost 0]"]


@pytest.mark.parametrize("width", [1, 5, 12, 30, 80])
@pytest.mark.parametrize("chosen", ["all", "cut_off", "lost"])
def test_any_width_can_be_drawn(width: int, chosen: str) -> None:
    assert len(row(GROUPS, chosen, width).lines()[0]) <= width
    spots = placed(GROUPS, chosen, width)
    assert next(spot for spot in spots if spot.name == chosen).begin >= 0


def test_nothing_to_choose_from_is_an_empty_row() -> None:
    assert row((), "", 10).lines() == [""]


def test_a_count_that_nobody_knows_is_no_zero() -> None:
    groups = (Choice("all", "all", 5000), Choice("cut_off", "cut off", 0, unknown=True))
    assert row(groups, "all", 40).lines() == ["[all 5,000] cut off ?"]
