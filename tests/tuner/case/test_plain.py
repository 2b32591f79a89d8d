import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner.case.plain import one_line, plain


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("a\u202eb", "ab"),
        ("first\r\nsecond\rthird\u2028fourth", "first\nsecond\nthird\nfourth"),
        ("  a\tb \n", "a\tb"),
        ("👩\u200d🏫 学生", "👩\u200d🏫 学生"),
        ("zero\u200bwidth\ufeff\x00", "zerowidth"),
    ],
)
def test_only_what_shows_itself_is_left(given: str, left: str) -> None:
    assert plain(given) == left


@given(st.text())
def test_what_was_cleaned_is_clean(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_one_line_is_one() -> None:
    assert one_line(" a\n\n b\t\x1bc ") == "a b c"
