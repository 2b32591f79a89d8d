"""Settings of an agent that waits too long and cannot be interrupted."""

from stages.settings import Settings

SLOW = Settings().replace(
    {
        "endpointing.silence_ms": 2000,
        "endpointing.max_silence_ms": 4000,
        "endpointing.eot_threshold": 0.5,
        "barge_in.mode": "append",
        "llm.timeout_ms": 60000,
        "tts.timeout_ms": 20000,
        "playout.prebuffer_ms": 200,
    }
)
