"""What a recogniser's configuration leaves to the agent that listens to it."""

from __future__ import annotations

AGENT = "belongs to the agent that uses this recogniser; set it there"
TRANSCRIPT_LATE = (
    "The transcript comes with the end of the turn: a recording's `asr.final_ms` taken there contains the silence that "
    "was waited for, and shorter silences then seem to gain less than they do. Take it from the last partial."
)
STAGES = {
    "llm": AGENT,
    "tts": AGENT,
    "playout": AGENT,
    "filler": AGENT,
    "barge_in": "the agent decides what its recogniser's words and voice do to a reply; set it there",
    "eager": "the agent decides whether to start on a transcript that is not final; set it there",
}
