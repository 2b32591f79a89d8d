"""Sound that is broken, odd or huge is read as far as it goes, or refused with the file's name; nothing else."""

import io
import resource
import struct
import time
from pathlib import Path

import numpy as np
import pytest

from pipeline.importers import Imported, import_recording
from stages.errors import RecordingError
from tests.audio.calls import AGENT, USER, WHY, call, wav
from tests.audio.voice import RATE, Sound

soundfile = pytest.importorskip("soundfile", reason=WHY)

WHOLE = wav(call())


def imported(folder: Path, content: bytes, name: str = "call.wav") -> Imported:
    (folder / name).write_bytes(content)
    return import_recording("auto", [folder / name])


def packed(sound: Sound, format: str, rate: int = RATE, **how: str) -> bytes:
    held = io.BytesIO()
    soundfile.write(held, sound, rate, format=format, **how)
    return held.getvalue()


def faults(done: Imported) -> set[str]:
    return {fault.kind for fault in done.report.faults}


@pytest.mark.parametrize("format", ["WAV", "FLAC", "MP3", "OGG"])
def test_a_file_that_breaks_off_is_read_so_far(tmp_path: Path, format: str) -> None:
    content = WHOLE if format == "WAV" else packed(call(), format)
    done = imported(tmp_path, content[: len(content) * 6 // 10], "x.bin")
    assert done.turns[0].response_ms == pytest.approx(900, abs=60)
    assert len(done.turns) == 1


def test_that_it_breaks_off_is_a_fault(tmp_path: Path) -> None:
    assert faults(imported(tmp_path, WHOLE[: len(WHOLE) * 6 // 10])) == {"broken_off"}
    assert faults(imported(tmp_path, WHOLE)) == set()


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_a_stream_whose_header_says_no_length_is_whole(tmp_path: Path, size: int) -> None:
    content = WHOLE[:4] + struct.pack("<I", size) + WHOLE[8:40] + struct.pack("<I", size) + WHOLE[44:]
    done = imported(tmp_path, content)
    assert len(done.turns) == 2
    assert faults(done) == set()


def test_a_name_with_another_ending_changes_nothing(tmp_path: Path) -> None:
    assert len(imported(tmp_path, packed(call(), "FLAC"), "call.mp3").turns) == 2


def test_samples_that_are_no_numbers_are_silence_and_a_fault(tmp_path: Path) -> None:
    sound = call()
    sound[5_000:5_100] = np.nan
    sound[6_000:6_010] = np.inf
    done = imported(tmp_path, packed(sound, "WAV", subtype="FLOAT"))
    assert len(done.turns) == 2
    assert faults(done) == {"impossible"}


def test_samples_that_are_not_scaled_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="far beyond full scale"):
        imported(tmp_path, packed(call() * 32_768, "WAV", subtype="FLOAT"))


def test_clipping_is_noted(tmp_path: Path) -> None:
    done = imported(tmp_path, wav(np.clip(call() * 8, -1, 1)))
    assert any("is clipped" in note.message for note in done.report.of("doubtful"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"RIFF\x00\x00\x00\x00WAVE", "is no sound that can be read"),
        (WHOLE[:44], "has no sound in it"),
        (wav(np.zeros((RATE * 5, 2))), "no speech"),
        (wav(np.tile(0.3 * np.sin(np.arange(RATE * 5) / 5), (2, 1)).T * (1, 0.5)), "no speech"),
        (b"\x00\x00\x00\x20ftypM4A " + b"\x00" * 50, "is MP4 or M4A.*ffmpeg -i"),
        (b"\x1a\x45\xdf\xa3" + b"\x00" * 50, "is WebM or Matroska.*ffmpeg -i"),
        (packed(np.zeros((1_000, 6)), "WAV"), "has 6 channels"),
        (wav(call()[:1_000], 200), "has a rate of 200 Hz"),
    ],
    ids=range(8),
)
def test_what_cannot_be_a_call_is_refused_with_the_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(RecordingError, match=reason) as refused:
        imported(tmp_path, content)
    assert "call.wav" in str(refused.value)


def test_a_header_of_a_thousand_channels_is_refused_at_once(tmp_path: Path) -> None:
    content = WHOLE[:22] + struct.pack("<H", 1_000) + WHOLE[24:]
    with pytest.raises(RecordingError):
        imported(tmp_path, content)


def test_hold_tones_and_noise_are_no_speech(tmp_path: Path) -> None:
    time_s = np.arange(len(call())) / RATE
    sound = call()
    sound[:, 1] += 0.1 * np.sin(2 * np.pi * 440 * time_s) * (time_s > 14)
    assert [turn.response_ms for turn in imported(tmp_path, wav(sound)).turns] == pytest.approx([900, 1_100], abs=40)


def test_hours_of_silence_are_read_in_seconds_and_little_memory(tmp_path: Path) -> None:
    """Two hours; the memory is that of the whole run of tests, of which this is the largest part."""
    sound = np.concatenate([call(), np.zeros((2 * 3_600 * RATE, 2), np.float32), call()])
    (tmp_path / "long.flac").write_bytes(packed(sound, "FLAC"))
    length = len(sound)
    del sound
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    done = import_recording("auto", [tmp_path / "long.flac"])
    assert len(done.turns) == 2 * len([one for one in AGENT if one[0] > USER[0][0]])
    assert time.monotonic() - began < 120
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000
    assert length > 2 * 3_600 * RATE


def test_what_is_longer_than_any_call_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.importers.audio.sound_file.LONGEST_H", 0.001)
    with pytest.raises(RecordingError, match="longer than"):
        imported(tmp_path, WHOLE)
