from dataclasses import replace

from tuner.pages.changes import without
from tuner.pages.wording import together
from tuner.recommendation.changes import Change


def test_a_change_says_what_is_lost_without_it() -> None:
    change = Change("llm.hedge", False, True, 120.4)
    assert without(change) == "120 ms later"
    assert without(replace(change, worth_ms=-3.0)) == "3 ms sooner"
    assert without(replace(change, worth_ms=None)) == "no answer"
    assert without(replace(change, needed_for="cut_off_rate")) == "misses the limit on users cut off"


def test_what_is_the_same_of_several_names_stands_once() -> None:
    assert together({"a": "why", "b": "else", "c": "why"}) == ("a, c: why", "b: else")
