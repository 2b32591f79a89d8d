"""The modelled synthesiser (timing model, section 4: stutter)."""

import pytest

from pipeline.streaming.clock import VirtualClock
from stages.clock import Priority
from stages.latency.tts import ModelledTts


@pytest.mark.parametrize(("timeout_ms", "expected"), [(5000, 400), (250, 250)])
def test_a_later_piece_takes_what_the_first_attempt_took_but_at_most_the_timeout(
    timeout_ms: float, expected: float
) -> None:
    clock, times = VirtualClock(), []
    tts = ModelledTts(clock, (400, 100), None, timeout_ms)
    clock.at(0, Priority.COMMIT, lambda: tts.next_chunk(lambda: times.append(clock.now)))
    clock.run()
    assert times == [expected]
