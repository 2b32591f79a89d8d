"""What Pipecat's stack does, and what is set elsewhere (timing model, section 9)."""

from __future__ import annotations

from tuner.targets.rule import Fixed
from tuner.targets.vendors.pipecat.fields import TIMERS_MS, WINDOW_MS

STACK = {
    "endpointing.score_from": Fixed("vad", "Pipecat asks Smart-Turn at the VAD's report"),
    "endpointing.counts_from": Fixed("speech", "Pipecat counts from the VAD's report"),
    "tts.first_chunk": Fixed(
        "sentence", "Pipecat hands synthesis a sentence at a time, unless it is set to stream tokens"
    ),
    "tts.lookahead_tokens": Fixed(1, "Pipecat knows a sentence's end by the token after it"),
    "playout.prebuffer_ms": Fixed(TIMERS_MS, "Pipecat's own timers, from the first audio to the loudspeaker"),
    "barge_in.hangover": Fixed(False, "Pipecat counts voice alone"),
    "barge_in.guard_ms": Fixed(0.0, "Pipecat guards nothing"),
    "barge_in.guard_first_ms": Fixed(0.0, "Pipecat guards nothing, but for a mute strategy"),
    "barge_in.resume_ms": Fixed(None, "Pipecat does not take up a reply again"),
}
OWN_LLM = "your LLM service's own arguments, such as retry_timeout_secs and retry_on_timeout"
OWN_TTS = "your TTS service's own arguments"
ELSEWHERE = {
    "eager": "EagerUserTurnStrategies, with an STT service that predicts the end of a turn",
    "llm": OWN_LLM,
    "llm.max_history": "shorten or summarise the LLMContext",
    "tts": OWN_TTS,
    "filler": "push a TTSSpeakFrame from a timer of your own",
    "barge_in.score_threshold": "KrispVivaIPUserTurnStartStrategy(threshold=...), with Krisp's model",
}
BEYOND = {"eager.max_speech_ms": "Pipecat's eager strategy has no bound on the length of speech"}
NOTES = (
    f"Its VAD counts in windows of {WINDOW_MS} ms: 0.2 s are {6 * WINDOW_MS} ms.",
    "Its VAD hears the end of speech about 24 ms late and its begin 146 ms late (190 to 450 for speech after a short "
    "pause): in a recording's `speech.release_ms` and `onset_lag_ms`.",
    f"{TIMERS_MS:g} ms pass from the first audio to the loudspeaker.",
    "An STT service that does not mark its final transcripts has all of `ttfs_p99_latency` waited out, as silence.",
    "With an STT service that ends turns itself (Deepgram Flux, Cartesia turns, Zoom AI) tune that service.",
)
