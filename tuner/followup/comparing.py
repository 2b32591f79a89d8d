"""Holding a recommendation beside a recording that was taken under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.completion import complete
from pipeline.kernel.batch import Batch, Outcomes
from pipeline.kernel.loops import FIELDS
from pipeline.kernel.tally import response_times
from pipeline.simulation import Profile
from pipeline.turns.columns import Columns
from stages.errors import InputError
from stages.settings import Settings, parse
from tuner.followup.comparison import Comparison, Kept
from tuner.followup.offset import Means, accuracy, means, offsets
from tuner.followup.settled import settled
from tuner.statistics.intervals import Estimate, estimates
from tuner.statistics.split import split


@dataclass(frozen=True)
class Promise:
    """What a recommendation says of the settings that it found."""

    settings: Settings
    in_force: Settings
    """Those in force while the first recording was made."""
    before: Mapping[str, Estimate]
    after: Mapping[str, Estimate]
    seed: int
    profile: Profile | None
    held_out: bool

    @classmethod
    def of(cls, recommendation: Mapping[str, Any]) -> Promise:
        """From recommendation.json; InputError where it is none."""
        try:
            judged = recommendation["held_out"] or recommendation["tuning"]
            profile = recommendation["filled_in"]["profile"]
            return cls(
                parse(recommendation["estimate"] or recommendation["settings"], "recommendation.json"),
                parse(recommendation.get("settings_in_force", {}), "recommendation.json"),
                {name: Estimate(name, **one) for name, one in judged["before"].items()},
                {name: Estimate(name, **one) for name, one in judged["after"].items()},
                recommendation["seed"],
                None if profile is None else Profile.load(profile),
                recommendation["held_out"] is not None,
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise InputError(f"recommendation.json: is not what `turntempo tune` writes: {error!r}") from None

    def parts(self, recording: Columns) -> Means:
        """The mean of each part, on the turns that the promise was judged on."""
        turns = complete(recording, self.seed, self.profile, self.in_force).columns
        if self.held_out:  # else all were tuned on
            turns = turns.of_sessions(split(turns, self.seed).held_out)
        return means(Batch(turns).outcomes(self.settings), turns)


def compare(
    recommendation: Mapping[str, Any],
    recording: Columns,
    after: Columns,
    taken_under: Settings | None,
    profile: Profile | None = None,
) -> Comparison:
    """The promise beside what came of it.

    `recording` and `after` are the turns as read, before and after; `taken_under` the settings that the second
    recording says it was taken under; `profile` fills in what it has too little of, else the one that the promise was
    made with. Raises InputError where either cannot be replayed.
    """
    promise = Promise.of(recommendation)
    settings = taken_under or promise.settings
    completed = complete(settled(after), promise.seed, profile or promise.profile, settings)
    turns = completed.columns
    replayed = Batch(turns).outcomes(settings)
    known = ~np.isnan(turns.response_ms)
    times = _measured(replayed, turns)
    found = estimates(replayed, turns.session)
    if known.any():
        heard = known | ~np.isfinite(response_times(replayed))
        found |= _response(estimates(Outcomes(times.table[heard]), _dense(turns.session[heard])))
    figures = tuple(
        Kept(name, promise.before[name], promise.after[name], one, bool(known.any()) and name.startswith("response_ms"))
        for name, one in found.items()
        if name in promise.after and name != "response_ms.max"
    )
    recommended, was = promise.settings.flat(), settings.flat()
    return Comparison(
        figures,
        offsets(promise.parts(recording), replayed, turns),
        len(turns),
        len(turns.session_names),
        int(known.sum()),
        accuracy(replayed, turns),
        {name: (recommended[name], was[name]) for name in was if was[name] != recommended[name]},
        taken_under is None,
        completed.report.invented,
    )


def _measured(replayed: Outcomes, turns: Columns) -> Outcomes:
    """The outcomes with the response times that were measured in the place of the replayed ones."""
    table = replayed.table.copy()
    known = ~np.isnan(turns.response_ms)
    for name, value in (("response_ms", turns.response_ms[known]), ("failed", 0.0), ("lost", 0.0)):
        table[known, FIELDS.index(name)] = value
    return Outcomes(table)


def _response(found: dict[str, Estimate]) -> dict[str, Estimate]:
    return {name: one for name, one in found.items() if name.startswith("response_ms")}


def _dense(session: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    _, dense = np.unique(session, return_inverse=True)
    return dense.astype(np.int32)
