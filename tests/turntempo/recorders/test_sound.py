"""The sound of a call: both sides on one clock, what was played and no more, for its owner alone."""

import stat
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from pipeline.importers.observed.timeline import Sound
from turntempo.recorders.session import SessionLog
from turntempo.recorders.sink import sink_of
from turntempo.recorders.sound import RATE, CallSound, sound_of
from turntempo.recorders.voice import Voice

WINDOW_MS, INPUT_RATE = 32.0, 16_000
T0 = 1_795_000_000_000.0


def tone(ms: float, rate: int) -> bytes:
    return (9_000 * np.sin(2 * np.pi * 300 * np.arange(int(ms * rate / 1000)) / rate)).astype(np.int16).tobytes()


def listen(sound: CallSound, since: float, until: float, spoken: tuple[float, float]) -> None:
    """The windows of the user's sound, who speaks in between."""
    for end in np.arange(since + WINDOW_MS, until, WINDOW_MS):
        loud = spoken[0] < end <= spoken[1]
        length = int(WINDOW_MS * INPUT_RATE / 1000)
        sound.user(T0 + end, tone(WINDOW_MS, INPUT_RATE) if loud else bytes(2 * length), WINDOW_MS)


def frames(sound: CallSound, at: float, ms: float) -> None:
    """A reply whose sound comes at once, as a framework gets it."""
    for _ in range(int(ms / 50)):
        sound.agent(T0 + at, tone(50, RATE), RATE)
    sound.agent_whole()


def written(path: Path) -> npt.NDArray[np.int16]:
    """(n, 2) the samples of a file."""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, RATE)
        return np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16).reshape(-1, 2)


def loud(samples: npt.NDArray[np.int16]) -> list[tuple[float, float]]:
    """When a side sounds, in ms."""
    places = np.flatnonzero(np.abs(samples) > 500)
    edges = np.flatnonzero(np.diff(places) > RATE / 20)
    begins, ends = [places[0], *places[edges + 1]], [*places[edges], places[-1]]
    return [(begin / RATE * 1000, end / RATE * 1000) for begin, end in zip(begins, ends, strict=True)]


def close(*stretches: tuple[float, float]) -> list[object]:
    return [pytest.approx(stretch, abs=5) for stretch in stretches]


def test_both_sides_are_on_one_clock(tmp_path: Path) -> None:
    sound = CallSound(tmp_path / "calls.sound", "room-1")
    listen(sound, 0, 6_000, (320, 1_280))
    frames(sound, 1_700, 2_000)
    sound.agent_began(T0 + 1_900)
    sound.agent_stopped(T0 + 3_900)
    sound.write(last=False)
    sound.write(last=True)
    samples = written(tmp_path / "calls.sound" / "room-1.wav")
    assert loud(samples[:, 0]) == close((320, 1_280))
    assert loud(samples[:, 1]) == close((1_900, 3_900))


def test_what_was_not_played_is_not_there_and_a_reply_that_goes_on_is(tmp_path: Path) -> None:
    sound = CallSound(tmp_path, "room-1")
    listen(sound, 0, 9_000, (320, 1_280))
    frames(sound, 1_700, 3_000)
    sound.agent_began(T0 + 2_000)
    sound.agent_stopped(T0 + 2_525)  # in the middle of a frame: it pauses
    sound.agent_began(T0 + 4_000)
    sound.agent_stopped(T0 + 4_500)
    sound.agent_dropped()
    frames(sound, 5_000, 400)
    sound.agent_began(T0 + 6_000)
    sound.agent_stopped(T0 + 6_400)
    sound.write(last=True)
    assert loud(written(tmp_path / "room-1.wav")[:, 1]) == close((2_000, 2_525), (4_000, 4_500), (6_000, 6_400))


def test_sound_that_comes_too_late_leaves_a_gap(tmp_path: Path) -> None:
    sound = CallSound(tmp_path, "room-1")
    listen(sound, 0, 6_000, (320, 1_280))
    sound.agent_began(T0 + 2_000)
    frames(sound, 2_000, 500)
    frames(sound, 3_000, 500)
    sound.agent_stopped(T0 + 3_500)
    sound.write(last=True)
    assert loud(written(tmp_path / "room-1.wav")[:, 1]) == close((2_000, 2_500), (3_000, 3_500))


def test_a_full_file_is_followed_by_the_next_one_without_a_gap(tmp_path: Path) -> None:
    sound = CallSound(tmp_path, "room-1", max_bytes=4 * RATE * 3)
    for second in range(0, 11_520, 960):
        listen(sound, second, second + 961, (320, 11_000))
        sound.write(last=False)
    sound.write(last=True)
    files = [tmp_path / f"room-1{ending}.wav" for ending in ("", *(f"-{number}" for number in range(2, 12)))]
    parts = [written(file) for file in files if file.exists()]
    assert len(parts) >= 4
    assert loud(np.concatenate(parts)[:, 0]) == close((320, 10_976))


def test_a_disk_that_is_full_loses_the_sound_and_no_turn(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    sink = sink_of(tmp_path / "calls.jsonl")
    log = SessionLog(sink, "room-1", sound=sound_of(tmp_path / "file" / "sub", sink, "room-1"))
    assert log.sound is not None
    listen(log.sound, 0, 6_000, (320, 1_280))
    log.speech(Sound(T0 + 320, T0 + 1_280))
    log.agent_began(T0 + 2_000)
    log.agent_stopped(T0 + 3_000)
    log.flush(last=True)
    assert "is recorded no more" in caplog.text
    assert log.turns == 1


def test_the_windows_of_the_vad_are_the_users_sound(tmp_path: Path) -> None:
    sound = CallSound(tmp_path, "room-1")
    voice = Voice(lambda stretch: None, sound=sound.user)
    for place in range(1, 100):
        voice.window(T0 + 32.0 * place, 0.9, tone(WINDOW_MS, INPUT_RATE), WINDOW_MS)
    sound.write(last=True)
    assert loud(written(tmp_path / "room-1.wav")[:, 0]) == close((0, 99 * WINDOW_MS))


def test_no_sound_is_written_unless_it_was_asked_for(tmp_path: Path) -> None:
    assert sound_of(False, sink_of(tmp_path / "calls.jsonl"), "room-1") is None
    beside = sound_of(True, sink_of(tmp_path / "calls.jsonl"), "room-1")
    assert beside is not None
    assert beside.folder == tmp_path / "calls.sound"


def test_without_a_file_of_turns_the_folder_must_be_named() -> None:
    class Elsewhere:
        def write(self, session: str, settings: bytes | None, lines: list[bytes]) -> None:
            """Takes nothing."""

        def close(self) -> None:
            """Nothing to do."""

    with pytest.raises(ValueError, match="audio='FOLDER'"):
        sound_of(True, Elsewhere(), "room-1")
