"""Runs of Home Assistant's Assist."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.importers import Imported, import_recording
from stages.errors import RecordingError
from tests.pipeline.importers.hosted_source import assist_run


def imported(tmp_path: Path, held: Any, **options: str) -> Imported:
    (tmp_path / "run.json").write_text(json.dumps(held))
    return import_recording("home-assistant", [tmp_path / "run.json"], options)


def test_a_run_gives_its_stages(tmp_path: Path) -> None:
    (turn,) = imported(tmp_path, assist_run()).turns
    assert turn.speech.end_ms == 930
    assert turn.asr.final_ms == 270
    assert turn.llm.ttft_ms is not None
    assert turn.llm.ttft_ms[0] == 600
    assert turn.tts.ttfb_ms is not None
    assert turn.tts.ttfb_ms[0] == 400
    assert turn.response_ms is None
    assert turn.llm.reply_tokens == 7


def test_a_timeout_of_15_s_is_no_end_of_speech(tmp_path: Path) -> None:
    done = imported(tmp_path, assist_run(vad_end=15_000.0))
    (turn,) = done.turns
    origins = {field.field: field.origin for field in done.report.fields}
    assert origins["speech.end_ms"] == origins["asr.final_ms"] == origins["response_ms"] == "absent"
    assert turn.llm.ttft_ms is not None
    assert turn.llm.ttft_ms[0] == 600
    assert any("timeout of 15 s" in note.message for note in done.report.notes)


def test_a_long_command_is_an_end(tmp_path: Path) -> None:
    done = imported(tmp_path, assist_run(vad_end=14_000.0))
    assert [turn.speech.end_ms for turn in done.turns] == [12_800]
    assert not any("timeout" in note.message for note in done.report.notes)


def test_the_timeout_counts_from_the_wake_word(tmp_path: Path) -> None:
    run = assist_run(vad_end=16_000.0)
    woken = {
        "type": "wake_word-end",
        "data": {"wake_word_output": {"timestamp": 9000}},
        "timestamp": run["events"][1]["timestamp"],
    }
    run["events"].insert(1, woken)
    run["events"][2]["timestamp"] = run["events"][3]["timestamp"]
    start = next(event for event in run["events"] if event["type"] == "stt-vad-start")
    start["data"]["timestamp"] = 12_000
    wall = next(event for event in run["events"] if event["type"] == "stt-start")
    wall["timestamp"] = "2026-03-01T12:00:09+00:00"
    done = imported(tmp_path, run)
    assert [turn.speech.end_ms for turn in done.turns] == [3600]


def test_an_stt_with_its_own_vad_shows_no_end_of_speech(tmp_path: Path) -> None:
    done = imported(tmp_path, assist_run(vad_end=None))
    assert [turn.asr.final_ms for turn in done.turns] == [None]
    assert done.report.counts["runs whose STT has its own VAD: the end of speech is not known"] == 1


def test_without_text_in_between_the_whole_intent_is_taken(tmp_path: Path) -> None:
    done = imported(tmp_path, assist_run(text_at=None))
    assert next(field for field in done.report.fields if field.field == "llm.ttft_ms").derived == 1
    assert [turn.llm.ttft_ms and turn.llm.ttft_ms[0] for turn in done.turns] == [1600]


@pytest.mark.parametrize(
    "wrapped",
    [
        {"id": 3, "type": "result", "success": True, "result": assist_run()},
        assist_run() | {"stage": "done", "run": {}},
        assist_run()["events"],
        {"01A": assist_run(), "01B": {"events": []}},
    ],
)
def test_answers_downloads_and_lists_of_events_are_read(tmp_path: Path, wrapped: Any) -> None:
    (tmp_path / "run.json").write_text(json.dumps(wrapped))
    done = import_recording("auto", [tmp_path])
    assert [turn.asr.final_ms for turn in done.turns] == [270]
    assert done.report.format == "home-assistant"


def test_the_silence_is_named_by_an_option(tmp_path: Path) -> None:
    assert [turn.speech.end_ms for turn in imported(tmp_path, assist_run(), silence_ms="250").turns] == [1380]
    with pytest.raises(RecordingError, match="holds no events of an Assist pipeline"):
        imported(tmp_path, {"a": 1})
