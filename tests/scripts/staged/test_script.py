"""What the callers do is drawn once, and the same for every run."""

from collections import Counter

import numpy as np
import pytest

from scripts.staged.script import MIX, script


def test_a_script_is_the_same_each_time() -> None:
    assert script(2, 8) == script(2, 8)
    assert script(2, 8) != script(3, 8)


def test_turns_of_every_kind_are_in_ten() -> None:
    assert Counter(one.kind for one in script(0, 10)) == Counter(MIX)


@pytest.mark.parametrize("place", range(10))
def test_stretches_and_pauses_fill_a_turn(place: int) -> None:
    one = script(1, 10)[place]
    edges = [edge for stretch in one.stretches() for edge in stretch]
    assert (edges[0], edges[-1]) == (0.0, one.end_ms)
    assert np.all(np.diff(edges) > 100)


@pytest.mark.parametrize("place", range(6))
def test_a_reply_is_whole_sentences_with_a_space_before_each_word(place: int) -> None:
    one = script(0, 6)[place]
    text = "".join(one.reply())
    assert text.endswith(".")
    assert len(text.split()) == one.reply_words
    assert text.split()[one.sentence_words - 1].endswith(".")
    assert text.split()[one.sentence_words][0].isupper()
