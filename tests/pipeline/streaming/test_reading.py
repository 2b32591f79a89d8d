"""Outcomes read off logs: the worked examples."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.streaming.events import Event, Kind, Log
from pipeline.streaming.reading import outcome
from pipeline.streaming.stream import run
from stages.settings import parse
from stages.turn import Turn
from tests.pipeline.worked import lived, paused, story, turn, under


@pytest.fixture(scope="module")
def examples(shared: Path) -> list[dict[str, Any]]:
    with (shared / "design" / "examples-2.jsonl").open() as lines:
        return [json.loads(line) for line in lines]


def test_all_worked_examples_come_out_as_they_should(examples: list[dict[str, Any]]) -> None:
    assert len(examples) == 318
    for example in examples:
        log = run(Turn.model_validate(example["turn"]), parse(example["settings"]))
        assert _flat(outcome(log).json_dict()) == pytest.approx(_flat(example["outcome"]), abs=1e-6, rel=0), (
            log.world.turn.id
        )


def _flat(outcome: dict[str, Any]) -> dict[str, Any]:
    """Every value apart, so that a difference names it."""
    apart = {name: value for name, value in outcome.items() if name not in ("parts", "stop_ms")}
    return apart | (outcome["parts"] or {"parts": None}) | dict(enumerate(outcome["stop_ms"]))


def test_a_plain_outcome_names_where_the_time_went() -> None:
    assert lived(turn(), under()).json_dict() == {
        "response_ms": 1240,
        "first_sound_ms": 1240,
        "parts": {
            "network": 100,
            "endpoint": 640,
            "asr": 0,
            "lead": 0,
            "llm": 300,
            "tools": 0,
            "chunk": 100,
            "tts": 100,
            "floor": 0,
            "other": 0,
            "playout": 0,
        },
        "cut_off": False,
        "premature": 0,
        "lost": False,
        "failed": False,
        "degraded": False,
        "restarted": False,
        "false_start": False,
        "filler": False,
        "history_lost": False,
        "llm_starts": 1,
        "wasted_starts": 0,
        "stutter_ms": 0,
        "false_interrupt": False,
        "hiccups": 0,
        "hiccup_ms": 0,
        "interrupts_met": 0,
        "interrupts_missed": 0,
        "stop_ms": [],
        "talked_over_ms": 0,
    }


def test_what_was_done_before_the_commit_takes_no_time_after_it() -> None:
    parts = lived(turn(), under(eager__on="final")).parts
    assert parts is not None
    assert (parts.llm, parts.chunk, parts.tts) == (0, 0, 100)


def test_the_first_sound_is_that_of_the_first_false_start() -> None:
    """The filler of a premature reply sounds at 1195, that of a reply which a late final ends at 1945."""
    twice = turn(speech=paused((400, 700), end_ms=1150), asr={"final_ms": 900})
    rules = {"asr__empty_timeout_ms": 100, "asr__late_final_ms": 300, "filler__after_ms": 5, "filler__ms": 10}
    log = run(twice, under(**rules))
    assert [line for line in story(log, "agent") if "filler" in line] == [
        "1195 agent.filler r0 =10",
        "1945 agent.filler r1 =10",
        "2405 agent.filler r2 =10",
    ]
    assert (outcome(log).false_start, outcome(log).first_sound_ms) == (True, 1195 + 50 - 1150)


def test_an_event_leaves_out_of_its_json_what_does_not_apply() -> None:
    assert Event(1.5, Kind.VAD_QUIET, 0).json_dict() == {"at_ms": 1.5, "kind": "vad.quiet", "pause": 0}
    whole = Event(1.5, Kind.LLM_ATTEMPT, 2, reply=1, number=0, value=None)
    assert whole.json_dict() == {"at_ms": 1.5, "kind": "llm.attempt", "pause": 2, "reply": 1, "number": 0}


def test_a_log_may_be_cut_down_to_one_silence() -> None:
    log: Log = run(turn(speech=paused((400, 800), end_ms=2000)), under())
    assert {event.pause for event in log.around(0).events} == {0}
    assert [event.at_ms for event in log.around(1).of(Kind.USER_SPEAKS, Kind.USER_DONE)] == [1200, 2000]
    assert [reply.events[0].at_ms for reply in log.replies()] == [1090, 2690]
