"""Filling in one field of a recording, all its attempts together (timing model, section 6)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.completion.pools import Draws, Pool, draw_from_profile
from pipeline.completion.report import FILLERS, Filled, Filler
from pipeline.completion.survival import Flags, Places, Wanted
from pipeline.simulation.profile import Profile
from pipeline.turns.draws import Hashes, uniforms
from stages.arrays import Floats


@dataclass(frozen=True)
class DrawSource:
    """What draws are made from: the seed, the turns' ids (hashed) and sessions, and a profile where one is named."""

    seed: int
    hashes: Hashes
    session: Places
    sessions: int
    profile: Profile | None

    def uniforms(self, field: str) -> Floats:
        """(n,) in (0, 1): they depend only on the seed, a turn's id and the field."""
        return uniforms(self.seed, self.hashes, field)


@dataclass(frozen=True)
class Table:
    """A field's values in n turns, (n, d): a column an attempt, one column for a field that is not a list.

    NaN: missing. Infinite: it does not arrive. Where `censored`, the value is a lower bound.
    """

    field: str
    names: tuple[str, ...]
    """(d,) the names of the columns, such as "llm.ttft_ms[0]"."""
    values: Floats
    censored: Flags
    unseen: Flags
    """(n, d) attempts that were never made: the few values of the recording will do where there is no profile."""

    def filled(self, source: DrawSource, others: Pool | None = None) -> tuple[Floats, dict[str, Filled]]:
        """The values without gaps, and what was done in each column that had any.

        `others` are values of a like field: they are drawn from where the field has too few of its own.
        """
        missing, bounds = np.isnan(self.values), self.censored & np.isfinite(self.values)
        gaps = missing | bounds
        if not gaps.any():
            return self.values, {}
        turns, columns = np.nonzero(gaps)
        draws = Draws.of(Wanted(source.session[turns], self._shares(gaps, source), self._bounds(gaps, bounds)))
        pool = self.pool(source)
        pool.draw(draws)
        if others is not None:
            others.draw(draws)
        if source.profile is None:
            for some in (pool, *([others] if others else [])):
                some.draw_from_few(draws, self.unseen[gaps])
        draw_from_profile(self.field, draws, source.profile, int((~pool.censored).sum()))
        values = self.values.copy()
        values[gaps] = draws.values
        return values, self._report(missing, bounds, columns, draws.filler)

    def pool(self, source: DrawSource) -> Pool:
        """The known values to draw from: those of all attempts, as attempts are independent requests."""
        turns, columns = np.nonzero(np.isfinite(self.values))
        return Pool(self.values[turns, columns], self.censored[turns, columns], source.session[turns], source.sessions)

    def _shares(self, gaps: Flags, source: DrawSource) -> Floats:
        shares = np.empty(gaps.shape)
        for place, name in enumerate(self.names):
            if gaps[:, place].any():
                shares[:, place] = source.uniforms(name)
        return shares[gaps]

    def _bounds(self, gaps: Flags, bounds: Flags) -> Floats:
        return np.where(bounds, self.values, -np.inf)[gaps]

    def _report(self, missing: Flags, bounds: Flags, columns: Places, filler: Places) -> dict[str, Filled]:
        report = {}
        for place, name in enumerate(self.names):
            if by := counted(filler[columns == place]):
                report[name] = Filled(int(missing[:, place].sum()), int(bounds[:, place].sum()), by)
        return report


def counted(filler: Places) -> dict[Filler, int]:
    """Filler -> how many values it gave."""
    counts = np.bincount(filler, minlength=len(FILLERS))
    return {name: int(count) for name, count in zip(FILLERS, counts, strict=True) if count}
