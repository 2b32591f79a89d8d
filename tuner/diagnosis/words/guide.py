"""The pages of docs/guide that findings link to: which page explains which setting and which limit."""

from __future__ import annotations

from dataclasses import dataclass

from stages.i18n import say
from tuner.statistics.limits import Limit

FOLDER = "docs/guide"


@dataclass(frozen=True)
class GuideLink:
    """One page, and what it says in a line: the trade-off that it shows on simulated turns."""

    name: str
    says: str

    @property
    def path(self) -> str:
        """In the project's folder."""
        return f"{FOLDER}/{self.name}.md"

    @property
    def command(self) -> str:
        """What shows it, also where only the package is installed."""
        return f"turntempo guide {self.name}"

    def json_dict(self) -> dict[str, str]:
        return {"page": self.path, "command": self.command, "says": self.says}


PAGES: dict[str, GuideLink] = {
    name: GuideLink(name, say(f"guide.{name}"))
    for name in (
        "endpointing",
        "early-start",
        "timeouts",
        "hedging",
        "first-chunk",
        "fillers",
        "history",
        "barge-in",
        "backchannels",
        "echo",
        "floor",
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


def of_setting(name: str) -> GuideLink:
    """The page that shows what moving this setting costs."""
    return PAGES[next(page for start, page in _OF_SETTING.items() if name.startswith(start))]


def of_limit(limit: Limit) -> GuideLink:
    """The page that shows what this limited figure is traded for."""
    return PAGES[_OF_QUANTILE[limit.figure] if limit.figure else _OF_LIMIT[limit.name]]
