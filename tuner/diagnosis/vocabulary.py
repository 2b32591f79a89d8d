"""What settings, figures and parts are called in a sentence."""

from __future__ import annotations

from typing import Any

from tuner.objective import Goal

SETTINGS: dict[str, str] = {
    "endpointing.silence_ms": "the silence the agent waits for before it answers",
    "endpointing.max_silence_ms": "the silence it waits for where the end-of-turn model says 'not finished'",
    "endpointing.eot_threshold": "the score below which the end-of-turn model says 'not finished'",
    "eager.on": "what starts the LLM ahead of the end of the turn",
    "eager.threshold": "the score that starts the LLM ahead of the end of the turn",
    "eager.silence_ms": "the silence that starts the LLM ahead of the end of the turn",
    "eager.max_starts": "how often the LLM may be started ahead in one turn",
    "eager.after_premature": "starting the LLM ahead after a reply that came too soon",
    "eager.tts": "synthesis ahead of the end of the turn",
    "asr.final_timeout_ms": "the time the agent waits for the last final transcript",
    "asr.empty_timeout_ms": "the time the agent waits for any transcript at all",
    "llm.timeout_ms": "the time after which an LLM request is given up",
    "llm.attempts": "how many LLM requests a reply may take",
    "llm.hedge": "a second LLM request beside a slow one",
    "llm.fallback": "the fallback model",
    "llm.max_history": "how many past turns the LLM reads",
    "tts.timeout_ms": "the time after which a synthesis request is given up",
    "tts.attempts": "how many synthesis requests a reply may take",
    "tts.hedge": "a second synthesis request beside a slow one",
    "tts.fallback": "the fallback voice",
    "tts.first_chunk": "the text that the first synthesis request waits for",
    "playout.prebuffer_ms": "the audio held back before it plays",
    "filler.after_ms": "the time after which a filler bridges the wait",
    "filler.ms": "the length of the filler",
    "barge_in.mode": "what happens to speech over the agent",
    "barge_in.on_voice": "voice as a reason to stop the agent",
    "barge_in.on_words": "words as a reason to stop the agent",
    "barge_in.min_speech_ms": "how long voice must last to stop the agent",
    "barge_in.min_words": "how many words it takes to stop the agent",
    "barge_in.score_threshold": "how sure the interruption model must be to stop the agent",
    "barge_in.guard_ms": "the first part of a reply in which nothing stops the agent",
    "barge_in.guard_first_ms": "the same for a session's first reply",
    "barge_in.resume_ms": "the silence after which the agent goes on talking",
}
"""A setting as the subject of a sentence."""

FIGURES: dict[str, str] = {
    "cut_off_rate": "users cut off",
    "lost_rate": "turns lost",
    "failed_rate": "failed replies",
    "degraded_rate": "degraded replies",
    "restarted_rate": "restarted replies",
    "false_start_rate": "false starts",
    "filler_rate": "fillers",
    "history_lost_rate": "lost references",
    "false_interrupt_rate": "false interrupts",
    "hiccup_rate": "hiccups",
    "stutter_rate": "stutters",
    "dead_air_rate": "dead air over 3 s",
    "missed_interrupt_rate": "missed interrupts",
    "llm_starts_per_turn": "LLM requests a turn",
}

PARTS: dict[str, str] = {
    "network": "the network",
    "endpoint": "the silence the agent waits for",
    "asr": "the transcript",
    "llm": "the LLM's first token",
    "chunk": "the words of the first chunk",
    "tts": "the first audio",
    "floor": "a reply that came too soon and plays on",
    "playout": "prebuffer and filler",
}


AT_LEAST = {"endpoint": "hearing that the voice has ended"}
"""What is left of a part with every wait at its least."""


def figure(name: str) -> str:
    """A limited figure in words."""
    return FIGURES.get(name, name)


def assumed(profile: str) -> str:
    """What is said of every figure that rests on a profile alone."""
    return f"assumed from the profile {profile}, not the customer's"


def moment(goal: Goal) -> str:
    """Where the goal is measured: "at p95"."""
    if goal.text == "mean":
        return "on average"
    return f"at {goal.text}" if len(goal.quantiles) == 1 and not goal.mean_weight else f"in {goal.text}"


def value(name: str, given: Any) -> str:
    """1500 ms, off, "final"."""
    if given is None:
        return "null"
    if isinstance(given, bool):
        return "on" if given else "off"
    number = f"{given:g}" if isinstance(given, (int, float)) else str(given)
    return f"{number} ms" if name.endswith("_ms") else number
