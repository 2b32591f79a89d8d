"""Which version a file is read as: its own words, what is installed, what is likely."""

import pytest

from tuner.targets.versions.history import History, at
from tuner.targets.versions.version import ANY, Span, Version, spec

WORDS = {r"\bturns=": "1.5.0-", r"\bold=": "-1.2.9", r"\balias=": "1.2.7-"}
PACKAGE: History[str] = History(("agents",), ("1.0.0", "1.2.2", "1.2.9", "1.5.0"), "1.8.9", str, WORDS)


def read_as(text: str, installed: Span = ANY) -> tuple[str, list[str]]:
    dating = PACKAGE.dating(text, installed)
    return str(dating.version), list(map(str, dating.possible))


def test_a_table_gives_what_holds_in_a_version() -> None:
    delays = {"1.0.0": 0.5, "1.2.2": 0.4, "1.2.9": 0.5}
    assert [at(delays, Version(one)) for one in ("1.2.1", "1.2.7", "1.8.9")] == [0.5, 0.4, 0.5]
    assert at({"1.2.0": True}, Version("1.1.0")) is None


def test_a_file_that_says_nothing_may_run_on_any_and_is_read_as_the_newest() -> None:
    assert read_as("x") == ("1.8.9", ["1.0.0", "1.2.2", "1.2.9"])


def test_its_words_narrow_that() -> None:
    assert read_as("turns=1") == ("1.8.9", [])
    assert read_as("old=1") == ("1.2.9", ["1.0.0", "1.2.2"])
    assert read_as("alias=1") == ("1.8.9", ["1.2.7", "1.2.9"])


def test_an_installed_version_is_taken() -> None:
    assert read_as("x", spec("==1.2.7")) == ("1.2.7", [])


def test_a_range_leaves_what_is_in_it() -> None:
    assert read_as("x", spec("~=1.2.3")) == ("1.2.9", ["1.2.3"])
    assert read_as("x", spec(">=1.2.9")) == ("1.8.9", ["1.2.9"])


def test_a_word_that_the_installed_version_does_not_have_is_said() -> None:
    dating = PACKAGE.dating("turns=1", spec("==1.2.7"))
    assert (str(dating.version), dating.doubts) == ("1.5.0", ("agents 1.2.7 has no `turns`: read as 1.5.0",))
    assert PACKAGE.dating("old=1", spec("==1.8.9")).doubts == ("agents 1.8.9 has no `old`: read as 1.2.9",)


def test_the_likely_version_is_taken_and_the_others_stay_possible() -> None:
    likely: History[str] = History(("agents",), ("1.0.0", "1.2.2", "1.5.0"), "1.8.9", str, {}, {r"\bold=": "1.2.9"})
    dating = likely.dating("old=1")
    assert (str(dating.version), list(map(str, dating.possible))) == ("1.2.9", ["1.0.0", "1.5.0"])
    assert str(likely.dating("old=1", spec("==1.8.9")).version) == "1.8.9"


@pytest.mark.parametrize("text", ["old=1 turns=1", "turns=1 old=1"])
def test_words_that_contradict_one_another_do_not_stop_the_reading(text: str) -> None:
    assert read_as(text)[0] in ("1.2.9", "1.8.9")
