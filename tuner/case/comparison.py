"""Before and after: whether what was promised came true in a recording taken under the recommended settings.

Response times of the second recording are those that were measured, where it has them. What a recording does not
measure, such as users cut off, is replayed on its turns under the settings it was taken with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot, inf
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from pipeline.batch import Batch, Outcomes
from pipeline.columns import CENSORABLE, Columns
from pipeline.completion import complete
from pipeline.loops import FIELDS
from pipeline.outcome import Parts
from pipeline.simulation import Profile
from pipeline.summary import response_times
from stages.errors import InputError
from stages.settings import Settings, parse
from tuner.intervals import Estimate, estimates, mean_of
from tuner.split import split

SCHEMA = "turntune.comparison/1"
PARTS = tuple(Parts.model_fields)

CENSORED = {
    "asr.final_ms": "final_ms",
    "llm.fallback_ttft_ms": "fallback_ttft_ms",
    "tts.fallback_ttfb_ms": "fallback_ttfb_ms",
    "llm.ttft_ms": "ttft_ms",
    "tts.ttfb_ms": "ttfb_ms",
}
"""Field that may be a bound -> its column."""

AT_ONCE = float(special.ndtri(1 - 0.025 / len(PARTS)) / special.ndtri(0.975))
"""So much wider are intervals that hold for all parts at once (Bonferroni)."""

FAR_MS = 1e6
"""Later than any setting waits."""

Status = Literal["came true", "better", "worse", "not shown", "not said"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Kept:
    """One figure: as it was before, as promised, and as found; all with 95 % intervals."""

    name: str
    before: Estimate
    promised: Estimate
    found: Estimate
    measured: bool
    """Found by measuring; else by replaying the new turns."""

    @property
    def status(self) -> Status:
        """By the intervals, lower being better.

        "not shown": the new recording fits the promise, and fits no change at all as well, where one was promised.
        """
        if self.promised.value is None or self.found.value is None:
            return "not said"
        if _below(self.found, self.promised):
            return "better"
        if _below(self.promised, self.found):
            return "worse"
        if _apart(self.before, self.promised) and not _apart(self.before, self.found):
            return "not shown"
        return "came true"

    def json_dict(self) -> dict[str, Any]:
        found = {name: getattr(self, name).json_dict() for name in ("before", "promised", "found")}
        return {"name": self.name, "status": self.status, "measured": self.measured} | found


@dataclass(frozen=True)
class Off:
    """How far one part of the mean response time is from the promise, in ms: positive is later.

    The interval holds for all parts at once with 95 %: of so many, one lies beyond its own by chance alone.
    """

    part: str
    """Of the response time, or "model": measured less replayed on the same turns."""
    promised_ms: float | None
    found_ms: float | None
    off_ms: float
    low: float | None
    high: float | None
    n: int

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)

    def json_dict(self) -> dict[str, Any]:
        values = {
            name: getattr(self, name) for name in ("part", "promised_ms", "found_ms", "off_ms", "low", "high", "n")
        }
        return values | {"beyond_chance": self.beyond_chance}


@dataclass(frozen=True)
class Comparison:
    """What was promised, beside what was found."""

    figures: tuple[Kept, ...]
    parts: tuple[Off, ...]
    """They add up to the difference of the means, on turns that were answered."""
    turns: int
    sessions: int
    measured: int
    """Turns whose response time was measured."""
    model_ms: tuple[float, float] | None
    """Half of these turns, and 95 % of them, were replayed to within so many ms of what was measured."""
    other_settings: dict[str, tuple[Any, Any]]
    """Setting -> as recommended, and as it was when the second recording was taken, where they differ."""
    assumed_settings: bool
    """The second recording does not say its settings: taken for the recommended ones."""
    invented: int
    """Values of the second recording that came from a profile."""

    def figure(self, name: str) -> Kept:
        """One figure by its name."""
        return next(one for one in self.figures if one.name == name)

    @property
    def kept(self) -> bool:
        """No figure came out worse than promised."""
        return all(one.status != "worse" for one in self.figures)

    def json_dict(self) -> dict[str, Any]:
        from tuner.case.promise import sentences

        return {
            "schema": SCHEMA,
            "kept": self.kept,
            "summary": sentences(self),
            "turns": self.turns,
            "sessions": self.sessions,
            "measured": self.measured,
            "model_ms": self.model_ms and {"half_within": self.model_ms[0], "95%_within": self.model_ms[1]},
            "figures": [one.json_dict() for one in self.figures],
            "parts": [one.json_dict() for one in self.parts],
            "other_settings": {name: list(values) for name, values in self.other_settings.items()},
            "assumed_settings": self.assumed_settings,
            "invented": self.invented,
        }


@dataclass(frozen=True)
class Promise:
    """What a recommendation says of the settings that it found."""

    settings: Settings
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
                {name: Estimate(name, **one) for name, one in judged["before"].items()},
                {name: Estimate(name, **one) for name, one in judged["after"].items()},
                recommendation["seed"],
                None if profile is None else Profile.load(profile),
                recommendation["held_out"] is not None,
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise InputError(f"recommendation.json: is not what `turntune tune` writes: {error!r}") from None

    def parts(self, recording: Columns) -> tuple[dict[str, Estimate], Estimate]:
        """The mean of each part, and of the whole, on the turns that the promise was judged on."""
        turns = complete(recording, self.seed, self.profile).columns
        if self.held_out:  # else all were tuned on
            turns = turns.of_sessions(split(turns, self.seed).held_out)
        return _means(Batch(turns).outcomes(self.settings), turns, np.ones(len(turns), dtype=np.bool_))


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
    completed = complete(settled(after), promise.seed, profile or promise.profile)
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
        _offs(promise, recording, replayed, turns),
        len(turns),
        len(turns.session_names),
        int(known.sum()),
        _model(replayed, turns),
        {name: (recommended[name], was[name]) for name in was if was[name] != recommended[name]},
        taken_under is None,
        completed.report.invented,
    )


def settled(turns: Columns) -> Columns:
    """The turns fit to be replayed under the settings they were taken with, and under no others.

    Those settings gave a stage up at a bound, and started no attempt beyond those seen: whatever lies there comes to
    the same, so it is put far up and need not be drawn.
    """
    values = {name: getattr(turns, name).copy() for name in CENSORED.values()}
    for bit, field in enumerate(CENSORABLE):
        name, _, place = field.rstrip("]").partition("[")
        column = values[CENSORED[name]]
        if place:
            column = column[:, int(place) : int(place) + 1]
        column[(turns.censored >> bit & 1).astype(np.bool_)] += FAR_MS
    for draws in (values["ttft_ms"], values["ttfb_ms"]):
        seen = ~np.isnan(draws)
        draws[seen.any(axis=1)[:, None] & ~seen] = FAR_MS
    return turns.replace(**values, censored=np.zeros_like(turns.censored))


def _offs(promise: Promise, recording: Columns, replayed: Outcomes, turns: Columns) -> tuple[Off, ...]:
    """Part by part how far the mean is off; last what the model itself got wrong on the new turns."""
    known = ~np.isnan(turns.response_ms) & np.isfinite(response_times(replayed))
    judged = known if known.any() else np.ones(len(turns), dtype=np.bool_)
    promised, _ = promise.parts(recording)
    now, _ = _means(replayed, turns, judged)
    if not promised or not now:
        return ()
    found = [_off(part, promised[part], now[part]) for part in PARTS]
    if known.any():
        wrong = turns.response_ms[known] - replayed.response_ms[known]
        mean = mean_of("model", wrong, turns.session[known])
        found.append(_with_interval("model", None, None, mean.value or 0.0, _half(mean), mean.n))
    return tuple(found)


def _off(part: str, promised: Estimate, found: Estimate) -> Off:
    """The difference of two means of different turns: their half widths add in quadrature."""
    then, now, halves = promised.value or 0.0, found.value or 0.0, (_half(promised), _half(found))
    half = None if None in halves else hypot(*(one or 0.0 for one in halves))
    return _with_interval(part, then, now, now - then, half, found.n)


def _half(one: Estimate) -> float | None:
    """Half the width of a mean's 95 % interval."""
    return None if one.high is None or one.value is None else one.high - one.value


