"""The modelled recogniser (timing model, section 1)."""

from math import inf

from pipeline.streaming.clock import VirtualClock
from stages.latency.asr import ModelledAsr
from stages.silence import Silence


def test_transcripts_count_from_the_end_of_the_words_as_the_server_sees_it() -> None:
    clock, events = VirtualClock(), []
    asr, words = ModelledAsr(clock, up_ms=50, interim_ms=100, final_ms=700), Silence(0, 1000, inf, 0, None, 30, 0)
    asr.final(words, lambda: events.append(f"{clock.now:g} final"))
    asr.interim(words, lambda: events.append(f"{clock.now:g} interim"))
    clock.run()
    assert events == ["1150 interim", "1750 final"]
