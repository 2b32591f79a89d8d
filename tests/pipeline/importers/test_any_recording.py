"""What a command is given: recordings of ours, logs of other tools, folders of either; each is read for what it is."""

import gzip
import json
from pathlib import Path

import pytest

from pipeline.importers.any_recording import read_any
from pipeline.recordings import write
from pipeline.simulation import Profile, simulate
from stages.errors import RecordingError
from tests.audio.calls import call, wav
from tests.pipeline.importers.livekit_source import lines, report, spans


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    path = tmp_path / "calls.jsonl"
    write(path, simulate(Profile.load("support-call"), 20, 1))
    return path


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report(), indent=1))
    return path


def test_a_recording_of_ours_is_read_as_one(ours: Path) -> None:
    found = read_any(ours)
    assert found.imported is None
    assert len(found.recording.columns) == 20


def test_a_log_is_imported_with_its_report(log: Path) -> None:
    found = read_any([log])
    assert found.imported is not None
    assert len(found.recording.columns) == len(found.imported.turns) == 3


def test_a_folder_and_gzip_are_taken_as_the_files_are(tmp_path: Path, log: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.json.gz").write_bytes(gzip.compress(log.read_bytes()))
    (tmp_path / "logs" / "b.jsonl").write_bytes(lines(spans()))
    (tmp_path / "logs" / "notes.txt").write_text("nothing of an agent")
    found = read_any([tmp_path / "logs"])
    assert found.imported is not None
    assert len(found.recording.columns) == 3
    assert any("notes.txt" in note.message for note in found.imported.report.notes)


def test_a_table_that_could_only_be_guessed_is_left_alone_beside_a_log(tmp_path: Path, log: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "report.json").write_bytes(log.read_bytes())
    rows = [{"turn": {"id": f"t{k}", "speech": {"end_ms": 900}}, "response_ms": 1200, "ttft_ms": 400} for k in range(5)]
    (tmp_path / "logs" / "truth.jsonl").write_bytes(lines(rows))
    assert read_any([tmp_path / "logs" / "truth.jsonl"]).imported is not None
    found = read_any([tmp_path / "logs"])
    assert found.imported is not None
    assert found.imported.report.format == "livekit"
    assert any("truth.jsonl" in note.message for note in found.imported.report.notes)


def test_a_folder_of_our_recordings_is_read(tmp_path: Path, ours: Path) -> None:
    assert len(read_any([tmp_path]).recording.columns) == 20


def test_both_together_are_refused(ours: Path, log: Path) -> None:
    with pytest.raises(RecordingError, match="give one or the other"):
        read_any([ours, log])


def test_a_file_that_nobody_knows_is_refused_as_no_recording(tmp_path: Path, log: Path) -> None:
    unknown = tmp_path / "x.txt"
    unknown.write_text("hello\n")
    for given in ([unknown], [log, unknown]):
        with pytest.raises(RecordingError, match=r"x.txt: is no recording, and no log that is known: .*import --list"):
            read_any(given)


def test_a_line_that_is_no_json_inside_a_recording_is_said_with_its_line(tmp_path: Path) -> None:
    broken = tmp_path / "x.jsonl"
    broken.write_text("{hello}\n")
    with pytest.raises(RecordingError, match=r"x.jsonl:1: .*is not JSON"):
        read_any([broken])


def test_a_path_that_is_not_there_is_said_as_ever(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="there is no such file"):
        read_any([tmp_path / "none.jsonl"])


def test_sound_beside_logs_in_a_folder_is_left_out_and_named(tmp_path: Path, log: Path) -> None:
    (tmp_path / "call.wav").write_bytes(wav(call()))
    found = read_any([tmp_path])
    assert found.imported is not None
    assert found.imported.report.format == "livekit"
    assert any("call.wav" in note.message for note in found.imported.report.notes)


def test_sound_beside_recordings_of_ours_in_a_folder_is_left_out(tmp_path: Path, ours: Path) -> None:
    (tmp_path / "call.wav").write_bytes(wav(call()))
    assert len(read_any([tmp_path]).recording.columns) == 20


def test_sound_named_beside_a_log_is_refused(tmp_path: Path, log: Path) -> None:
    (tmp_path / "call.wav").write_bytes(wav(call()))
    with pytest.raises(RecordingError, match=r"call\.wav: is sound, and .*report\.json a log"):
        read_any([log, tmp_path / "call.wav"])
