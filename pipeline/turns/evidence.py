"""What a recording shows, and so which figures may be given (timing model, section 6): unknown is not zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.turns.columns import Columns
from stages.arrays import Flags, Floats
from stages.settings import Settings

LACKING_SHARE = 0.1
"""Where this share of turns or more lacks a field, the figures that rest on it are not known."""

PAUSE_FIGURES = ("cut_off_rate", "false_start_rate", "restarted_rate", "llm_starts_per_turn")
"""The figures that rest on the pauses inside turns."""

OVERLAP_FIGURES = (
    "missed_interrupt_rate",
    "false_interrupt_rate",
    "hiccup_rate",
    "stop_ms",
    "talked_over_ms",
    "hiccup_ms",
)
"""The figures that rest on what the microphone picks up while the agent talks. `stop_ms` stands for its quantiles."""


LOST_FIGURE = "lost_rate"
"""Where users cannot be heard while the agent talks, it rests on the pauses; elsewhere no turn can be lost."""

HISTORY_FIGURES = ("history_lost_rate",)
"""The figures that rest on how far back users refer; where the whole history is kept, nothing of it can be lost."""

HISTORY_FIELD = "history.needs"

FIELDS = {"speech.pauses": PAUSE_FIGURES, "overlaps": OVERLAP_FIGURES, HISTORY_FIELD: HISTORY_FIGURES}
"""A field of a turn -> the figures that rest on it."""


def family(figure: str) -> str:
    """The name under which these sets hold a figure: `stop_ms` for `stop_ms.p95`."""
    return figure.partition(".")[0]


def lacking_field(figure: str) -> str:
    """The field of a turn to record so that this figure is known."""
    return next((field for field, figures in FIELDS.items() if family(figure) in figures), "speech.pauses")


@dataclass(frozen=True)
class Evidence:
    """What n turns show of users' pauses, of speech over the agent, and of how far back users refer.

    `pauses` and `overlaps` are the shares of turns that have them recorded or assumed; `pauses_assumed` and
    `overlaps_assumed` the shares that have them from a profile; `history` is the share with `history.needs`, which no
    profile gives. A pause shorter than `shortest_pause_ms` cannot have been seen.
    """

    pauses: float
    overlaps: float
    pauses_assumed: float
    overlaps_assumed: float
    history: float
    shortest_pause_ms: float

    @classmethod
    def of(cls, columns: Columns) -> Evidence:
        """The evidence of these turns, as recorded or as completed."""
        pauses, overlaps = columns.pauses_assumed, columns.overlaps_assumed
        return cls(
            pauses=_share(columns.pauses_known | pauses),
            overlaps=_share(columns.overlaps_known | overlaps),
            pauses_assumed=_share(pauses),
            overlaps_assumed=_share(overlaps),
            history=_share(~np.isnan(columns.history_needs)),
            shortest_pause_ms=float(columns.shortest_pause_ms.max(initial=0.0)),
        )

    @property
    def knows_pauses(self) -> bool:
        """Whether enough turns have their pauses."""
        return self.pauses > 1 - LACKING_SHARE

    @property
    def knows_overlaps(self) -> bool:
        """Whether enough turns have their overlaps."""
        return self.overlaps > 1 - LACKING_SHARE

    @property
    def knows_history(self) -> bool:
        """Whether enough turns say how far back they refer."""
        return self.history > 1 - LACKING_SHARE

    @property
    def never_known(self) -> frozenset[str]:
        """The figures that are not known under any settings."""
        pauses = () if self.knows_pauses else PAUSE_FIGURES
        overlaps = () if self.knows_overlaps else OVERLAP_FIGURES
        return frozenset((*pauses, *overlaps))

    def knows(self, figure: str) -> bool:
        """Whether enough turns have the field on which this figure rests; of any other figure: yes."""
        name = family(figure)
        if name in OVERLAP_FIGURES:
            return self.knows_overlaps
        if name in HISTORY_FIGURES:
            return self.knows_history
        return self.knows_pauses if name in (*PAUSE_FIGURES, LOST_FIGURE) else True

    def asks_for_unseen_pauses(self, vad_silence_ms: Floats) -> Flags:
        """(m,) whether a VAD with this silence would notice pauses that the recording cannot show."""
        return np.asarray(vad_silence_ms) < self.shortest_pause_ms

    def unknown(self, settings: Settings) -> frozenset[str]:
        """The figures that are not known under these settings."""
        short = bool(self.asks_for_unseen_pauses(np.array(settings.vad.silence_ms)))
        pauses = PAUSE_FIGURES if short or not self.knows_pauses else ()
        lost = (LOST_FIGURE,) if pauses and settings.barge_in.mode == "ignore" else ()
        history = () if settings.llm.max_history is None or self.knows_history else HISTORY_FIGURES
        return self.never_known | frozenset((*pauses, *lost, *history))

    @property
    def assumed(self) -> frozenset[str]:
        """The figures that rest on pauses or overlaps of a profile."""
        pauses = PAUSE_FIGURES if self.pauses_assumed >= LACKING_SHARE else ()
        overlaps = OVERLAP_FIGURES if self.overlaps_assumed >= LACKING_SHARE else ()
        return frozenset((*pauses, *overlaps)) - self.never_known


def _share(flags: Flags) -> float:
    return float(flags.mean()) if len(flags) else 0.0
