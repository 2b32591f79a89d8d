"""What a recogniser's configuration leaves to the agent that listens to it."""

from __future__ import annotations

AGENT = "belongs to the agent that uses this recogniser; set it there"
STAGES = {
    "llm": AGENT,
    "tts": AGENT,
    "playout": AGENT,
    "filler": AGENT,
    "barge_in": "the agent decides what its recogniser's words and voice do to a reply; set it there",
    "eager": "the agent decides whether to start on a transcript that is not final; set it there",
}
