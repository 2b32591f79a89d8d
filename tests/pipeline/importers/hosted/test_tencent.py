"""Metric messages of Tencent TRTC."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.importers import Imported, import_recording
from stages.errors import RecordingError
from tests.pipeline.importers.hosted_source import trtc_messages


def imported(tmp_path: Path, *extra: dict[str, object], **options: str) -> Imported:
    (tmp_path / "metrics.jsonl").write_text("\n".join(json.dumps(one) for one in [*trtc_messages(), *extra]))
    return import_recording("trtc", [tmp_path], options)


def test_rounds_are_turns_and_the_silence_is_no_part_of_recognition(tmp_path: Path) -> None:
    done = imported(tmp_path, vad_silence_ms="1000")
    assert [turn.asr.final_ms for turn in done.turns] == [320, 250]
    assert [turn.llm.ttft_ms and turn.llm.ttft_ms[0] for turn in done.turns] == [410, 380]
    assert done.report.counts["replies that were interrupted"] == 1


def test_without_the_silence_recognition_is_not_known(tmp_path: Path) -> None:
    done = imported(tmp_path)
    assert [turn.asr.final_ms for turn in done.turns] == [None, None]
    assert any("includes VadSilenceTime" in note.message for note in done.report.notes)


def test_the_start_request_gives_the_silence_and_the_settings(tmp_path: Path) -> None:
    start = {"SdkAppId": 1, "RoomId": "r", "AgentConfig": {}, "STTConfig": {"VadSilenceTime": 900}}
    (tmp_path / "start.json").write_text(json.dumps(start))
    done = imported(tmp_path)
    assert [turn.asr.final_ms for turn in done.turns] == [420, 350]
    assert done.vendor is not None


def test_a_message_without_its_round_is_a_fault_and_other_files_refused(tmp_path: Path) -> None:
    done = imported(tmp_path, {"type": 10020, "payload": {"metric": "asr_latency", "value": "x"}})
    assert [fault.kind for fault in done.report.faults] == ["impossible"]
    (tmp_path / "x.json").write_text('{"a": 1}')
    with pytest.raises(RecordingError, match="holds no metric messages"):
        import_recording("trtc", [tmp_path / "x.json"])
