"""Text for a space of a given width."""

from tui.charts.fitting import first_that_fits, items_that_fit

ITEMS = ("silence 2,016", "llm 13,070", "tts 300")


def test_items_are_left_out_whole_and_counted() -> None:
    assert items_that_fit(40, ITEMS, ", ") == "silence 2,016, llm 13,070, tts 300"
    assert items_that_fit(33, ITEMS, ", ") == "silence 2,016, llm 13,070 +1"
    assert items_that_fit(20, ITEMS, ", ") == "silence 2,016 +2"
    assert items_that_fit(12, ITEMS, ", ") == "+3"
    assert items_that_fit(1, ITEMS, ", ") == ""


def test_what_stands_before_the_items_counts() -> None:
    assert items_that_fit(22, ITEMS, " + ", "answered = ") == "answered =  +3"
    assert items_that_fit(60, ITEMS, " + ", "answered = ") == "answered = silence 2,016 + llm 13,070 + tts 300"


def test_the_first_text_that_fits_is_taken_else_the_last() -> None:
    assert first_that_fits(6, "users cut off", "cut off", "cuts") == "cuts"
    assert first_that_fits(7, "users cut off", "cut off", "cuts") == "cut off"
    assert first_that_fits(2, "users cut off", "cut off", "cuts") == "cuts"
