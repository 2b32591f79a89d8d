"""The pages of docs/guide that findings link to: which page explains which setting and which limit."""

from __future__ import annotations

from dataclasses import dataclass

from tuner.limits import Limit

FOLDER = "docs/guide"


@dataclass(frozen=True)
class Page:
    """One page, and what it says in a line: the trade-off that it shows on simulated turns."""

    name: str
    says: str

    @property
    def path(self) -> str:
        """In the project's folder."""
        return f"{FOLDER}/{self.name}.md"

    def json_dict(self) -> dict[str, str]:
        return {"page": self.path, "says": self.says}


PAGES: dict[str, Page] = {
    page.name: page
    for page in (
        Page("endpointing", "A longer wait cuts fewer users off, and every answer pays for it."),
        Page("early-start", "An early LLM start hides its delay behind the wait, for requests that are thrown away."),
        Page(
            "timeouts", "A timeout ends a stall and breaks off slow requests that would have come: set it in between."
        ),
        Page("hedging", "A second request beside a slow one cuts the tail for a few requests in a hundred."),
        Page(
            "first-chunk", "The less text and audio is waited for, the sooner it speaks and the likelier it stutters."
        ),
        Page("fillers", "A filler ends the silence, not the wait: it can even put the answer off."),
        Page("history", "A shorter history answers sooner and forgets what users refer back to."),
        Page("barge-in", "The sooner voice stops the agent, the fewer interrupts are missed and the more are false."),
        Page("backchannels", "An 'mhm' is no interrupt: what tells them apart is length, words and a model's score."),
        Page("echo", "An agent that hears itself breaks off: cancel echo at the device, for settings also miss users."),
        Page("floor", "What is left with every wait at its least takes a faster model, voice or region."),
    )
}

_OF_SETTING: dict[str, str] = {
    "vad.": "endpointing",
    "endpointing.": "endpointing",
    "eager.": "early-start",
    "asr.": "timeouts",
    "llm.hedge": "hedging",
    "tts.hedge": "hedging",
    "llm.max_history": "history",
    "llm.": "timeouts",
    "tts.first_chunk": "first-chunk",
    "tts.lookahead_tokens": "first-chunk",
    "tts.": "timeouts",
    "playout.": "first-chunk",
    "filler.": "fillers",
    "barge_in.score_threshold": "backchannels",
    "barge_in.min_words": "backchannels",
    "barge_in.resume_ms": "backchannels",
    "barge_in.guard": "echo",
    "barge_in.": "barge-in",
}
"""A setting, or how its name begins -> the page; the first that fits."""

_OF_LIMIT: dict[str, str] = {
    "cut_off_rate": "endpointing",
    "lost_rate": "barge-in",
    "failed_rate": "timeouts",
    "degraded_rate": "timeouts",
    "restarted_rate": "timeouts",
    "false_start_rate": "endpointing",
    "filler_rate": "fillers",
    "history_lost_rate": "history",
    "false_interrupt_rate": "backchannels",
    "missed_interrupt_rate": "barge-in",
    "hiccup_rate": "backchannels",
    "stutter_rate": "first-chunk",
    "dead_air_rate": "fillers",
    "llm_starts_per_turn": "early-start",
}
_OF_QUANTILE = {"response_ms": "endpointing", "stop_ms": "barge-in"}


def of_setting(name: str) -> Page:
    """The page that shows what moving this setting costs."""
    return PAGES[next(page for start, page in _OF_SETTING.items() if name.startswith(start))]


def of_limit(limit: Limit) -> Page:
    """The page that shows what this limited figure is traded for."""
    return PAGES[_OF_QUANTILE[limit.figure] if limit.figure else _OF_LIMIT[limit.name]]
