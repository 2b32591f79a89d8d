"""Whether the model fits what was measured: the first thing to know of any figure (timing model, section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from pipeline.kernel.batch import Outcomes
from pipeline.turns.columns import Columns
from stages.arrays import Flags, Floats, Places
from stages.i18n import Said, say

TOLERANCE_MS, TOLERANCE_SHARE = 50.0, 0.1
"""A residual is large where it is over so many ms and over this share of the median response time."""

SOONER_SHARE = 0.1
"""Where more turns than this were answered sooner than the model allows, the fit is bad."""

STAGES = ("network", "endpoint", "asr", "lead", "llm", "tools", "chunk", "tts")
"""The parts of a response time that a stage explains."""

ALIKE_MS, ALIKE_SHARE = 100.0, 0.05
"""Residuals are alike where eight of ten lie within so many ms, or within this share of their median."""

ALIKE_TURNS, ALIKE_OVER_MS = 8, 500.0
"""It takes so many late turns, and so long a wait, to say that they are alike."""

TURNS_NAMED = 5
"""Turns named as examples."""

Verdict = Literal["fits", "fits badly", "not measured"]


@dataclass(frozen=True)
class LargePart:
    """A recorded part that is longer than the measured response time: its metric is wrong, or of another moment."""

    part: str
    turns: int
    examples: tuple[str, ...]
    """Ids of turns."""

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"part": self.part, "turns": self.turns, "examples": list(self.examples)}


@dataclass(frozen=True)
class Fit:
    """Measured response times beside modelled ones, under the settings in force. Times in ms, None without turns.

    `turns` were measured and answered by the model, and nothing of them was derived from the measurement; `derived`
    were measured, and gave a missing stage its value. The residual of a turn is measured less modelled.
    """

    of: int
    turns: int
    derived: int
    measured_p50: float | None = None
    measured_p95: float | None = None
    modelled_p50: float | None = None
    residual_p50: float | None = None
    residual_p95: float | None = None
    distance_p50: float | None = None
    """The median of the residual without its sign."""
    share: float | None = None
    """The sum of the residuals as a share of the sum of the measured times."""
    sooner: int = 0
    """Turns answered sooner than the model allows."""
    sooner_examples: tuple[str, ...] = ()
    later: int = 0
    """Turns answered later than the stages explain."""
    later_examples: tuple[str, ...] = ()
    later_ms: tuple[float, float] | None = None
    """How late those are: p10 and p90 of their residuals."""
    large_parts: tuple[LargePart, ...] = ()
    typed: bool = False
    """The times are those that somebody typed into a ticket, and no log measured them."""

    @property
    def tolerance_ms(self) -> float:
        """The largest residual that still fits."""
        return max(TOLERANCE_MS, TOLERANCE_SHARE * (self.measured_p50 or 0.0))

    @property
    def verdict(self) -> Verdict:
        """Whether figures may be read without a warning."""
        if not self.turns or self.distance_p50 is None:
            return "not measured"
        bad = self.distance_p50 > self.tolerance_ms or self.sooner > SOONER_SHARE * self.turns
        return "fits badly" if bad else "fits"

    @property
    def is_bad(self) -> bool:
        """What was measured contradicts the model."""
        return self.verdict == "fits badly"

    @property
    def is_late(self) -> bool:
        """The typical turn took longer than the stages explain."""
        return (self.residual_p50 or 0.0) > self.tolerance_ms

    @property
    def is_late_alike(self) -> bool:
        """The late turns are late by nearly the same time, as a timeout makes them, and no work does."""
        if self.later_ms is None or self.later < ALIKE_TURNS:
            return False
        low, high = self.later_ms
        return low >= ALIKE_OVER_MS and high - low <= max(ALIKE_MS, ALIKE_SHARE * low)

    def sentences(self) -> tuple[Said, ...]:
        """What to know before any figure, the weightiest first."""
        if self.verdict == "not measured":
            return (say("fit.all_derived", n=self.derived) if self.derived else say("fit.not_measured"),)
        said = [self._headline()]
        if self.sooner:
            said.append(say("fit.sooner", n=self.sooner, of=self.turns, examples=_listed(self.sooner_examples)))
        if self.later and not self.is_late:
            examples = _listed(self.later_examples)
            said.append(say("fit.later", n=self.later, of=self.turns, ms=self.tolerance_ms, examples=examples))
        for one in self.large_parts:
            part = say(f"part.{one.part}")
            said.append(say("fit.large", part=part, n=one.turns, examples=_listed(one.examples)))
        if self.is_late_alike and self.later_ms is not None:
            low, high = self.later_ms
            said.append(say("fit.alike", low=low, high=high))
        if self.later:
            said.append(say("fit.may_be"))
        return tuple(said)

    def _headline(self) -> Said:
        measured = say("fit.typed" if self.typed else "fit.measured", p50=self.measured_p50, p95=self.measured_p95)
        if not self.is_bad:
            return say("fit.fits", measured=measured, distance=self.distance_p50, n=self.turns)
        return say(
            "fit.badly" if self.is_late else "fit.badly_sooner",
            measured=measured,
            modelled=self.modelled_p50,
            n=self.turns,
            **({"residual": self.residual_p50} if self.is_late else {}),
        )

    @classmethod
    def of_json(cls, document: Mapping[str, Any]) -> Fit:
        """The fit that `json_dict` wrote; one without turns where there is none."""
        known = {name: document[name] for name in cls.__dataclass_fields__ if name in document}
        known |= {name: known.get(name) or 0 for name in ("sooner", "later")}
        for name in ("sooner_examples", "later_examples"):
            known[name] = tuple(known.get(name, ()))
        known["later_ms"] = tuple(known["later_ms"]) if known.get("later_ms") else None
        known["large_parts"] = tuple(
            LargePart(one["part"], one["turns"], tuple(one["examples"])) for one in known.get("large_parts", ())
        )
        return cls(**{"of": 0, "turns": 0, "derived": 0} | known)

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values; null is what no measurement shows."""
        names = [
            *("of", "turns", "derived", "measured_p50", "measured_p95", "modelled_p50", "residual_p50"),
            *("residual_p95", "distance_p50", "share", "sooner", "later"),
        ]
        return {
            "verdict": self.verdict,
            "sentences": [str(one) for one in self.sentences()],
            **{name: getattr(self, name) for name in names},
            **({} if self.turns else {"sooner": None, "later": None}),
            "sooner_examples": list(self.sooner_examples),
            "later_examples": list(self.later_examples),
            "later_ms": None if self.later_ms is None else list(self.later_ms),
            "large_parts": [one.json_dict() for one in self.large_parts],
            **({"typed": True} if self.typed else {}),
        }


