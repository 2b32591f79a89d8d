"""Whether settings keep their limits on a recording: a gate for CI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.completion import Fit
from pipeline.kernel.batch import Batch
from pipeline.recordings.identity import turns_digest
from pipeline.turns.columns import Columns
from stages.errors import InputError
from stages.i18n import say
from stages.schema_ids import is_schema, schema_id
from stages.settings import Settings
from tuner.statistics import numbers
from tuner.statistics.gauge import gauge
from tuner.statistics.intervals import Estimate
from tuner.statistics.limits import Limit
from tuner.statistics.verdict import Verdict

SCHEMA = schema_id("check")


@dataclass(frozen=True)
class Regression:
    """A figure that is significantly worse than the stored one: their intervals do not overlap."""

    name: str
    before: float
    now: Estimate

    def sentence(self) -> str:
        now, before = (numbers.figure(self.name, value, 3) for value in (self.now.value, self.before))
        range_ = numbers.span(self.name, self.now.low, self.now.high, 3)
        return f"{self.name}: worse than the baseline: {now} ({range_}) after {before}"


@dataclass(frozen=True)
class Check:
    """The verdicts on n turns. `point`: the estimate decides, not the bound."""

    turns: int
    point: bool
    verdicts: tuple[Verdict, ...]
    regressions: tuple[Regression, ...]
    figures: Mapping[str, Estimate]
    unfit: bool = False
    """The settings were not in force, and the model does not fit what was measured: nothing is shown."""
    recording: str = ""
    """Which turns they are: `turns_digest`."""
    baseline_recording: str | None = None
    """The same of the baseline's; None: there is no baseline, or it does not say."""

    @property
    def met(self) -> bool:
        return not self.unfit and not self.regressions and all(self.passes(one) for one in self.verdicts)

    def passes(self, verdict: Verdict) -> bool:
        """Whether this verdict passes."""
        if self.unfit:
            return False
        return verdict.met_on_estimate if self.point else verdict.met

    @property
    def other_recording(self) -> bool:
        """The baseline is of other turns, so what got worse may be the calls and not the settings."""
        return self.baseline_recording not in (None, self.recording)

    def sentences(self) -> list[str]:
        """Sentences: why nothing is shown, if so; then one a limit; then one a regression."""
        unfit = [say("fit.not_judged")] if self.unfit else []
        return [*unfit, *(one.sentence() for one in self.verdicts), *(one.sentence() for one in self.regressions)]

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values; a later check reads them as its baseline."""
        return {
            "schema": SCHEMA,
            "met": self.met,
            "point": self.point,
            "unfit": self.unfit,
            "turns": self.turns,
            "recording_digest": self.recording,
            "baseline_of_other_recording": self.other_recording,
            "limits": [one.json_dict() | {"passes": self.passes(one)} for one in self.verdicts],
            "regressions": [one.sentence() for one in self.regressions],
            "figures": {name: one.json_dict() for name, one in self.figures.items()},
        }


def check(
    turns: Columns,
    settings: Settings,
    limits: Iterable[Limit],
    *,
    point: bool = False,
    baseline: Mapping[str, Any] | None = None,
    in_force: bool = False,
    fit: Fit | None = None,
    despite_fit: bool = False,
    threads: int | None = None,
) -> Check:
    """The verdicts on complete turns, and the regressions since `baseline` (an earlier `Check.json_dict`).

    Settings that were `in_force` while recording are judged by what was measured. Others are not judged where the
    `fit` is bad, unless `despite_fit`.
    """
    found = gauge(Batch(turns, threads), settings, limits, in_force=in_force)
    unfit = not in_force and fit is not None and fit.is_bad and not despite_fit
    worse = regressions(found.figures, baseline)
    stored = None if baseline is None else baseline.get("recording_digest")
    known = stored if isinstance(stored, str) else None
    return Check(
        len(turns),
        point,
        found.verdicts,
        worse,
        found.figures,
        unfit,
        turns_digest(turns),
        baseline_recording=known,
    )


def regressions(figures: Mapping[str, Estimate], baseline: Mapping[str, Any] | None) -> tuple[Regression, ...]:
    """Less is better in every figure; a maximum has no range and is not compared."""
    found = []
    for name, stored in _stored(baseline).items():
        now = figures.get(name)
        if now is None or now.low is None or stored.get("value") is None:
            continue
        before, highest = stored["value"], stored.get("high")
        if now.low > (before if highest is None else highest):
            found.append(Regression(name, float(before), now))
    return tuple(found)


def _stored(baseline: Mapping[str, Any] | None) -> dict[str, Any]:
    if baseline is None:
        return {}
    stored = baseline.get("figures")
    if not is_schema(baseline.get("schema"), "check") or not isinstance(stored, dict):
        raise InputError(f"the baseline is no result of `turntempo check --json` ({SCHEMA}); store one, then compare")
    if not all(isinstance(one, dict) and _is_figure(one) for one in stored.values()):
        raise InputError("the baseline's figures are not {value, low, high, n}; store a new one")
    return stored


def _is_figure(stored: Mapping[str, Any]) -> bool:
    """Whether a stored figure has numbers, or null where none is known."""
    held = (stored.get("value"), stored.get("high"))
    return all(one is None or (isinstance(one, int | float) and not isinstance(one, bool)) for one in held)
