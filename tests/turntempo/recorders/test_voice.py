"""Where speech begins and ends, by the VAD's model and the loudness of the sound, and how late the VAD says so."""

import numpy as np
import pytest

from pipeline.importers.observed.timeline import Sound
from turntempo.recorders.voice import Voice

RATE, WINDOW = 16_000, 512


def sound(stretches: list[tuple[float, float]], ms: float, noise: float = 5.0, level: float = 8_000.0):
    """Noise, and in it a tone in these stretches."""
    rng = np.random.default_rng(1)
    found = rng.normal(0, noise, int(ms * 16))
    for start, end in stretches:
        place = np.arange(int(start * 16), int(end * 16))
        found[place] += level * np.sin(2 * np.pi * 220 * place / RATE)
    return found.astype(np.int16)


def heard(
    stretches: list[tuple[float, float]], *, hangover: int = 1, silence_ms: float = 250.0, samples: bool = True, **more
) -> list[Sound]:
    """What is heard of it where the model answers by the windows, a window or more late at the end."""
    found: list[Sound] = []
    voice = Voice(found.append, silence_ms=silence_ms, onset_ms=50.0)
    audio = sound(stretches, stretches[-1][1] + 900, **more)
    late = speech = silence = 0
    speaking = False
    for place in range(0, len(audio) - WINDOW, WINDOW):
        start, end = place / 16, (place + WINDOW) / 16
        share = sum(max(min(end, b) - max(start, a), 0.0) for a, b in stretches) / 32
        late = hangover if share > 0.5 else late - 1
        loud = share > 0.5 or (late >= 0 and late < hangover)
        voice.window(end, 0.9 if loud else 0.02, audio[place : place + WINDOW].tobytes() if samples else None, 32.0)
        speech, silence = (speech + 32, 0) if loud else (0, silence + 32)
        if loud and not speaking and speech >= 50:
            speaking = True
            voice.started(end, speech)
        elif speaking and silence >= silence_ms:
            speaking = False
            voice.ended(end, silence)
    return found


def test_the_edges_are_those_of_the_sound_and_not_those_of_the_windows() -> None:
    (one,) = heard([(1003.0, 2471.0)])
    assert one.start == pytest.approx(1003, abs=8)
    assert one.end == pytest.approx(2471, abs=8)


def test_without_sound_they_are_those_of_the_windows() -> None:
    (one,) = heard([(1003.0, 2471.0)], samples=False)
    assert one.end is not None
    assert one.start == pytest.approx(1003, abs=32)
    assert 2471 - 32 <= one.end <= 2471 + 64


def test_a_pause_that_is_shorter_than_the_vads_silence_is_a_gap_of_the_stretch() -> None:
    (one,) = heard([(1000.0, 1800.0), (1960.0, 2600.0)])
    (gap,) = one.gaps
    assert gap.start == pytest.approx(1800, abs=8)
    assert gap.end == pytest.approx(1960, abs=8)


def test_a_longer_one_ends_the_stretch() -> None:
    first, second = heard([(1000.0, 1800.0), (2300.0, 2900.0)])
    assert first.end == pytest.approx(1800, abs=8)
    assert second.start == pytest.approx(2300, abs=8)
    assert first.gaps == second.gaps == ()


def test_how_late_the_vad_is_shows_at_each_end() -> None:
    slow, quick = heard([(1000.0, 1800.0)], hangover=3)[0], heard([(1000.0, 1800.0)], hangover=1)[0]
    assert slow.release_ms is not None
    assert quick.release_ms is not None
    assert slow.release_ms - quick.release_ms == pytest.approx(64, abs=1)
    assert slow.onset_lag_ms == quick.onset_lag_ms


def test_the_lags_at_a_gap_are_the_models_own() -> None:
    (one,) = heard([(1000.0, 1800.0), (2000.0, 2600.0)], hangover=2)
    assert one.gaps[0].release_ms == pytest.approx(64, abs=32)


def test_a_hole_of_some_milliseconds_is_a_part_of_speech() -> None:
    (one,) = heard([(1000.0, 1500.0), (1540.0, 2100.0)])
    assert one.gaps == ()


def test_speech_that_is_hardly_louder_than_the_noise_keeps_the_models_edges() -> None:
    (one,) = heard([(1000.0, 2000.0)], noise=3_000.0, level=3_500.0)
    assert one.start == pytest.approx(1000, abs=32)


def test_a_vad_that_shows_no_windows_gives_its_own_reports_without_lags() -> None:
    found: list[Sound] = []
    voice = Voice(found.append, silence_ms=200.0, onset_ms=100.0)
    voice.started(1100.0)
    voice.ended(2200.0)
    assert found == [Sound(1000.0, 2000.0)]


def test_speech_that_is_under_way_at_the_end_of_the_call_is_kept() -> None:
    found: list[Sound] = []
    voice = Voice(found.append, silence_ms=200.0, onset_ms=100.0)
    voice.started(1100.0)
    voice.close(1500.0)
    assert found == [Sound(1000.0, 1500.0)]


def test_windows_that_come_with_a_packet_are_placed_where_their_sound_was() -> None:
    """Packets of 20 ms bring windows of 32 ms up to 20 ms late; the earliest show when they were due."""
    found: list[Sound] = []
    voice = Voice(found.append, silence_ms=250.0, onset_ms=50.0)
    for place in range(200):
        due = (place + 1) * 32.0
        packet = -(-due // 20) * 20.0
        voice.window(packet, 0.9 if 1024 < due <= 2048 else 0.0, None, 32.0)
        if due == 1088:
            voice.started(packet)
        if due == 2304:
            voice.ended(packet)
    assert (found[0].start, found[0].end) == (1024.0, 2048.0)


def test_speech_that_the_vad_never_reports_is_given_apart() -> None:
    found: list[Sound] = []
    brief: list[Sound] = []
    voice = Voice(found.append, silence_ms=200.0, onset_ms=200.0, passed_over=brief.append)
    audio = sound([(1000.0, 1200.0)], 2_500)
    for place in range(0, len(audio) - WINDOW, WINDOW):
        end = (place + WINDOW) / 16
        window = audio[place : place + WINDOW].tobytes()
        voice.window(end, 0.9 if 1000 < end <= 1216 else 0.02, window, 32.0)
    assert found == []
    (one,) = brief
    assert one.start == pytest.approx(1000, abs=8)
    assert one.end == pytest.approx(1200, abs=8)
