"""The features that Smart-Turn hears."""

import numpy as np

from stages.audio_models.mel import BANDS, SAMPLES, log_mel
from tests.audio.voice import tone


def test_it_has_the_shape_that_the_model_takes() -> None:
    features = log_mel(np.zeros(100, np.float32))
    assert features.shape == (BANDS, 800)
    assert features.dtype == np.float32


def test_what_is_shorter_has_silence_before_it() -> None:
    sound = tone(1_000).astype(np.float32)
    assert np.array_equal(log_mel(sound), log_mel(np.pad(sound, (SAMPLES - len(sound), 0))))


def test_of_what_is_longer_the_last_8_seconds_count() -> None:
    sound = tone(9_000).astype(np.float32)
    assert np.array_equal(log_mel(sound), log_mel(sound[-SAMPLES:]))


def test_loudness_changes_nothing() -> None:
    sound = tone(8_000).astype(np.float32)
    assert np.abs(log_mel(sound) - log_mel(0.5 * sound)).max() < 0.01


def test_a_tone_is_loudest_in_its_band() -> None:
    mels = 440 * 3 / 200
    top = 15 + np.log(8) * 27 / np.log(6.4)
    assert abs(int(log_mel(tone(8_000).astype(np.float32)).mean(axis=1).argmax()) + 1 - mels * 81 / top) <= 1
