"""Logs of xiaozhi-esp32-server, and messages of its devices."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.importers import Imported, import_recording
from pipeline.importers.files import File
from pipeline.importers.xiaozhi.xiaozhi import Xiaozhi
from stages.errors import RecordingError
from tests.pipeline.importers.xiaozhi_source import messages, text_log


def imported(tmp_path: Path, content: bytes, name: str = "server.log", **options: str) -> Imported:
    (tmp_path / name).write_bytes(content)
    return import_recording("xiaozhi", [tmp_path / name], options)


def timings(done: Imported) -> list[tuple[float | None, float | None]]:
    return [(turn.asr.final_ms, turn.response_ms) for turn in done.turns]


def test_a_log_gives_turns_from_the_end_of_speech_and_leaves_out_wake_words(tmp_path: Path) -> None:
    done = imported(tmp_path, text_log())
    assert timings(done) == [(202, 3500), (400, 2200), (300, 1000)]
    assert done.report.counts["wake words and typed texts, left out"] == 1
    final = next(field for field in done.report.fields if field.field == "asr.final_ms")
    assert (final.measured, final.derived) == (3, 0)
    assert {field.origin for field in done.report.fields if field.field in ("llm.ttft_ms", "speech.pauses")} == {
        "absent"
    }


def test_the_silence_of_the_vad_is_taken_from_the_option(tmp_path: Path) -> None:
    assert timings(imported(tmp_path, text_log(), silence_ms="700"))[1] == (400, 2700)


def test_the_configuration_beside_a_log_gives_the_silence_and_the_settings_in_force(tmp_path: Path) -> None:
    (tmp_path / "server.log").write_bytes(text_log())
    (tmp_path / "config.yaml").write_text("VAD:\n  SileroVAD:\n    min_silence_duration_ms: 500  # long\n")
    done = import_recording("auto", [tmp_path])
    assert timings(done)[1] == (400, 2500)
    assert done.vendor is not None
    assert (done.vendor.target, done.report.format) == ("xiaozhi", "xiaozhi")


def test_the_form_of_the_log_file_is_read_and_whole_seconds_are_said(tmp_path: Path) -> None:
    text = (
        "2025-08-06 17:54:51 - 0.9.6_SiFu - core.handle.textHandle - INFO - core.handle.textHandle - "
        '收到listen消息：{"type":"listen","state":"stop"}\n'
        "2025-08-06 17:54:51 - 0.9.6_SiFu - core.providers.asr.base - DEBUG - core.providers.asr.base - "
        "总处理耗时: 0.412s\n"
        "2025-08-06 17:54:52 - 0.9.6_SiFu - core.connection - INFO - core.connection - 大模型收到用户消息: a\n"
        "2025-08-06 17:54:54 - 0.9.6_SiFu - core.handle.sendAudioHandle - INFO - core.handle.sendAudioHandle - "
        "\x1b[32m发送第一段语音: b\x1b[0m\n"
    )
    done = imported(tmp_path, text.encode())
    assert timings(done) == [(412, 3000)]
    assert any("whole seconds" in note.message for note in done.report.notes)


def test_turns_whose_end_of_speech_is_not_logged_have_no_response(tmp_path: Path) -> None:
    lines = [line for line in text_log().decode().splitlines() if "耗时" not in line and '"stop"' not in line]
    done = imported(tmp_path, "\n".join(lines).encode())
    assert [response for _, response in timings(done)] == [None, None, None]
    assert any(
        "from transcript to first audio 1,600 ms at the median of 3" in note.message for note in done.report.notes
    )


def test_messages_are_read_by_the_time_they_were_seen(tmp_path: Path) -> None:
    content = "\n".join(json.dumps(one) for one in messages()).encode()
    assert timings(imported(tmp_path, content, "m.jsonl")) == [(350, 1600), (500, 2000)]


def test_lines_of_a_broker_are_read(tmp_path: Path) -> None:
    lines = [f"{one['ts']} device-server {json.dumps(one['payload'])}" for one in messages()]
    content = "\n".join(lines).encode()
    assert Xiaozhi().recognise(File("m.txt", content)) == "messages of a xiaozhi device"
    assert timings(imported(tmp_path, content, "m.txt")) == [(350, 1600), (500, 2000)]


def test_a_message_without_a_time_is_a_fault_and_a_file_of_others_refused(tmp_path: Path) -> None:
    content = "\n".join(json.dumps(one) for one in [*messages(), {"type": "listen", "state": "stop"}]).encode()
    assert [fault.kind for fault in imported(tmp_path, content, "m.jsonl").report.faults] == ["impossible"]
    with pytest.raises(RecordingError, match="holds no line of a xiaozhi server"):
        imported(tmp_path, b"hello\n")


def test_the_log_of_a_case_shows_what_it_says() -> None:
    case = Path(__file__).parents[4] / "shared/data/cases/logs/xiaozhi_server.log"
    if not case.exists():
        pytest.skip("the folder shared beside the project is missing")
    assert timings(import_recording("auto", [case])) == [(202, None)]
