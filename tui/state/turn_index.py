"""An index of all turns: names, response times and events; searched, sorted, and grouped."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipeline.kernel.batch import Outcomes
from pipeline.kernel.tally import happened, response_times
from pipeline.turns.columns import Columns
from stages.arrays import Floats
from tuner.diagnosis.parts import NAMES, windows

Places = npt.NDArray[np.int64]

ALL, UNANSWERED = "all", "unanswered"
GROUPS: dict[str, tuple[str, ...]] = {
    "cut_off": ("cut_off_rate",),
    "missed": ("missed_interrupt_rate",),
    "false": ("false_interrupt_rate",),
    UNANSWERED: ("failed_rate", "lost_rate"),
    "dead_air": ("dead_air_rate",),
}
"""Groups of turns in which something went wrong -> the figures that count it."""

EVENTS = (
    *("lost_rate", "failed_rate", "cut_off_rate", "false_interrupt_rate", "missed_interrupt_rate", "false_start_rate"),
    *("dead_air_rate", "restarted_rate", "degraded_rate", "history_lost_rate", "hiccup_rate", "stutter_rate"),
    "filler_rate",
)
"""What may happen in a turn, by the figure that counts it, the worst first."""

COLUMNS = ("turn", "session", "response", *NAMES, "happened")


@dataclass(frozen=True)
class SortKey:
    """A column that the turns are sorted by; `descending`: the largest first."""

    column: str
    descending: bool = False


SLOWEST_FIRST: tuple[SortKey, ...] = (SortKey("response", descending=True),)


@dataclass(frozen=True, eq=False)
class TurnIndex:
    """The outcome of every turn. A place is a turn's row in the columns."""

    turns: Columns
    outcomes: Outcomes

    def __len__(self) -> int:
        return len(self.turns)

    def turn(self, place: int) -> str:
        """The turn's name."""
        return _name(self.turns.ids[place])

    def session(self, place: int) -> str:
        """The name of its session."""
        return _name(self.turns.session_names[self.turns.session[place]])

    def response_ms(self, place: int) -> float | None:
        """None: the turn got no answer."""
        ms = float(self.response[place])
        return ms if np.isfinite(ms) else None

    def part_ms(self, place: int, part: str) -> float | None:
        """The length of a part of the response time; None: the turn was lost."""
        ms = float(getattr(self.outcomes, part)[place])
        return None if np.isnan(ms) else ms

    def events(self, place: int) -> dict[str, int]:
        """Figure that counts it -> how often it happened in this turn, the worst first."""
        return {name: times for name in EVENTS if (times := int(self.happened[name][place]))}

    @cached_property
    def response(self) -> Floats:
        """(n,) ms, infinite without an answer."""
        return response_times(self.outcomes)

    @cached_property
    def happened(self) -> dict[str, npt.NDArray[np.int64]]:
        """Figure -> (n,) how often it happened in each turn."""
        return {name: events.astype(np.int64) for name, (events, _) in happened(self.outcomes).items()}

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The parts of the response time that take time in some turn, in order."""
        return tuple(name for name in NAMES if (getattr(self.outcomes, name) > 0).any())

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the turns can be sorted by."""
        return tuple(name for name in COLUMNS if name not in NAMES or name in self.parts)

    @cached_property
    def groups(self) -> dict[str, Places]:
        """Name -> the places of its turns, ascending: all turns, slices of the response time, and what went wrong."""
        slices = {name: np.sort(places) for name, places in windows(self.outcomes).items()}
        wrong = {
            name: np.flatnonzero(sum((self.happened[figure] for figure in figures), np.zeros(len(self), np.int64)))
            for name, figures in GROUPS.items()
        }
        slowest = slices.pop("slowest", np.zeros(0, np.int64))
        return {ALL: np.arange(len(self)), "slowest": slowest, **wrong, **slices}

    @property
    def unknown(self) -> frozenset[str]:
        """The groups of which the recording does not show how many turns belong to them."""
        return frozenset(name for name, figures in GROUPS.items() if set(figures) & self.outcomes.unknown)

    def places(self, group: str, order: tuple[SortKey, ...] = SLOWEST_FIRST, text: str = "") -> Places:
        """The turns of a group whose name or session contains the text, sorted; ties keep the recorded order."""
        found = self.groups.get(group, self.groups[ALL][:0])
        if text:
            found = found[self._named(text)[found]]
        keys = [self._key(one.column, found) * (-1 if one.descending else 1) for one in reversed(order)]
        return found[np.lexsort([self.turns.position[found].astype(np.float64), *keys])]

    def _key(self, column: str, places: Places) -> Floats:
        if column == "turn":
            return self.turns.position[places].astype(np.float64)
        if column == "session":
            return self.turns.session[places].astype(np.float64)
        if column == "response":
            return self.response[places]
        if column == "happened":
            return self._weight[places]
        part: Floats = getattr(self.outcomes, column)[places]
        return np.nan_to_num(part, nan=np.inf)

    @cached_property
    def _weight(self) -> Floats:
        """(n,): a worse event always weighs more than all milder ones together."""
        kinds = sum(((self.happened[name] > 0) * 2.0**power for power, name in enumerate(reversed(EVENTS))), 0.0)
        return np.asarray(kinds, dtype=np.float64)

    @cached_property
    def _names(self) -> tuple[npt.NDArray[np.bytes_], npt.NDArray[np.bytes_]]:
        return np.char.lower(self.turns.ids), np.char.lower(self.turns.session_names)

    def _named(self, text: str) -> npt.NDArray[np.bool_]:
        wanted = text.lower().encode()
        ids, sessions = (np.char.find(names, wanted) >= 0 for names in self._names)
        return np.asarray(ids | sessions[self.turns.session])


def _name(text: bytes) -> str:
    return text.decode()
