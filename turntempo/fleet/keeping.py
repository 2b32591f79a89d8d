"""How long turns are kept: by age and by size."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stages.errors import InputError
from stages.i18n import Said, say
from turntempo.fleet.store import Store

DAY_MS = 86_400_000
_UNITS_MS = {"m": 60_000, "h": 3_600_000, "d": DAY_MS}
_SIZES = {"MB": 10**6, "GB": 10**9, "TB": 10**12}


@dataclass
class Keeping:
    """The turns to keep: none older, and at most so many bytes; None: all."""

    age_ms: int | None = None
    most_bytes: int | None = None
    ages_trusted: bool = True

    def roll_off(self, store: Store, now_ms: int) -> int:
        """Remove what is not to be kept; how many turns."""
        return store.roll_off(self._before(now_ms), self.most_bytes)

    def distrust_ages(self) -> None:
        """The clock was set: remove nothing by age until the next start."""
        self.ages_trusted = False

    def announced(self, store: Store, now_ms: int) -> Said | None:
        """What will be removed, before it is; None: all is kept."""
        if self.age_ms is None and self.most_bytes is None:
            return None
        before = self._before(now_ms)
        old = 0 if before is None else store.older_than(before)
        over = 0 if self.most_bytes is None else max(0, store.bytes() - self.most_bytes)
        age = "-" if self.age_ms is None else f"{self.age_ms / DAY_MS:g} d"
        size = "-" if self.most_bytes is None else f"{self.most_bytes / 1e6:,.0f} MB"
        return say("fleet.keeping", age=age, size=size, old=old, over=over / 1e6, turns=len(store))

    def _before(self, now_ms: int) -> int | None:
        return None if self.age_ms is None or not self.ages_trusted else now_ms - self.age_ms


def age_ms(text: str) -> int:
    """The milliseconds of 30d, 12h or 45m. Raises InputError."""
    found = re.fullmatch(r"(\d{1,5})\s*([mhd])", text.strip())
    if found is None or int(found[1]) == 0:
        raise InputError(say("fleet.bad_age", text=text))
    return int(found[1]) * _UNITS_MS[found[2]]


def size_bytes(text: str) -> int:
    """The bytes of 500MB, 2GB. Raises InputError."""
    found = re.fullmatch(r"(\d{1,5}(?:\.\d{1,3})?)\s*(MB|GB|TB)", text.strip(), re.IGNORECASE)
    if found is None or float(found[1]) == 0:
        raise InputError(say("fleet.bad_size", text=text))
    return round(float(found[1]) * _SIZES[found[2].upper()])
