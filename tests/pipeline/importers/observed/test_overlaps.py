"""What is over a reply: speech, and what the microphone picks up of the agent."""

from pipeline.importers.observed.grouping import exchanges
from pipeline.importers.observed.overlaps import overlaps
from pipeline.importers.observed.timeline import Sound, Timeline
from stages.turn import Overlap


def found(*speech: tuple[float, float], echoes: tuple[tuple[float, float], ...]) -> tuple[Overlap, ...] | None:
    """The overlaps of a reply from 2 s to 6 s."""
    one = Timeline("s", speech=[Sound(0, 1000), *(Sound(*sound) for sound in speech)], agent=[Sound(2000, 6000)])
    one.echoes = [Sound(*sound) for sound in echoes]
    one.sort()
    return overlaps(one, next(iter(exchanges(one, 500))))


def test_an_echo_is_an_overlap_of_its_kind_and_no_speech() -> None:
    assert found(echoes=((2500, 3000),)) == (Overlap(at_ms=500, ms=500, kind="echo"),)


def test_echoes_and_speech_stand_in_their_order() -> None:
    over = found((3500, 3800), echoes=((2500, 3000), (4500, 5000))) or ()
    assert [(one.at_ms, one.kind) for one in over] == [(500, "echo"), (1500, "backchannel"), (2500, "echo")]


def test_speech_counts_where_an_echo_is_at_the_same_time() -> None:
    over = found((3500, 4500), echoes=((3000, 4000),)) or ()
    assert [(one.at_ms, one.kind) for one in over] == [(1500, "backchannel")]


def test_an_echo_outside_of_the_reply_is_none() -> None:
    assert found(echoes=((6100, 6400),)) == ()
