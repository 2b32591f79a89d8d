"""The search: all values that the recording can judge, tried on one part of the calls, judged on the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from pipeline.connect.batch import Sessions, run
from pipeline.connect.completion import Completed
from pipeline.connect.figures import MEAN, QUANTILES, seen
from pipeline.figures.figures import place
from pipeline.turns.draws import keys, uniforms
from stages.connect_settings import ConnectSettings
from stages.errors import InputError
from stages.i18n import Said
from tuner.connect.axes import BACKOFFS, TIMEOUTS, check_judged, fixed, judged_attempts
from tuner.connect.estimates import estimates
from tuner.connect.limits import ConnectLimit, ConnectVerdict, verdicts
from tuner.statistics.intervals import Estimate
from tuner.statistics.split import TUNING_SHARE

FEWEST = 100
"""Calls on each side of the split."""


@dataclass(frozen=True)
class ConnectTuned:
    """The best settings within the limits, judged on calls that the search has not used."""

    before: ConnectSettings
    after: ConnectSettings | None
    """None: no settings keep the limits."""
    figures_before: dict[str, Estimate]
    figures_after: dict[str, Estimate] | None
    verdicts: tuple[ConnectVerdict, ...]
    tried: int
    tuning: int
    held_out: int
    fixed: tuple[Said, ...]
    """What was not varied, and why."""

    @property
    def changes(self) -> tuple[tuple[str, Any, Any], ...]:
        """Setting, now, then, of each that changes."""
        now, then = self.before.flat(), (self.after or self.before).flat()
        return tuple((name, now[name], then[name]) for name in now if now[name] != then[name])

    @property
    def met(self) -> bool:
        """Whether the limits are shown to be kept on the held-out calls."""
        return self.after is not None and all(one.met for one in self.verdicts)

    @property
    def recommended(self) -> ConnectSettings | None:
        """The settings to deploy; None: none keep the limits, or those found are not shown to."""
        return self.after if self.met else None

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        after = self.figures_after
        return {
            "met": self.met,
            "settings": None if self.after is None else self.after.json_dict(),
            "changes": [{"setting": name, "now": now, "then": then} for name, now, then in self.changes],
            "before": {name: one.json_dict() for name, one in self.figures_before.items()},
            "after": None if after is None else {name: one.json_dict() for name, one in after.items()},
            "limits": {one.limit.name: one.json_dict() for one in self.verdicts},
            "tried": self.tried,
            "tuning": self.tuning,
            "held_out": self.held_out,
            "fixed": list(self.fixed),
        }


def tune(completed: Completed, limits: Sequence[ConnectLimit], seed: int) -> ConnectTuned:
    """The settings that connect most calls within the limits; of those the ones with the lowest p95, changed least."""
    hashed = keys(np.array([name.encode() for name in completed.names], dtype=np.bytes_))
    mine = uniforms(seed, hashed, "split") < TUNING_SHARE
    tuning, held_out = np.flatnonzero(mine), np.flatnonzero(~mine)
    if min(len(tuning), len(held_out)) < FEWEST:
        need = f"at least {FEWEST} calls to search on and {FEWEST} to judge on, about {FEWEST * 4} in all"
        raise InputError(f"the recording has {len(completed.names)} calls; tuning needs {need}")
    candidates = _candidates(completed)
    sessions = completed.sessions.take(tuning)
    best = _best(sessions, candidates, completed.in_force, limits)
    before = estimates(completed, completed.in_force, held_out)
    after = None if best is None else estimates(completed, best, held_out)
    return ConnectTuned(
        before=completed.in_force,
        after=best,
        figures_before=before,
        figures_after=after,
        verdicts=() if after is None else tuple(verdicts(limits, after, point=False)),
        tried=len(candidates),
        tuning=len(tuning),
        held_out=len(held_out),
        fixed=tuple(fixed(completed).values()),
    )


def _candidates(completed: Completed) -> list[ConnectSettings]:
    """The settings that the recording can judge, the ones in force first."""
    now = completed.in_force
    signalling = now.signalling
    timeouts = sorted({*(t for t in TIMEOUTS if t < signalling.timeout_ms), signalling.timeout_ms})
    attempts = range(1, judged_attempts(completed) + 1)
    checks = [now.check]
    if check_judged(completed) and now.check.threshold is not None:
        levels = {round(float(one), 2) for one in np.quantile(completed.sessions.score, np.arange(0.02, 0.6, 0.04))}
        checks += [now.check.model_copy(update={"threshold": one}) for one in sorted(levels)]
        checks += [now.check.model_copy(update={"threshold": None})]
    backoffs = sorted({*BACKOFFS, signalling.backoff_ms})
    found = [now]
    for check, timeout, most, wait in product(checks, timeouts, attempts, backoffs):
        if most == 1 and wait != signalling.backoff_ms:
            continue
        update = {"timeout_ms": timeout, "attempts": most, "backoff_ms": wait}
        found.append(ConnectSettings(check=check, signalling=signalling.model_copy(update=update)))
    return found


def _best(
    sessions: Sessions, candidates: list[ConnectSettings], now: ConnectSettings, limits: Sequence[ConnectLimit]
) -> ConnectSettings | None:
    best: tuple[tuple[float, float, int], ConnectSettings] | None = None
    for one in candidates:
        found = _points(sessions, one)
        if not all(limit.kept(found[limit.name]) for limit in limits):
            continue
        flat, current = one.flat(), now.flat()
        changes = sum(flat[name] != current[name] for name in flat)
        rank = (-round(found["connected_rate"] or 0, 3), round((found["connect_ms.p95"] or np.inf) / 50), changes)
        if best is None or rank < best[0]:
            best = rank, one
    return None if best is None else best[1]


def _points(sessions: Sessions, settings: ConnectSettings) -> dict[str, float | None]:
    """The figures without intervals."""
    held = seen(run(sessions, [settings]))
    found: dict[str, float | None] = {}
    for name, (hit, base) in held.rates.items():
        found[name] = float((hit & base).sum() / base.sum()) if base.any() else None
    ordered = np.sort(held.connect_ms)
    for name, share in QUANTILES.items():
        found[name] = float(ordered[place(len(ordered), share)]) if len(ordered) else None
    found[MEAN] = float(held.wasted.mean())
    return found
