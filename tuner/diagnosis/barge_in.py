"""Whether users can interrupt the agent, what they lose where they cannot, and what it would cost to let them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.kernel.batch import Batch
from pipeline.simulation.prefixes import keeping
from pipeline.turns.columns import KINDS
from stages.settings import Settings
from tuner.diagnosis.baseline import Baseline
from tuner.diagnosis.grid import combinations, distance
from tuner.space.space import Points, Space
from tuner.statistics.intervals import Estimate, estimates_of

MISSED, FALSE = "missed_interrupt_rate", "false_interrupt_rate"
FIGURES = (MISSED, FALSE, "stop_ms.p50", "stop_ms.p95", "talked_over_ms")

MODE, VOICE, LEAST = "barge_in.mode", "barge_in.on_voice", "barge_in.min_speech_ms"
RESUME, BELIEF, WORDS = "barge_in.resume_ms", "barge_in.score_threshold", "barge_in.min_words"

WAYS: tuple[tuple[str, ...], ...] = (
    (LEAST,),
    (LEAST, RESUME),
    (LEAST, BELIEF),
    (LEAST, WORDS),
    (LEAST, RESUME, BELIEF),
)
"""What tells an interrupt from other sounds, beside voice itself; simpler ways first."""

THINNED = 10
"""Values tried of each."""


@dataclass(frozen=True)
class BargeIn:
    """Interrupts as they are lived through now, and as they could be."""

    on: bool
    met: int
    """Interrupts that met the agent talking."""
    missed: int
    talked_over_s: float
    """How long users talked over an agent that went on, in all."""
    figures: dict[str, Estimate]
    broken_off_by: dict[str, float]
    """Kind of sound -> the share of turns that it would break off if it were the only one."""
    unjudged: str | None
    """Why the recording does not say what it would cost to be interruptible; None: it does."""
    remedy: dict[str, Any] | None
    """Where it is off: the settings that would let users interrupt and break no limit; None: there are none."""
    remedy_figures: dict[str, Estimate] | None
    known: bool = True
    """Whether the recording shows what users say over the agent; else the counts and lengths here mean nothing."""

    @property
    def loudest(self) -> str | None:
        """The kind of sound that breaks off most replies; None: nothing does."""
        kind = max(self.broken_off_by, key=self.broken_off_by.__getitem__, default=None)
        return kind if kind is not None and self.broken_off_by[kind] else None

    def json_dict(self) -> dict[str, Any]:
        after = self.remedy_figures
        return {
            "on": self.on,
            "interrupts_met": self.met if self.known else None,
            "interrupts_missed": self.missed if self.known else None,
            "talked_over_s": self.talked_over_s if self.known else None,
            "figures": {name: one.json_dict() for name, one in self.figures.items()},
            "broken_off_by": self.broken_off_by if self.known else None,
            "unjudged": self.unjudged,
            "remedy": self.remedy,
            "remedy_figures": None if after is None else {name: one.json_dict() for name, one in after.items()},
        }


def interruptible(settings: Settings) -> bool:
    """Can anything stop the agent (timing model, section 5)?"""
    rules = settings.barge_in
    return rules.mode == "interrupt" and (rules.on_voice or rules.on_words != "off")


def barge_in(baseline: Baseline) -> BargeIn:
    """Barge-in under the settings in force."""
    outcomes, on = baseline.outcomes, interruptible(baseline.settings)
    known = baseline.batch.evidence.knows_overlaps
    better = None if on else _turned_on(baseline)
    before, after = baseline.settings.flat(), {} if better is None else better.flat()

    def moved(name: str) -> bool:
        return after[name] != before[name] and name not in baseline.space.follow

    return BargeIn(
        on=on,
        met=int(outcomes.interrupts_met.sum()),
        missed=int(outcomes.interrupts_missed.sum()),
        talked_over_s=float(outcomes.talked_over_ms.sum()) / 1000,
        figures=_figures(baseline, baseline.settings),
        broken_off_by=_broken_off_by(baseline) if known else {},
        unjudged=baseline.space.locks.get(MODE),
        remedy=None if better is None else {name: after[name] for name in before if moved(name)},
        remedy_figures=None if better is None else _figures(baseline, better),
        known=known,
    )


def _figures(baseline: Baseline, settings: Settings) -> dict[str, Estimate]:
    found = estimates_of(baseline.batch.measure(settings), baseline.batch.columns.session)
    return {name: found[name] for name in FIGURES}


def _broken_off_by(baseline: Baseline) -> dict[str, float]:
    """Each kind of sound but interrupts, replayed without the others."""
    turns = baseline.batch.columns
    found = {}
    for place, kind in enumerate(KINDS):
        if kind != "interrupt":
            only = Batch(keeping(turns, "overlap", turns.overlap_kind == place), baseline.batch.threads)
            found[kind] = only.figures(baseline.settings).false_interrupt_rate or 0.0
    return found


def _turned_on(baseline: Baseline) -> Settings | None:
    """Barge-in on, by the fewest settings that miss few enough interrupts within the limits, else the fewest missed."""
    if MODE not in baseline.space.names:
        return None
    tried = baseline.tried([_interrupting(baseline.space, names) for names in WAYS])
    allowed = np.flatnonzero(baseline.allowed(tried.assessed))
    if not len(allowed):
        return None
    figures = [limit.name for limit in baseline.limits]
    limited = tried.assessed.uppers[allowed, figures.index(MISSED)] if MISSED in figures else np.zeros(len(allowed))
    most = baseline.limits[figures.index(MISSED)].value if MISSED in figures else 1.0
    away = distance(baseline.space, tried.points[allowed])
    chosen = np.argmin(away + 1e3 * np.maximum(limited - most, 0))
    return baseline.space.settings_at(tried.points[allowed[chosen]])


def _interrupting(space: Space, names: tuple[str, ...]) -> Points:
    """The points at which voice interrupts, under every combination of what else tells it from other sounds."""
    points = combinations(space, [name for name in names if name in space.names] or [MODE], THINNED)
    for name, value in ((MODE, "interrupt"), (VOICE, True)):
        if name in space.names:
            axis = space.names.index(name)
            points[:, axis] = space.dimensions[axis].values.index(value)
    return np.unique(points, axis=0)
