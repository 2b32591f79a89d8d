"""What the modelled VAD hears, and when (timing model, section 4)."""

from math import inf

from pipeline.streaming.clock import VirtualClock
from stages.latency.vad import ModelledVad
from stages.silence import Silence


def heard(ms: float, *, vad_silence_ms: float = 200, release_ms: float = 0, onset_lag_ms: float = 0) -> list[str]:
    """What is heard of a silence of this length that begins at 1000, 50 ms up the line."""
    clock, events = VirtualClock(), []
    ModelledVad(clock, 50, vad_silence_ms).listen(
        Silence(0, 1000, ms, 500, None, release_ms, onset_lag_ms),
        quiet=lambda: events.append(f"{clock.now:g} quiet"),
        report=lambda: events.append(f"{clock.now:g} report"),
        speech=lambda: events.append(f"{clock.now:g} speech"),
    )
    clock.run()
    return events


def test_a_pause_is_reported_once_it_has_lasted() -> None:
    assert heard(300) == ["1050 quiet", "1250 report", "1350 speech"]


def test_a_pause_that_ends_as_it_would_be_reported_is_smoothed_over() -> None:
    assert heard(200) == ["1250 speech"]
    assert heard(200.125) == ["1050 quiet", "1250 report", "1250.12 speech"]


def test_the_lags_of_the_vad_shorten_and_lengthen_what_it_hears() -> None:
    assert heard(300, release_ms=100) == ["1350 speech"]
    assert heard(150, onset_lag_ms=60) == ["1050 quiet", "1250 report", "1260 speech"]


def test_a_pause_of_no_length_can_be_reported_where_the_onset_lag_is_long() -> None:
    assert heard(0, vad_silence_ms=0) == ["1050 speech"]
    assert heard(0, vad_silence_ms=0, onset_lag_ms=100) == ["1050 quiet", "1050 report", "1150 speech"]


def test_the_end_of_the_turn_is_always_reported() -> None:
    assert heard(inf, vad_silence_ms=2000, release_ms=300) == ["1350 quiet", "3350 report"]
