"""Whether settings keep a limit: estimate, upper bound, and the number of turns that would decide it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil, isfinite
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from pipeline.figures.figures import place
from pipeline.kernel.batch import Batch
from pipeline.kernel.measured import Measured, Tally
from pipeline.turns.columns import Columns
from pipeline.turns.evidence import HISTORY_FIELD, Evidence, family, lacking_field
from stages.i18n import Said, say
from stages.settings import Settings
from stages.vector import encode
from tuner.statistics.bounds import ruled_out, tally_bound
from tuner.statistics.confidence import CONFIDENCE, rate_design_effect, upper_level
from tuner.statistics.limits import Limit
from tuner.statistics.sample_size import trials_for_count, trials_for_rate, values_for_quantile

Status = Literal["met", "not shown", "missed", "not judged"]
NOTED = {"met": "verdict.met_as", "not judged": "verdict.not_judged", "not shown": "verdict.unknown"}
"""Status -> the phrase of a verdict that has a note."""


@dataclass(frozen=True)
class Verdict:
    """A limit under one set of settings.

    `estimate` and `upper` are in the unit of the limit. None: no data, or the quantile falls on an unanswered turn
    (estimate), or there are too few turns (upper). `n` counts turns (interrupts for `missed_interrupt_rate` and
    `stop_ms`), `n_effective` the independent ones that they equal. `turns_needed` would show that the limit holds;
    None: no number would. `note` is a remark for people.
    """

    limit: Limit
    status: Status
    estimate: float | None
    upper: float | None
    n: int
    n_effective: float
    turns_needed: int | None
    note: str = ""
    unknown: bool = False
    """The recording does not show the figure."""
    assumed: bool = False
    """The figure rests on pauses or overlaps of a profile."""

    @property
    def met(self) -> bool:
        """Shown to hold, or impossible to miss."""
        return self.status in ("met", "not judged")

    @property
    def met_on_estimate(self) -> bool:
        """Shown to hold, or not missed by the estimate; a figure that the recording does not show is not kept."""
        return self.status != "missed" and not self.unknown

    def sentence(self) -> Said:
        """A remark on the verdict for people."""
        limit, shown = self.limit, self.limit.shown
        if self.note:
            return say(NOTED[self.status], limit=limit.text(), note=self.note)
        seen = say(
            "verdict.seen" if self.n else "verdict.unseen", limit=limit.text(), value=shown(self.estimate), n=self.n
        )
        at_most = "" if self.upper is None else say("verdict.at_most", upper=shown(self.upper))
        if self.status in ("met", "missed"):
            assumed = "_as_assumed" if self.assumed else ""
            return say(f"verdict.{self.status}{assumed}", seen=seen, at_most=at_most)
        hopeless = say("verdict.hopeless")
        needs = say("verdict.needs", turns=self.turns_needed) if self.turns_needed else hopeless
        needs = say("verdict.assumed", needs=needs) if self.assumed else needs
        return say("verdict.not_shown", seen=seen, at_most=at_most, needs=needs)

    def json_dict(self) -> dict[str, Any]:
        return {
            "name": self.limit.name,
            "limit": self.limit.value,
            "origin": self.limit.origin,
            "status": self.status,
            "estimate": self.estimate,
            "upper": self.upper,
            "n": self.n,
            "n_effective": round(self.n_effective, 1),
            "turns_needed": self.turns_needed,
            "note": self.note,
            "sentence": self.sentence(),
            **{name: True for name in ("unknown", "assumed") if getattr(self, name)},
        }


def verdicts(
    batch: Batch, settings: Settings, limits: Iterable[Limit], confidence: float = CONFIDENCE
) -> tuple[Verdict, ...]:
    """One verdict a limit, on the turns of the batch."""
    return verdicts_of(batch.measure(settings), batch.columns, settings, limits, confidence)


def verdicts_of(
    found: Measured, turns: Columns, settings: Settings, limits: Iterable[Limit], confidence: float = CONFIDENCE
) -> tuple[Verdict, ...]:
    """The same from what was measured on all turns under the settings."""
    evidence = Evidence.of(turns)
    return tuple(
        _unknown(limit, evidence)
        if family(limit.name) in found.unknown
        else replace(_known(turns, found, settings, limit, confidence), assumed=family(limit.name) in found.assumed)
        for limit in limits
    )


def _unknown(limit: Limit, evidence: Evidence) -> Verdict:
    """The verdict "not shown": the recording lacks the data for the figure."""
    return Verdict(limit, "not shown", None, None, 0, 0.0, None, unknown_note(limit.name, evidence), unknown=True)


def unknown_note(figure: str, evidence: Evidence) -> Said:
    """Why a figure is not known, and what to record so that it is."""
    if evidence.knows(figure):
        return say("verdict.too_short_to_see", ms=evidence.shortest_pause_ms)
    return not_recorded(figure)


def not_recorded(figure: str) -> Said:
    """That the turns lack the field on which a figure rests, and what to do about it."""
    field = lacking_field(figure)
    return say("verdict.no_history" if field == HISTORY_FIELD else "verdict.not_recorded", field=field)


def _known(turns: Columns, found: Measured, settings: Settings, limit: Limit, confidence: float) -> Verdict:
    if limit.figure:
        return _of_quantile(turns, found, limit, confidence)
    return _of_tally(turns, found.tallies[limit.name], limit, encode(settings)[None, :], confidence)


def _of_tally(columns: Columns, tally: Tally, limit: Limit, row: npt.NDArray[np.float64], confidence: float) -> Verdict:
    sessions, turns = len(columns.session_names), len(columns)
    bound = tally_bound(limit, tally, sessions, confidence)
    n, effective = int(bound.n[0]), float(bound.n_effective[0])
    if ruled_out(limit.name, row)[0]:
        return Verdict(limit, "met", 0.0, 0.0, n, float(n), 1, say("verdict.impossible"))
    if not n:
        return Verdict(limit, "not judged", None, None, 0, 0.0, None, say("verdict.uninterrupted"))
    estimate, upper = float(bound.estimate[0]), float(bound.upper[0])
    spread = n / effective
    if limit.is_count:
        needed = trials_for_count(max(estimate - 1, 0), limit.value - 1, spread, confidence)
    else:
        needed = trials_for_rate(estimate, limit.value, spread, confidence)
    turns_needed = None if needed is None else ceil(needed * turns / n)
    return Verdict(limit, _status(estimate, upper, limit.value), estimate, upper, n, effective, turns_needed)


def _status(estimate: float, upper: float | None, limit: float) -> Status:
    if estimate > limit:
        return "missed"
    return "met" if upper is not None and upper <= limit else "not shown"


def _of_quantile(turns: Columns, found: Measured, limit: Limit, confidence: float) -> Verdict:
    values, session = quantile_values(found, limit.figure or "", turns.session)
    if not (n := len(values)):
        return Verdict(limit, "not judged", None, None, 0, 0.0, None, say("verdict.unhandled"))
    ordered = np.sort(values)
    estimate = float(ordered[place(n, limit.share)])
    spread = exceedance_effect(values, session, estimate)
    level = upper_level(limit.share, n / spread, confidence)
    upper = None if level is None else float(ordered[place(n, level)])
    within = np.searchsorted(ordered, limit.value, side="right") / n
    needed = values_for_quantile(limit.share, float(within), spread, confidence)
    turns_needed = None if needed is None else ceil(needed * len(turns) / n)
    status = _status(estimate, upper, limit.value)
    return Verdict(limit, status, _finite(estimate), _finite(upper), n, n / spread, turns_needed)


def quantile_values(
    found: Measured, figure: str, session: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int32]]:
    """The values of a quantile and their sessions: response times (infinite: unanswered) or stop times."""
    if figure == "response_ms":
        return found.response_ms, session
    handled = np.flatnonzero(~np.isnan(found.stop_ms))
    return found.stop_ms[handled], session[handled]


def exceedance_effect(
    values: npt.NDArray[np.float64],
    session: npt.NDArray[np.int32],
    threshold: float,
    trials: npt.NDArray[np.float64] | None = None,
) -> float:
    """The design effect of the share of values above a threshold; `trials`: values by session, where counted before."""
    trials = np.bincount(session).astype(np.float64) if trials is None else trials
    above = np.flatnonzero(values > threshold)  # several times as fast as with a mask
    events = np.bincount(session[above], minlength=len(trials)).astype(np.float64)
    sums = Tally(
        *(np.array([x]) for x in (events.sum(), trials.sum(), events @ events, events @ trials, trials @ trials))
    )
    return float(rate_design_effect(sums, int(np.count_nonzero(trials)))[0])


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None
