"""Pauses of made speech are found where they are: to 40 ms at the median, at every rate and in every format."""

import io
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pipeline.importers import import_recording
from pipeline.importers.audio.hearing import heard
from pipeline.importers.audio.stretches import stretches
from pipeline.importers.files import File
from stages.turn import Speech
from tests.audio.calls import USER, WHY, call, wav
from tests.audio.spoken import PHRASES, spoken
from tests.audio.voice import RATE, Sound

soundfile, soxr = (pytest.importorskip(name, reason=WHY) for name in ("soundfile", "soxr"))

NEAR_MS = 40.0


def talk(noise: float) -> tuple[Sound, list[tuple[float, float]]]:
    """A minute and a half of phrases, and from when to when nobody speaks between them, in ms."""
    rng = np.random.default_rng(7)
    sound, pauses, at = [np.zeros(RATE // 2)], [], 500.0
    for place in range(40):
        voice, pace = ("en", "en+f3", "en-us", "en+m3")[place % 4], (140, 160, 180)[place % 3]
        said = spoken(PHRASES[place % len(PHRASES)], voice, pace) * rng.uniform(0.4, 0.9)
        silence = round(rng.uniform(0.2, 1.4) * RATE)
        at += len(said) * 1000 / RATE
        pauses.append((at, at + silence * 1000 / RATE))
        at += silence * 1000 / RATE
        sound += [said, np.zeros(silence)]
    whole = np.concatenate(sound)
    return whole + rng.normal(0, noise, len(whole)), pauses[:-1]


def found(sound: Sound, rate: int = RATE) -> list[tuple[float, float]]:
    """The pauses between the stretches of speech."""
    hearing = heard((File("x.wav", wav(sound, rate)),))
    speech = stretches(hearing.speech[0], hearing.levels[0], 0.5, 100, 100)
    return [(before.end, after.start) for before, after in pairwise(speech)]


def errors(there: list[tuple[float, float]], pauses: list[tuple[float, float]]) -> tuple[float, float, float]:
    """The medians of how far begin, end and length of each pause are off, in ms."""
    pairs = np.array([(min(there, key=lambda one: abs(one[0] - at) + abs(one[1] - to)), (at, to)) for at, to in pauses])
    off = pairs[:, 0] - pairs[:, 1]
    begin, end = np.median(np.abs(off), axis=0)
    return float(begin), float(end), float(np.median(np.abs(off[:, 1] - off[:, 0])))


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
def test_begin_end_and_length_of_pauses_are_right_to_40_ms_at_the_median(rate: int) -> None:
    sound, pauses = talk(noise=1e-4)
    there = found(soxr.resample(sound, RATE, rate), rate)
    assert abs(len(there) - len(pauses)) <= 2
    assert max(errors(there, pauses)) < NEAR_MS


def test_so_are_they_in_the_noise_of_a_room() -> None:
    sound, pauses = talk(noise=0.003)
    assert max(errors(found(sound), pauses)) < NEAR_MS


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("FLAC", {}),
        ("OGG", {"subtype": "OPUS"}),
        ("OGG", {"subtype": "VORBIS"}),
        ("MP3", {}),
        ("WAV", {"subtype": "ULAW"}),
    ],
)
def test_every_format_gives_the_turns_of_the_wav_file(tmp_path: Path, name: str, how: dict[str, str]) -> None:
    (tmp_path / "call.wav").write_bytes(wav(call()))
    packed = io.BytesIO()
    soundfile.write(packed, call(), RATE, format=name, **how)
    (tmp_path / "other.bin").write_bytes(packed.getvalue())
    plain, other = (import_recording("auto", [tmp_path / file]).turns for file in ("call.wav", "other.bin"))
    assert [turn.response_ms for turn in other] == pytest.approx([turn.response_ms for turn in plain], abs=NEAR_MS)
    ends, pauses = ([[of(turn.speech) for turn in turns] for turns in (other, plain)] for of in (end_ms, pause_count))
    assert ends[0] == pytest.approx(ends[1], abs=NEAR_MS)
    assert pauses[0] == pauses[1]


def end_ms(speech: Speech) -> float:
    return speech.end_ms


def pause_count(speech: Speech) -> int:
    return len(speech.pauses or ())


def test_a_tone_before_does_not_deafen_the_vad() -> None:
    tone = 0.3 * np.sin(2 * np.pi * 440 * np.arange(20 * RATE) / RATE)
    sound = np.concatenate([tone, np.zeros(RATE), call()[:, 0]])
    hearing = heard((File("x.wav", wav(sound)),))
    speech = stretches(hearing.speech[0], hearing.levels[0], 0.5, 100, 100)
    assert [one.start for one in speech] == pytest.approx([start + 21_000 for start, _ in USER], abs=NEAR_MS)


def test_the_probabilities_of_speech_are_those_of_pipecat(tmp_path: Path) -> None:
    (tmp_path / "x.wav").write_bytes(wav(call()[:, 0]))
    code = (
        "import sys, numpy as np, soundfile\n"
        "from pipecat.audio.vad.silero import SileroVADAnalyzer\n"
        "vad = SileroVADAnalyzer(sample_rate=16000); vad.set_sample_rate(16000)\n"
        f"x, _ = soundfile.read({str(tmp_path / 'x.wav')!r}, dtype='int16')\n"
        "windows = [x[place * 512 : place * 512 + 512].astype(np.float32) / 32768 for place in range(60)]\n"
        "vad._model.reset_states()\n"
        "found = [float(vad._model(window, 16000)[0, 0]) for window in windows]\n"
        "print(*found)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    theirs = [float(one) for one in done.stdout.split()]
    ours = heard((File(str(tmp_path / "x.wav")),)).speech[0][:60]
    assert ours == pytest.approx(theirs, abs=1e-5)
