"""The agent in the user's microphone."""

import numpy as np

from pipeline.importers.audio.echo import Echo, copy_of_two, echo_of, is_echo
from pipeline.importers.audio.stretches import Stretch
from stages.arrays import Samples

SPEECH = [Stretch(place * 2_000 + 200, place * 2_000 + 1_400) for place in range(8)]


def talk(seed: int, late: int = 0, quieter: float = 0.0) -> Samples:
    """Levels of frames of 8 ms, of somebody who talks in `SPEECH`, so many frames later."""
    levels = np.full(2_000, -70, np.float32)
    rng = np.random.default_rng(seed)
    for one in SPEECH:
        begin, end = int(one.start / 8) + late, int(one.end / 8) + late
        levels[begin:end] = -20 - quieter + 15 * np.convolve(rng.normal(0, 1, end - begin), np.ones(8) / 8, "same")
    return levels


def test_an_echo_is_found_with_its_delay() -> None:
    found = echo_of(talk(1), talk(1, late=30, quieter=20), SPEECH)
    assert found is not None
    assert (found.frames, found.ms) == (30, 240)


def test_another_voice_at_the_same_time_is_no_echo() -> None:
    assert echo_of(talk(1), talk(2), SPEECH) is None


def test_silence_is_no_echo() -> None:
    assert echo_of(talk(1), np.full(2_000, -100, np.float32), SPEECH) is None
    assert echo_of(talk(1), talk(1), []) is None


def test_only_what_the_other_said_before_is_an_echo() -> None:
    source, microphone = talk(1), talk(1, late=30, quieter=20)
    own = talk(3)[25:175]
    microphone[500:650] = own
    echo = echo_of(source, microphone, SPEECH)
    assert echo is not None
    heard = [is_echo(source, microphone, one, echo) for one in (Stretch(440, 1_640), Stretch(4_000, 5_200))]
    assert heard == [True, False]


def test_of_two_channels_that_are_alike_the_later_is_the_copy_else_the_quieter() -> None:
    soon, late = Echo(1, 0.9, 20.0), Echo(30, 0.8, 5.0)
    assert copy_of_two(soon, late) is copy_of_two(late, soon) is late
    assert copy_of_two(soon, Echo(0, 0.9, -20.0)) is soon


def test_how_much_quieter_an_echo_is_is_measured() -> None:
    found = echo_of(talk(1), talk(1, late=30, quieter=20), SPEECH)
    assert found is not None
    assert round(found.quieter_db) == 20
