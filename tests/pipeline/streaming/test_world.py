"""A turn is lived through only when nothing is missing."""

import pytest

from pipeline.streaming.stream import run
from pipeline.streaming.world import World
from stages.errors import IncompleteTurn
from tests.pipeline.worked import turn, under


def test_a_complete_turn_gives_its_world() -> None:
    world = World.of(turn())
    assert (world.end_ms, world.up_ms, world.final_ms, world.reply_ms) == (1000, 50, 200, 1000)


def test_every_missing_field_is_named() -> None:
    bare = turn(network={"up_ms": None}, llm={"token_ms": None, "ttft_ms": [300, None]})
    with pytest.raises(IncompleteTurn, match=r"turn 't' lacks network\.up_ms, llm\.ttft_ms, llm\.token_ms: complete"):
        run(bare, under())


def test_a_bound_is_no_value() -> None:
    with pytest.raises(IncompleteTurn, match=r"only a lower bound of llm\.ttft_ms: complete"):
        run(turn(censored=["llm.ttft_ms"]), under())


def test_pauses_and_overlaps_that_were_not_recorded_are_none() -> None:
    log = run(turn(speech={"pauses": None}, overlaps=None), under())
    assert len(log.world.silences) == 1
