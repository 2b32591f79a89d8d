"""Speech is where the VAD hears it, and ends where the level of the sound does."""

import numpy as np
import pytest

from pipeline.importers.audio.hearing import SILENT_DB
from pipeline.importers.audio.stretches import Stretch, stretches
from stages.arrays import Samples

FRAMES = 4


def heard(*spans: tuple[int, int], windows: int = 100, late: int = 0) -> tuple[Samples, Samples]:
    """Probabilities and levels of speech in these windows; the VAD hears its end so many windows late."""
    speech, levels = np.zeros(windows, np.float32), np.full(windows * FRAMES, SILENT_DB, np.float32)
    for start, end in spans:
        speech[start : end + late] = 0.9
        levels[start * FRAMES : end * FRAMES] = -20
    return speech, levels


def spans(found: list[Stretch]) -> list[tuple[float, float]]:
    return [(one.start, one.end) for one in found]


def test_an_end_that_the_vad_hears_late_is_where_the_sound_ends() -> None:
    (one,) = stretches(*heard((10, 40), late=2), 0.5, 100, 100)
    assert (one.start, one.end, one.onset_lag_ms, one.release_ms) == (320, 1280, 0, 64)


def test_a_silence_shorter_than_the_least_is_part_of_the_speech() -> None:
    given = heard((10, 30), (33, 60))
    assert spans(stretches(*given, 0.5, 128, 100)) == [(320, 1920)]
    assert spans(stretches(*given, 0.5, 96, 100)) == [(320, 960), (1056, 1920)]


def test_a_click_is_no_speech() -> None:
    assert spans(stretches(*heard((10, 12), (40, 50)), 0.5, 100, 100)) == [(1280, 1600)]


def test_a_higher_threshold_hears_less() -> None:
    speech, levels = heard((10, 30), (50, 60))
    speech[50:60] = 0.6
    assert len(stretches(speech, levels, 0.5, 100, 100)) == 2
    assert len(stretches(speech, levels, 0.7, 100, 100)) == 1


def test_a_probability_between_the_thresholds_changes_nothing() -> None:
    speech, levels = heard((10, 40))
    speech[20:30] = 0.4
    assert spans(stretches(speech, levels, 0.5, 100, 100)) == [(320, 1280)]


def test_sound_that_goes_on_is_one_stretch_though_the_vad_lost_it() -> None:
    speech, levels = heard((10, 60))
    speech[30:35] = 0.0
    assert spans(stretches(speech, levels, 0.5, 100, 100)) == [(320, 1920)]


def test_in_loud_noise_the_ends_are_those_of_the_vad_and_its_lags_are_not_known() -> None:
    speech, _ = heard((10, 40), late=2)
    levels = np.full(len(speech) * FRAMES, -25, np.float32)
    levels[40:160] = -20
    (one,) = stretches(speech, levels, 0.5, 100, 100)
    assert one == Stretch(320, 1344)


def test_speech_to_the_last_window_ends_there() -> None:
    assert spans(stretches(*heard((90, 100)), 0.5, 100, 100)) == [(2880, 3200)]


@pytest.mark.parametrize("windows", [0, 1])
def test_nothing_is_no_speech(windows: int) -> None:
    assert stretches(*heard(windows=windows), 0.5, 100, 100) == []
