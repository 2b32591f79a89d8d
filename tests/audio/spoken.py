"""Speech of espeak-ng at known times."""

from __future__ import annotations

import io
import shutil
import subprocess
import wave

import numpy as np
import pytest
from scipy.signal import resample_poly

from tests.audio.voice import RATE, Sound

PHRASES = (
    "I would like to book a table",
    "for two people",
    "tomorrow evening",
    "at around half past seven",
    "if that is possible",
    "my name is Peter Miller",
    "and the number is five five two three",
    "do you have outside seats",
    "with a view of the river",
    "because it is our anniversary",
)

AUDIBLE = 0.01
"""Where a phrase begins and ends: the first and the last sample that is so loud."""


def spoken(text: str, voice: str = "en", words_a_minute: int = 160) -> Sound:
    """A text as espeak-ng says it, from its first audible sample to its last. Skips the test where there is none."""
    program = shutil.which("espeak-ng")
    if program is None:
        pytest.skip("needs espeak-ng: `apt-get install espeak-ng`")
    done = subprocess.run(
        [program, "-v", voice, "-s", str(words_a_minute), "--stdout", text], capture_output=True, check=True
    )
    with wave.open(io.BytesIO(done.stdout)) as file:
        rate, frames = file.getframerate(), file.readframes(len(done.stdout))
    sound = np.frombuffer(frames, "<i2").astype(float) / 32768
    even = resample_poly(sound, RATE, rate)
    audible = np.flatnonzero(np.abs(even) > AUDIBLE)
    found: Sound = even[audible[0] : audible[-1] + 1]
    return found
