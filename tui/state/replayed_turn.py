"""One turn, replayed event by event under named settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from pipeline.figures.outcome import Outcome
from pipeline.kernel.tally import happened, table_of
from pipeline.streaming import stream
from pipeline.streaming.events import Event, Log
from pipeline.streaming.reading import outcome
from pipeline.trace.event_text import reply_results
from pipeline.trace.gantt import Bar, Row
from pipeline.trace.lanes import decisive_span, extent, lanes, lines
from stages.i18n import Said
from stages.settings import Settings
from stages.turn import Turn
from tui.state.app_state import AppState
from tui.state.turn_index import EVENTS


@dataclass(frozen=True)
class NamedSettings:
    """Settings with a name: `now`, `sliders`, `found`, `A`, `B`."""

    name: str
    settings: Settings


def other_settings(app_state: AppState, now: Settings) -> tuple[NamedSettings, ...]:
    """The settings on the sliders, of the search result and of the pins, if they differ from those in force."""
    lying = [NamedSettings("sliders", app_state.sliders)]
    if app_state.result is not None:
        lying.append(NamedSettings("found", app_state.result.recommendation.settings))
    lying += [NamedSettings(name, settings) for name, settings in sorted(app_state.pins.items())]
    return tuple(one for one in lying if one.settings != now)


@dataclass(frozen=True)
class ReplayedTurn:
    """The events of the turn; all times in ms from the true end of the user's turn."""

    named: NamedSettings
    log: Log

    @cached_property
    def outcome(self) -> Outcome:
        return outcome(self.log)

    @cached_property
    def lanes(self) -> tuple[Row, ...]:
        return tuple(Row(row.label, self._from_end(row.bars)) for row in lanes(self.log))

    @cached_property
    def lines(self) -> tuple[Bar, ...]:
        """Lines across all lanes."""
        return self._from_end(lines(self.log))

    @cached_property
    def fates(self) -> tuple[Said, ...]:
        """The outcome of each reply."""
        return tuple(reply_results(self.log))

    @cached_property
    def events(self) -> tuple[tuple[float, Event], ...]:
        """(time, event), in order."""
        return tuple((event.at_ms - self.origin_ms, event) for event in self.log.events)

    @cached_property
    def happened(self) -> tuple[str, ...]:
        """The figures that count an event of this turn, the worst first."""
        counted = happened(table_of([self.outcome]))
        return tuple(name for name in EVENTS if counted[name][0][0])

    @property
    def origin_ms(self) -> float:
        """The true end of the user's turn, in ms from its first word."""
        return self.log.world.end_ms

    @property
    def extent(self) -> tuple[float, float]:
        begin_ms, end_ms = extent(self.log)
        return begin_ms - self.origin_ms, end_ms - self.origin_ms

    @property
    def decisive_span(self) -> tuple[float, float]:
        begin_ms, end_ms = decisive_span(self.log)
        return begin_ms - self.origin_ms, end_ms - self.origin_ms

    def _from_end(self, bars: Iterable[Bar]) -> tuple[Bar, ...]:
        return tuple(bar.earlier(self.origin_ms) for bar in bars)


def replay(turn: Turn, named: NamedSettings) -> ReplayedTurn:
    """The turn under these settings."""
    return ReplayedTurn(named, stream.run(turn, named.settings))
