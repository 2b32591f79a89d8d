"""What a search leaves alone, and why: settings without a price, and those that this recording cannot judge."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from pipeline.turns.columns import KINDS, Columns
from stages.i18n import say
from stages.settings import NAMES, UNPRICED, Settings
from tuner.space.axes import attempts_at_hand
from tuner.statistics.limits import Limit

KNOWN_SHARE = 0.9
"""Where fewer turns know a field, the others would be judged as if nothing had happened there."""

WORDS = ("barge_in.on_words", "barge_in.min_words")
BARGE_IN = tuple(name for name in NAMES if name.startswith("barge_in.") and name not in UNPRICED)
SPEECH = tuple(
    name
    for name in NAMES
    if (name.startswith(("endpointing.", "eager.")) or name == "asr.final_timeout_ms") and name not in UNPRICED
)
SCORED = ("endpointing.eot_threshold", "endpointing.max_silence_ms", "eager.threshold", "eager.silence_ms")


def unpriced(limits: Iterable[Limit]) -> dict[str, str]:
    """Setting -> why it is not varied unless named: a better value would cost nothing that the figures show."""
    found: dict[str, str] = dict.fromkeys(UNPRICED, say("lock.unpriced"))
    found["filler.ms"] = say("lock.clip")
    limited = {limit.name for limit in limits}
    for name, price, example in (
        ("llm.max_history", "history_lost_rate", "2%"),
        ("filler.after_ms", "filler_rate", "20%"),
    ):
        if price not in limited:
            found[name] = say("lock.unlimited", price=price, example=example)
    return found


def unjudged(recording: Columns, complete: Columns) -> dict[str, str]:
    """Setting -> why this recording says nothing of it, or nothing of its price.

    `recording`: the turns as read; `complete`: the same completed. Scores are never invented; pauses and
    overlaps come from the recording or from a profile that was named.
    """
    paused = complete if complete.pauses_assumed.any() else recording
    overlapped = complete if complete.overlaps_assumed.any() else recording
    found: dict[str, str] = {}
    for names, why in (
        (SCORED, _without_scores(recording)),
        (SPEECH, _without_pauses(paused)),
        (("barge_in.score_threshold",), _without_beliefs(recording)),
        (WORDS, _without_words(overlapped)),
        (BARGE_IN, _without_overlaps(overlapped)),
        (("llm.fallback",), _without_fallback(complete.fallback_ttft_ms)),
        (("tts.fallback",), _without_fallback(complete.fallback_ttfb_ms)),
        (("llm.attempts", "llm.hedge"), _without_retries(complete.ttft_ms)),
        (("tts.attempts", "tts.hedge"), _without_retries(complete.ttfb_ms)),
        (("llm.max_history",), _without_history(complete)),
    ):
        if why:
            found.update(dict.fromkeys(names, why))
    return found


def _share(known: npt.NDArray[np.bool_]) -> float:
    return float(known.mean()) if len(known) else 0.0


def _without_scores(turns: Columns) -> str:
    ends, pauses = _share(~np.isnan(turns.eot_score)), _share(~np.isnan(turns.pause_score))
    if ends >= KNOWN_SHARE and (pauses >= KNOWN_SHARE or not len(turns.pause_ms)):
        return ""
    return say("lock.scores", ends=ends, pauses=pauses)


def _without_pauses(turns: Columns) -> str:
    known = _share(turns.pauses_known | turns.pauses_assumed)
    if known < KNOWN_SHARE:
        return say("lock.pauses_known", known=known)
    if not len(turns.pause_ms):
        return say("lock.no_pause")
    return ""


def _without_overlaps(turns: Columns) -> str:
    known = _share(turns.overlaps_known | turns.overlaps_assumed)
    if known < KNOWN_SHARE:
        return say("lock.overlaps_known", known=known)
    interrupts = int((turns.overlap_kind == KINDS.index("interrupt")).sum())
    others = len(turns.overlap_kind) - interrupts
    if interrupts and others:
        return ""
    if not interrupts:
        return say("lock.no_interrupt")
    return say("lock.no_other_sound")


def _without_beliefs(turns: Columns) -> str:
    known = _share(~np.isnan(turns.overlap_score))
    return "" if known >= KNOWN_SHARE else say("lock.beliefs", known=known)


def _without_words(turns: Columns) -> str:
    interrupts = turns.overlap_kind == KINDS.index("interrupt")
    worded = _share(turns.overlap_words[interrupts] > 0)
    return "" if worded else say("lock.no_words")


def _without_fallback(draws: npt.NDArray[np.float64]) -> str:
    return "" if np.isfinite(draws).any() else say("lock.no_fallback")


def _without_retries(draws: npt.NDArray[np.float64]) -> str:
    return "" if attempts_at_hand(draws) > 1 else say("lock.no_retries")


def _without_history(turns: Columns) -> str:
    paid = np.nan_to_num(turns.prefill_ms_per_1k * turns.history_tokens * turns.history_turns)
    return "" if (paid > 0).any() else say("lock.no_history")


def cannot_wait_longer(recording: Columns, settings: Settings) -> bool:
    """No pause as long as the wait in force was noted: what users did after one is not known."""
    return not (recording.pause_ms >= settings.endpointing.silence_ms).any()
