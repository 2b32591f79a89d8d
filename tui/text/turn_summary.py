"""The summary of a turn: when the answer was heard, the parts of that time, the events, and each reply's outcome."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text

from tui.charts.fitting import items_that_fit
from tui.i18n.translator import Translator
from tui.state.replayed_turn import ReplayedTurn

LEAST_MS = 0.5


@dataclass(frozen=True)
class TurnSummary:
    """The parts of the summary, as text."""

    settings: str
    """The name of the settings, with a colon."""
    answered: str
    """answered after 1,790 ms, cut off"""
    parts: tuple[str, ...]
    """network 160; silence 700"""
    fates: str
    """The outcome of each reply; empty where there is only one."""

    @property
    def text(self) -> Text:
        """For one or two lines of their own."""
        parts = " + ".join(self.parts)
        text = Text(self.answered, style="bold").append(f" = {parts}" if parts else "", style="not bold")
        return text.append(f"\n{self.fates}" if self.fates else "", style="not bold")

    def one_line(self, cells: int, settings: bool = True) -> str:
        """In one line, with the settings, and with as many parts as fit."""
        before = f"{self.settings if settings else ''}{self.answered}"
        return items_that_fit(cells, self.parts, " + ", f"{before} = ") if self.parts else before


def turn_summary(run: ReplayedTurn, tr: Translator) -> TurnSummary:
    """The summary of the turn under these settings."""
    outcome, comma = run.outcome, tr("turns.comma")
    answered = [_answered(run, tr)]
    answered += [tr(f"happened.{name}") for name in run.happened if name not in ("lost_rate", "failed_rate")]
    answered += [tr("turn.unknown_pauses")] if run.log.world.turn.speech.pauses is None else []
    answered += [tr("turn.unknown_overlaps")] if run.log.world.turn.overlaps is None else []
    parts = tuple(f"{tr(f'part_short.{name}')} {ms:,.0f}" for name, ms in outcome.parts or () if ms >= LEAST_MS)
    fates = (tr("turn.fate", number=number, fate=fate) for number, fate in enumerate(run.fates, 1))
    several = tr("turns.semicolon").join(fates) if len(run.fates) > 1 else ""
    return TurnSummary(
        tr("moment.of", settings=tr(f"settings_name.{run.named.name}")), comma.join(answered), parts, several
    )


def _answered(run: ReplayedTurn, tr: Translator) -> str:
    ms = run.outcome.response_ms
    if ms is None:
        return tr("moments.lost")
    return tr("moments.failed" if run.outcome.failed else "moments.answered", ms=ms)