def _with_interval(part: str, then: float | None, now: float | None, off: float, half: float | None, n: int) -> Off:
    if half is None:
        return Off(part, then, now, off, None, None, n)
    return Off(part, then, now, off, off - half * AT_ONCE, off + half * AT_ONCE, n)


def _means(outcomes: Outcomes, turns: Columns, among: npt.NDArray[np.bool_]) -> tuple[dict[str, Estimate], Estimate]:
    """The mean of each part over the turns answered; no parts where none was."""
    answered = np.isfinite(response_times(outcomes)) & among
    session = turns.session[answered]
    whole = mean_of("response_ms.mean", outcomes.response_ms[answered], session)
    if not answered.any():
        return {}, whole
    return {part: mean_of(part, getattr(outcomes, part)[answered], session) for part in PARTS}, whole


def _measured(replayed: Outcomes, turns: Columns) -> Outcomes:
    """The outcomes with the response times that were measured in the place of the replayed ones."""
    table = replayed.table.copy()
    known = ~np.isnan(turns.response_ms)
    for name, value in (("response_ms", turns.response_ms[known]), ("failed", 0.0), ("lost", 0.0)):
        table[known, FIELDS.index(name)] = value
    return Outcomes(table)


def _response(found: dict[str, Estimate]) -> dict[str, Estimate]:
    return {name: one for name, one in found.items() if name.startswith("response_ms")}


def _model(replayed: Outcomes, turns: Columns) -> tuple[float, float] | None:
    known = ~np.isnan(turns.response_ms) & np.isfinite(response_times(replayed))
    if not known.any():
        return None
    wrong = np.abs(turns.response_ms[known] - replayed.response_ms[known])
    half, most = np.quantile(wrong, [0.5, 0.95], method="inverted_cdf")
    return float(half), float(most)


def _dense(session: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    _, dense = np.unique(session, return_inverse=True)
    return dense.astype(np.int32)


def _below(one: Estimate, other: Estimate) -> bool:
    """Whether all of one interval lies below the other; an end that is not known does not."""
    return (inf if one.high is None else one.high) < (-inf if other.low is None else other.low)


def _apart(one: Estimate, other: Estimate) -> bool:
    """Whether the intervals have nothing in common; of one without a value (no answer): whether the other has one."""
    if one.value is None or other.value is None:
        return (one.value is None) != (other.value is None)
    return _below(one, other) or _below(other, one)
