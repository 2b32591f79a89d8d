"""What is the same in every form of Agora's join body: what its stack does, and what is set elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tuner.targets.field import Field
from tuner.targets.rule import Fixed, Ours, Rule, Theirs
from tuner.targets.vendors.agora.fields import AIVAD, FILLER_ENABLE, FILLER_WAIT, MLLM, MLLM_THEN

LAGS = (
    "Agora reports the endpoint as `algorithm_processing`: the silence that is set and 80 to 300 ms more, of its own "
    "processing (the vendor's latency guide). In the model that lag is the turns' `speech.release_ms`, not a setting.",
    "A changed `turn_detection` takes a new join: the update request accepts only the token and `llm`.",
)

NO_TIMING = ("properties.idle_timeout", "properties.turn_detection.language")

OWN_LLM = "Agora's body has none for the LLM; set it in your own LLM service, behind `llm.url`"
OWN_TTS = "Agora's body has none for synthesis; set it with the TTS vendor, or in a TTS service of your own"
ELSEWHERE = {
    "llm": OWN_LLM,
    "tts.timeout_ms": OWN_TTS,
    "tts.attempts": OWN_TTS,
    "tts.retry_gap_ms": OWN_TTS,
    "tts.hedge": OWN_TTS,
    "tts.fallback": OWN_TTS,
}

NO_KEY = "Agora has no setting for it, and how its stack does it is not published"
BEYOND = {
    **dict.fromkeys(("vad", "endpointing", "asr", "tts", "playout", "eager", "barge_in"), NO_KEY),
    "filler": "`filler_words` waits for the LLM's first content, where our filler waits for the reply's sound",
}
STACK = {
    "eager.on": Fixed("off", "Agora publishes no early start of the LLM"),
    "barge_in.on_voice": Fixed(True, "voice that lasts interrupts; keywords are the only other way"),
    "barge_in.on_words": Fixed("off", "Agora interrupts on voice, or on keywords, and counts no words"),
    "barge_in.min_words": Fixed(0, "Agora interrupts on voice, or on keywords, and counts no words"),
    "barge_in.score_threshold": Fixed(None, "Agora has no interruption model with a threshold"),
}


def of_the_rest(given: Theirs) -> Iterable[str]:
    """What else in a body acts on turns, and is not replayed."""
    if given[FILLER_ENABLE.path]:
        yield f"filler words are on (after {given[FILLER_WAIT.path]} ms without an LLM answer): replayed without them"
    if given.get(MLLM.path) or given.get(MLLM_THEN.path):
        yield "an audio LLM (mllm) is on: turn_detection has no effect then, and the model's own cannot be replayed"
    if given.get(AIVAD.path):
        yield "enable_aivad is true: what it does to interruptions is not published; read as if it were off"


def history(theirs: Field) -> Rule:
    """Messages are kept, where we count turns; the most there are stand for all."""
    most = int(theirs.bounds[1])

    def read(given: Theirs) -> dict[str, Any]:
        messages = given[theirs.path]
        return {"llm.max_history": None if messages == most else max(1, messages // 2)}

    def write(ours: Ours) -> dict[str, Any]:
        turns = ours["llm.max_history"]
        return {theirs.path: most if turns is None else theirs.nearest(2 * turns)}

    values = {"llm.max_history": (*range(1, 65), None)}
    return Rule(("llm.max_history",), (theirs.path,), read, write, values, f"two messages a turn; null is {most}")
