"""What a missing value is drawn from: its session, the recording, a profile (timing model, section 6)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.completion.report import FILLERS, Filler
from pipeline.completion.survival import Flags, Places, Survival, Wanted
from pipeline.simulation.profile import Profile, profile_names
from stages.arrays import Floats
from stages.errors import InputError

ENOUGH = 20
"""A session, or a recording, needs this many known values to be drawn from (timing model, section 6)."""


@dataclass
class Draws:
    """Values being drawn for one field: NaN where there is none yet; `filler[i]` is a place in `FILLERS`."""

    wanted: Wanted
    values: Floats
    filler: Places

    @classmethod
    def of(cls, wanted: Wanted) -> Draws:
        """Nothing drawn yet."""
        return cls(wanted, np.full(len(wanted.group), np.nan), np.full(len(wanted.group), -1))

    @property
    def open(self) -> Places:
        """What is still to be drawn."""
        return np.flatnonzero(np.isnan(self.values))

    def put(self, places: Places, values: Floats, plain: Filler, bounded: Filler) -> None:
        """Take the values that are not NaN; those drawn above a lower bound count as `bounded`."""
        found = places[~np.isnan(values)]
        self.values[places] = values
        above = self.wanted.above[found] > -np.inf
        self.filler[found] = np.where(above, FILLERS.index(bounded), FILLERS.index(plain))


@dataclass(frozen=True)
class Pool:
    """The values of one field that a recording holds, known ones and lower bounds, each with its session."""

    values: Floats
    censored: Flags
    session: Places
    sessions: int

    def draw(self, draws: Draws) -> None:
        """Draw from the sessions that have enough values, then from the recording (the wanted groups are sessions).

        Where a session has no value above a lower bound, the recording is drawn from instead.
        """
        session = draws.wanted.group
        self._draw(draws, self._of_sessions(session), session, "session")
        self._draw(draws, self._whole, np.zeros_like(session), "recording")

    def _draw(self, draws: Draws, curves: Survival, group: Places, name: Filler) -> None:
        places = draws.open[curves.exact[group[draws.open]] >= ENOUGH]
        wanted = draws.wanted
        values, left = curves.draw(Wanted(group[places], wanted.share[places], wanted.above[places]))
        draws.put(places, values, name, "kaplan_meier")
        wanted.share[places], wanted.above[places] = left.share, left.above

    def draw_from_few(self, draws: Draws, which: Flags) -> None:
        """Draw some of the values that are still missing from the recording, however few it has."""
        places = draws.open[which[draws.open]]
        if len(places) and self._whole.exact[0]:
            wanted = draws.wanted
            nothing = np.zeros(len(places), dtype=np.int64)
            values, _ = self._whole.draw(Wanted(nothing, wanted.share[places], wanted.above[places]))
            draws.put(places, values, "recording", "kaplan_meier")

    def _of_sessions(self, wanted: Places) -> Survival:
        """The curves of the sessions that are drawn from and have enough values; the others are empty."""
        known = np.bincount(self.session[~self.censored], minlength=self.sessions)
        asked = np.zeros(self.sessions, dtype=np.bool_)
        asked[wanted] = True
        kept = (asked & (known >= ENOUGH))[self.session]
        return Survival.of(self.values[kept], self.censored[kept], self.session[kept], self.sessions)

    @cached_property
    def _whole(self) -> Survival:
        return Survival.of(self.values, self.censored, np.zeros_like(self.session), 1)


def draw_from_profile(field: str, draws: Draws, profile: Profile | None, known: int) -> None:
    """Draw the values that are still missing from the profile; InputError where there is no profile.

    `known`: how many known values the recording has.
    """
    places = draws.open
    if not len(places):
        return
    share, above = draws.wanted.share[places], draws.wanted.above[places]
    if profile is None:
        raise InputError(_profile_needed(field, len(places), known, above))
    bounded = above > -np.inf
    values = np.where(bounded, profile.field(field).tail(share, above), profile.sample_field(field, share))
    draws.put(places, values, "profile", "profile_tail")


def _profile_needed(field: str, lacking: int, known: int, above: Floats) -> str:
    why = f"the recording has {known:,} to draw from, {ENOUGH} are needed"
    if known >= ENOUGH:
        why = f"the recording shows nothing above {above.max():g} ms"
    names = "|".join(profile_names())
    what = "1 value is" if lacking == 1 else f"{lacking:,} values are"
    return f"{field}: {what} not known, and {why}. Fill in from a profile: --profile {names}"
