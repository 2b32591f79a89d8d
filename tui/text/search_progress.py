"""The progress of a search, as a line and as a bar."""

from __future__ import annotations

from textual.content import Content

from tui.i18n.translator import Translator
from tui.workers.search_worker import SearchProgress
from tuner.recommendation.recommendation import ON_MORE_TURNS

PHASES = {
    "search": "search.search",
    "search again, less sure": "search.less_sure",
    "search on the estimates": "search.estimates",
}
"""Label of a search -> the phrase for what it looks for."""


def headline(now: SearchProgress, goal: str, tr: Translator) -> str:
    """Searching: 4,200 tried, best p95 2,641 ms, 3 s left"""
    over = now.stopping or now.share >= 1
    if now.catching_up_to is not None:
        state = tr("search.catching_up", of=now.catching_up_to)
    elif over:
        state = tr("search.judging")
    elif now.paused:
        state = tr("search.paused")
    else:
        state = _phase(now.label, tr)
    best = tr("search.no_best") if now.best_ms is None else tr("search.best_so_far", goal=goal, ms=now.best_ms)
    left = "" if now.seconds_left is None or over else tr("search.left", left=duration(now.seconds_left))
    return tr("search.headline", state=state, n=now.evaluations, best=best, left=left)


def _phase(label: str, tr: Translator) -> str:
    first = label.removesuffix(ON_MORE_TURNS)
    if first not in PHASES:
        return label
    return tr(PHASES[first]) + (tr("search.more_turns") if first != label else "")


def duration(seconds: float) -> str:
    """8 s, 2:05"""
    whole = max(0, round(seconds))
    return f"{whole} s" if whole < 60 else f"{whole // 60}:{whole % 60:02d}"


def bar(share: float, width: int) -> Content:
    """████████░░░░ 66 %"""
    full = min(width, int(share * width + 1e-9))
    return Content.assemble(("█" * full, "$primary"), ("░" * (width - full), "$text-muted"), f" {share:4.0%}")
