"""Turns, webhooks, messages and the start request of Agora."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.importers import Imported, import_recording
from stages.errors import RecordingError
from tests.pipeline.importers.agora_source import FULL, events, turn, turns


def imported(tmp_path: Path, **files: Any) -> Imported:
    for name, held in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(held))
    return import_recording("auto", [tmp_path])


def timings(done: Imported) -> list[tuple[float | None, ...]]:
    return [
        (
            turn.asr.final_ms,
            turn.llm.ttft_ms[0] if turn.llm.ttft_ms else None,
            turn.tts.ttfb_ms[0] if turn.tts.ttfb_ms else None,
            turn.response_ms,
        )
        for turn in done.turns
    ]


def test_a_page_of_turns_keeps_what_users_spoke(tmp_path: Path) -> None:
    done = imported(tmp_path, page=turns())
    assert timings(done) == [(200, 281, 153, 1844), (200, 281, 153, 1844), (200, 281, 153, 1424)]
    first = done.turns[0]
    assert (first.speech.end_ms, first.network.up_ms, first.network.down_ms) == (1500, 210, 210)
    assert (first.llm.token_ms, first.llm.sentence_tokens) == (5, 10)
    assert done.report.counts["turns that no user's speech began (greetings, silence, API), left out"] == 1
    assert done.report.counts["turns that ended as interrupted"] == 1
    assert any("add up to the whole" in note.message for note in done.report.notes)


def test_webhooks_of_a_session_are_put_together(tmp_path: Path) -> None:
    done = imported(tmp_path, events=events())
    assert timings(done) == [(141, 270, 90, 1221), (103, 306, 106, None)]
    assert done.report.counts["turns that no user's speech began (greetings, silence, API), left out"] == 1
    assert [turn.speech.end_ms for turn in done.turns] == [2250, 1000]
    assert done.turns[1].llm.token_ms == pytest.approx(64.2)


def test_live_messages_go_to_the_turn_that_they_are_of(tmp_path: Path) -> None:
    live = [
        {
            "object": "message.metrics",
            "module": "llm",
            "metric_name": "ttft",
            "turn_id": 2,
            "latency_ms": 300,
            "send_ts": 1,
        },
        {
            "object": "message.metrics",
            "module": "tts",
            "metric_name": "ttfb",
            "turn_id": 2,
            "latency_ms": 100,
            "send_ts": 1,
        },
        {"event_type": "turn.finished", "object": "PlainText", "payload": turn(3, segments=FULL)},
    ]
    assert timings(imported(tmp_path, live=live)) == [(None, 300, 100, None), (200, 281, 153, 1844)]


def test_a_turn_that_is_reported_twice_is_one(tmp_path: Path) -> None:
    page = turns()
    assert len(imported(tmp_path, a=page, b=page).turns) == 3


def test_pages_that_are_missing_are_said(tmp_path: Path) -> None:
    page = turns() | {"total_turn_count": 54}
    assert [(fault.kind, fault.count) for fault in imported(tmp_path, page=page).report.faults] == [("dropped", 50)]


def test_the_start_request_gives_the_settings_in_force(tmp_path: Path) -> None:
    join = {
        "name": "a",
        "properties": {
            "channel": "room",
            "turn_detection": {
                "mode": "default",
                "config": {"end_of_speech": {"mode": "vad", "vad_config": {"silence_duration_ms": 900}}},
            },
            "llm": {},
        },
    }
    done = imported(tmp_path, join=join, page=turns())
    assert done.vendor is not None
    assert done.vendor.target == "agora"
    from tuner.deploy.in_force import settings_in_force

    settings = settings_in_force(done)
    assert settings is not None
    assert settings.endpointing.silence_ms == 900


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"a": 1}')
    with pytest.raises(RecordingError, match="holds nothing of Agora"):
        import_recording("agora", [tmp_path / "x.json"])
