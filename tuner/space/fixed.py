"""The settings that a search does not change: those without a price, and those that the recording cannot judge."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from pipeline.turns.columns import KINDS, Columns
from stages.i18n import say
from stages.setting import Evidence
from stages.settings import SETTINGS, UNPRICED, Settings
from tuner.space.axes import attempts_at_hand
from tuner.statistics.limits import Limit

KNOWN_SHARE = 0.9
"""A field must be known in this share of the turns, as unknown ones count as if nothing had happened."""

EXAMPLES = {"history_lost_rate": "2%", "filler_rate": "20%"}
"""A limit to propose on a figure that is a setting's only price."""


def unpriced(limits: Iterable[Limit]) -> dict[str, str]:
    """Setting -> why it is not varied unless named: a change has no cost in the figures."""
    found: dict[str, str] = dict.fromkeys(UNPRICED, say("lock.unpriced"))
    found["filler.ms"] = say("lock.clip")
    limited = {limit.name for limit in limits}
    for name, setting in SETTINGS.items():
        if (price := setting.limited_by) and price not in limited:
            found[name] = say("lock.unlimited", price=price, example=EXAMPLES[price])
    return found


def unjudged(recording: Columns, complete: Columns) -> dict[str, str]:
    """Setting -> why this recording cannot judge it, or its price.

    `recording`: the turns as read; `complete`: the same completed. Scores are never invented; pauses and
    overlaps come from the recording or from a profile that was named.
    """
    paused = complete if complete.pauses_assumed.any() else recording
    overlapped = complete if complete.overlaps_assumed.any() else recording
    missing: dict[Evidence, str] = {
        "pauses": _without_pauses(paused),
        "scores": _without_scores(recording),
        "overlaps": _without_overlaps(overlapped),
        "words": _without_words(overlapped),
        "beliefs": _without_beliefs(recording),
        "history": _without_history(complete),
    }
    found: dict[str, str] = {}
    for name, one in SETTINGS.items():
        lacks = (_lacks(need, one.group, complete) or missing.get(need, "") for need in one.evidence)
        if why := next(filter(None, lacks), ""):
            found[name] = why
    return found


def _lacks(need: Evidence, stage: str, complete: Columns) -> str:
    """Why the draws of a stage do not show what is needed."""
    if need == "retries":
        return _without_retries(complete.ttft_ms if stage == "llm" else complete.ttfb_ms)
    if need == "fallback":
        return _without_fallback(complete.fallback_ttft_ms if stage == "llm" else complete.fallback_ttfb_ms)
    return ""


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
    if not (paid > 0).any():
        return say("lock.no_history")
    known = _share(~np.isnan(turns.history_needs))
    return "" if known >= KNOWN_SHARE else say("lock.needs", known=known)


def cannot_wait_longer(recording: Columns, settings: Settings) -> bool:
    """Whether no recorded pause is as long as the wait in force: what users do after one is not known."""
    return not (recording.pause_ms >= settings.endpointing.silence_ms).any()
