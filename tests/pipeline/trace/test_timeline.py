"""The timeline of a turn, as it is printed."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from pipeline.streaming.events import Event, Kind
from pipeline.streaming.stream import run
from pipeline.trace.event_text import event_text
from pipeline.trace.timeline import render
from stages.i18n import catalogue
from stages.settings import Settings, parse
from stages.turn import Overlap, Turn
from tests.pipeline.worked import paused, turn, under
from tests.strategies import settings, turns


def test_a_timeline_draws_each_reply_and_lists_each_event(root: Path) -> None:
    interrupt = {"at_ms": 200, "ms": 600, "kind": "interrupt", "words": 2}
    cut_off = turn(speech=paused((400, 1500), end_ms=2500), overlaps=[interrupt])
    hedged = under(llm__timeout_ms=200, llm__attempts=2, llm__hedge=True)
    golden = root / "tests" / "pipeline" / "trace" / "timelines" / "hedged-and-interrupted.txt"
    assert render(run(cut_off, hedged)) == golden.read_text(encoding="utf-8")


@given(turns(), settings())
def test_no_line_exceeds_the_width_and_every_event_is_listed(turn: Turn, under: Settings) -> None:
    log = run(turn, under)
    lines = render(log, width=72).splitlines()
    assert max(map(len, lines)) <= 72
    assert lines == [line.rstrip() for line in lines]
    assert sum(re.match(r" *[+-]\d", line) is not None for line in lines) == len(log.events)


def test_on_a_narrow_screen_a_timeline_has_its_least_width() -> None:
    log = run(turn(), under())
    assert render(log, width=20) == render(log, width=60)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_event_has_a_phrase(kind: Kind) -> None:
    assert "{" not in event_text(Event(1, kind, 0, number=0, value=2.5), (Overlap(at_ms=0, ms=1, kind="noise"),))


def test_every_event_phrase_belongs_to_a_kind_of_event() -> None:
    assert [key for key in catalogue("en") if key.startswith("event.")] == [f"event.{kind}" for kind in Kind]


def test_a_fallback_is_named_as_such() -> None:
    assert event_text(Event(1, Kind.LLM_ANSWER, 0, reply=0), ()) == "first token from the fallback"
    assert event_text(Event(1, Kind.LLM_ANSWER, 0, reply=0, number=1), ()) == "first token from attempt 2"


@pytest.mark.parametrize(
    ("speech", "rules", "result"),
    [
        ({}, {}, "Reply 1 of 1: it answers the turn"),
        ({}, {"llm__timeout_ms": 200}, "Reply 1 of 1: it answers the turn, but it failed"),
        (paused((400, 300), end_ms=1500), {"eager__on": "final"}, "Reply 1 of 2: a preemptive reply, discarded"),
        (paused((400, 800), end_ms=2000), {}, "Reply 1 of 2: premature, never heard"),
        (paused((400, 1500), end_ms=2500), {}, "Reply 1 of 2: premature, a cut-off"),
        (
            paused((400, 700), end_ms=1150),
            {"filler__after_ms": 80, "filler__ms": 300},
            "Reply 1 of 2: premature, a false start",
        ),
        (
            {"release_ms": 0},
            {"asr__empty_timeout_ms": 0, "asr__late_final_ms": 0, "endpointing__silence_ms": 0, "vad__silence_ms": 0},
            "Reply 1 of 2: ended by a late transcript, never heard",
        ),
    ],
)
def test_every_reply_has_its_result(speech: dict[str, Any], rules: dict[str, Any], result: str) -> None:
    assert result in render(run(turn(speech=speech), under(**rules))).splitlines()


def test_a_lost_turn_is_named_as_lost() -> None:
    lost = render(run(turn(speech=paused((400, 800), end_ms=2000)), under(barge_in__mode="ignore")))
    assert "No answer: the turn was lost." in lost.splitlines()
    assert "Reply 1 of 1: premature, a cut-off" in lost.splitlines()


def test_all_worked_examples_can_be_drawn(shared: Path) -> None:
    examples = [json.loads(line) for line in (shared / "design" / "examples-2.jsonl").read_text().splitlines()]
    assert examples
    for example in examples:
        drawn = render(run(Turn.model_validate(example["turn"]), parse(example["settings"])))
        assert max(map(len, drawn.splitlines())) <= 80
