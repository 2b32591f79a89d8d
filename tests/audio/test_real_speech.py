"""Recordings of real people: speech is found in them, and a call made of them is read."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.importers import import_recording
from pipeline.importers.audio.hearing import heard
from pipeline.importers.audio.stretches import stretches
from pipeline.importers.files import File
from tests.audio.calls import WHY, wav
from tests.audio.voice import RATE, Sound, placed

soundfile, soxr = (pytest.importorskip(name, reason=WHY) for name in ("soundfile", "soxr"))


def sounds(folder: Path) -> dict[str, Sound]:
    """The recordings at 16 kHz, of one channel each."""
    found = {}
    for path in sorted(folder.glob("*.wav")):
        samples, rate = soundfile.read(path, always_2d=True)
        found[path.stem] = soxr.resample(samples[:, 0], rate, RATE)
    return found


def test_in_every_recording_there_is_speech_and_it_lies_within_it(shared: Path) -> None:
    found = sounds(shared / "data" / "easy-turn-samples") | sounds(shared / "data" / "livekit-test-wavs")
    assert len(found) == 18
    without, shares = [], []
    for name, sound in found.items():
        hearing = heard((File("x.wav", wav(sound)),))
        speech = stretches(hearing.speech[0], hearing.levels[0], 0.5, 100, 100)
        shares.append(sum(one.end - one.start for one in speech) / (len(sound) * 1000 / RATE))
        if not speech:
            without.append(name)
    assert without == []
    assert max(shares) <= 1.05
    assert float(np.median(shares)) > 0.5


def test_a_call_of_real_users_has_the_response_times_it_was_put_together_with(shared: Path, tmp_path: Path) -> None:
    """The agent begins 1.2 s after each recording ends, less what is silent at its end: 30 dB under the loudest."""
    users = [sound for name, sound in sounds(shared / "data" / "easy-turn-samples").items() if "complete_real" in name]
    agent = sounds(shared / "data" / "livekit-test-wavs")["weather_question"]
    parts: tuple[list[tuple[float, Sound]], list[tuple[float, Sound]]] = ([], [])
    at, ends = 500.0, []
    for sound in users:
        parts[0].append((at, sound))
        ends.append(at + np.flatnonzero(np.abs(sound) > 0.03 * np.abs(sound).max())[-1] * 1000 / RATE)
        at += len(sound) * 1000 / RATE + 1_200
        parts[1].append((at, agent))
        at += len(agent) * 1000 / RATE + 800
    sides = np.stack([placed(at + 1_000, parts[0], 1e-4), placed(at + 1_000, parts[1])], axis=1)
    (tmp_path / "call.wav").write_bytes(wav(sides))
    loud = np.flatnonzero(np.abs(agent) > 0.03 * np.abs(agent).max())[0] * 1000 / RATE
    due = [start + loud - end for (start, _), end in zip(parts[1], ends, strict=True)]
    turns = import_recording("auto", [tmp_path / "call.wav"], {"user": "left"}).turns
    found = [turn.response_ms or 0 for turn in turns]
    assert found == pytest.approx(due, abs=150)
    assert float(np.median(found)) == pytest.approx(float(np.median(due)), abs=100)
