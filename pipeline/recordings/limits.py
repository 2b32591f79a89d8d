"""The allowed values of each number in a recording: not negative, in milliseconds, of a possible size."""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf, isnan
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.recordings.problem import Problem
from pipeline.turns.columns import SCALARS
from stages.model import MOST
from stages.turn import MOST_WORDS

DAY, TEN_MINUTES = 86_400_000, 600_000


@dataclass(frozen=True)
class Limits:
    """The range of a column. `seconds_below`: a value above 0 and under this is taken to be in seconds."""

    field: str
    low: float = 0
    high: float = TEN_MINUTES
    seconds_below: float = 0
    means: str = ""
    """What a value below `seconds_below` would mean, for the message."""
    required: bool = False
    whole: bool = False

    def broken(self, values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        """Where values are out of range; NaN is a value that is not known."""
        bad = (values < self.low) | (values > self.high) | ((values > 0) & (values < self.seconds_below))
        if self.required:
            bad |= np.isnan(values)
        if self.whole and values.dtype.kind == "f":
            bad |= (values != np.floor(values)) & ~np.isnan(values)
        return bad

    def why(self, value: float, field: str) -> Problem:
        """What is wrong with a value of which `broken` is true."""
        return Problem(*self._rule_and_message(value), field)

    def _rule_and_message(self, value: float) -> tuple[str, str]:
        if isnan(value):
            return "missing field", "is missing, and every turn needs it"
        if isinf(value):
            return "not finite", "must be a finite number, got NaN or Infinity; leave out what is not known"
        if value < 0:
            return "negative", f"must not be negative, got {value:g}"
        if self.whole and value != int(value):
            return "wrong type", f"must be a whole number, got {value:g}"
        if value < self.low:
            return "out of range", f"must be at least {self.low:g}, got {value:g}"
        if value < self.seconds_below:
            seconds = f"if that is seconds, write {value * 1000:g}"
            return "wrong unit", f"must be in milliseconds, got {value:g}: {self.means}; {seconds}"
        return self._too_large(value)

    def _too_large(self, value: float) -> tuple[str, str]:
        if self.high not in (DAY, TEN_MINUTES):
            return "out of range", f"must be at most {self.high:g}, got {value:g}"
        bound = "a day" if self.high == DAY else "ten minutes"
        other = "microseconds, or a clock's time where a length is due?"
        return "wrong unit", f"must be in milliseconds, got {value:.15g}: more than {bound}; {other}"


def _delay(field: str, seconds_below: float = 0, means: str = "") -> Limits:
    return Limits(field, seconds_below=seconds_below, means=means)


def _count(field: str, low: int = 0, high: int = MOST) -> Limits:
    return Limits(field, low=low, high=high, whole=True)


def _score(field: str) -> Limits:
    return Limits(field, high=1)


LIMITS: dict[str, Limits] = {
    "index": _count("index"),
    "end_ms": Limits(SCALARS["end_ms"], 0, DAY, 60, "a whole turn shorter than 60 ms", required=True),
    "eot_score": _score("speech.eot_score"),
    "release_ms": _delay("speech.release_ms"),
    "onset_lag_ms": _delay("speech.onset_lag_ms"),
    "eot_delay_ms": _delay("speech.eot_delay_ms"),
    "up_ms": _delay("network.up_ms"),
    "down_ms": _delay("network.down_ms"),
    "final_ms": _delay("asr.final_ms", 3, "a final transcript less than 3 ms after the speech"),
    "interim_ms": _delay("asr.interim_ms"),
    "lead_ms": _delay("llm.lead_ms"),
    "ttft_ms": _delay("llm.ttft_ms", 10, "a first token after less than 10 ms"),
    "fallback_ttft_ms": _delay("llm.fallback_ttft_ms", 10, "a first token after less than 10 ms"),
    "token_ms": _delay("llm.token_ms", 0.1, "more than 10,000 tokens a second"),
    "clause_tokens": _count("llm.clause_tokens", low=1),
    "sentence_tokens": _count("llm.sentence_tokens", low=1),
    "reply_tokens": _count("llm.reply_tokens", low=1),
    "prefill_ms_per_1k": _delay("llm.prefill_ms_per_1k"),
    "ttfb_ms": _delay("tts.ttfb_ms", 1, "first audio after less than 1 ms"),
    "fallback_ttfb_ms": _delay("tts.fallback_ttfb_ms", 1, "first audio after less than 1 ms"),
    "ms_per_token": _delay("tts.ms_per_token", 5, "more than 200 tokens spoken in a second"),
    "history_tokens": _count("history.tokens_per_turn"),
    "history_turns": _count("history.turns"),
    "history_needs": _count("history.needs"),
    "other_ms": Limits("other_ms", 0, DAY),
    "response_ms": Limits("response_ms", 0, DAY, 30, "a reply heard less than 30 ms after the turn"),
    "pause_at_ms": Limits("at_ms", 0, DAY, required=True),
    "pause_ms": Limits("ms", 0, DAY, 5, "a pause shorter than 5 ms", required=True),
    "pause_score": _score("eot_score"),
    "pause_release_ms": _delay("release_ms"),
    "pause_onset_lag_ms": _delay("onset_lag_ms"),
    "overlap_at_ms": Limits("at_ms", 0, DAY, required=True),
    "overlap_ms": Limits("ms", 0, DAY, 2, "a sound shorter than 2 ms", required=True),
    "overlap_words": _count("words", high=MOST_WORDS),
    "overlap_score": _score("score"),
    "tool_ms": _delay("ms", 1, "tools that run for less than 1 ms"),
    "tool_ttft_ms": _delay("ttft_ms", 10, "a first token after less than 10 ms"),
}
"""Column -> the values that it may have. A length below `seconds_below` is shorter than any stage takes (hosted models
answer after 100 ms or more, a VAD sees no pause under 20 ms, speech runs at 3 to 8 tokens a second); 0 is always
allowed: no delay."""