NOT_MEASURED = Fit(0, 0, 0)
"""The fit of no turns."""


def fit_of(columns: Columns, outcomes: Outcomes, derived: Flags, drawn: Flags) -> Fit:
    """The fit of complete turns, before anything is explained by `other_ms`.

    `outcomes` are those under the settings in force; `derived` (n,) marks turns whose measurement gave a stage its
    value, `drawn` turns with a stage that was drawn.
    """
    modelled = np.where((outcomes.failed > 0) | (outcomes.lost > 0), np.nan, outcomes.response_ms)
    measured = columns.response_ms
    judged = np.flatnonzero(np.isfinite(measured) & np.isfinite(modelled) & ~derived)
    known = int((np.isfinite(measured) & derived).sum())
    if not len(judged):
        return Fit(len(columns), 0, known)
    times, residual = measured[judged], (measured - modelled)[judged]
    p50, p95 = (_quantile(times, share) for share in (0.5, 0.95))
    fit = Fit(
        of=len(columns),
        turns=len(judged),
        derived=known,
        measured_p50=p50,
        measured_p95=p95,
        modelled_p50=_quantile(modelled[judged], 0.5),
        residual_p50=_quantile(residual, 0.5),
        residual_p95=_quantile(residual, 0.95),
        distance_p50=_quantile(np.abs(residual), 0.5),
        share=float(residual.sum() / max(times.sum(), 1e-9)),
    )
    sooner = judged[residual < -fit.tolerance_ms]
    over = residual > fit.tolerance_ms
    later = judged[over][np.argsort(-residual[over], kind="stable")]
    sure = judged[~drawn[judged]]
    parts = tuple(one for part in STAGES if (one := _large(columns, outcomes, sure, part)))
    return replace(
        fit,
        sooner=len(sooner),
        sooner_examples=_ids(columns, sooner),
        later=len(later),
        later_examples=_ids(columns, later),
        later_ms=(_quantile(residual[over], 0.1), _quantile(residual[over], 0.9)) if len(later) else None,
        large_parts=parts,
    )


def _large(columns: Columns, outcomes: Outcomes, turns: Places, part: str) -> LargePart | None:
    """The turns in which a recorded part is longer than the whole that was measured."""
    over = turns[getattr(outcomes, part)[turns] > columns.response_ms[turns] + TOLERANCE_MS]
    return LargePart(part, len(over), _ids(columns, over)) if len(over) else None


def _listed(examples: tuple[str, ...]) -> str:
    return ", ".join(examples)


def _ids(columns: Columns, turns: Places) -> tuple[str, ...]:
    return tuple(name.decode() for name in columns.ids[turns[:TURNS_NAMED]].tolist())


def _quantile(values: Floats, share: float) -> float:
    return float(np.quantile(values, share, method="inverted_cdf"))
