"""How a reply is cut into pieces for synthesis (timing model, section 4)."""

import pytest

from pipeline.streaming.chunks import Chunks, chunks
from pipeline.streaming.world import World
from tests.pipeline.worked import turn, under


@pytest.mark.parametrize(
    ("first_chunk", "lookahead", "expected"),
    [
        ("clause", 1, Chunks(5, 6, 11)),
        ("sentence", 1, Chunks(10, 11, 20)),
        ("sentence", 5, Chunks(10, 15, 20)),
        ("reply", 0, Chunks(20, 20, None)),
        ("reply", 5, Chunks(20, 20, None)),
    ],
)
def test_a_piece_is_cut_once_the_lookahead_behind_it_is_there(
    first_chunk: str, lookahead: int, expected: Chunks
) -> None:
    rules = under(tts__first_chunk=first_chunk, tts__lookahead_tokens=lookahead).tts
    assert chunks(World.of(turn()), rules) == expected


def test_a_piece_that_needs_the_whole_reply_is_the_only_one() -> None:
    short = turn(llm={"sentence_tokens": 10, "reply_tokens": 11})
    assert chunks(World.of(short), under().tts) == Chunks(10, 11, None)


def test_after_a_first_piece_as_long_as_the_sentence_comes_a_second_sentence() -> None:
    even = turn(llm={"clause_tokens": 10, "sentence_tokens": 10, "reply_tokens": 60})
    assert chunks(World.of(even), under(tts__first_chunk="clause").tts) == Chunks(10, 11, 21)
