"""The state that all screens share: the open source, settings tried and pinned, the result of a search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from textual.app import App
from textual.signal import Signal

from pipeline.kernel.batch import Batch
from stages.settings import Settings
from tui.state.allowed import EVERYWHERE, Allowed
from tui.state.calls import OpenedCalls
from tui.state.steps import Steps
from tui.state.turn_source import TurnSource
from tuner.deploy.inputs import Inputs
from tuner.recommendation.frontier import Trade
from tuner.recommendation.recommendation import Recommendation
from tuner.space.deployable import EVERYTHING, DeployableSpace
from tuner.statistics.limits import Limit, default_limits
from tuner.statistics.objective import DEFAULT_GOAL, Goal
from tuner.support.case import Case

Pin = Literal["A", "B"]
PINS: tuple[Pin, ...] = ("A", "B")


@dataclass(frozen=True)
class Opened:
    """Turns ready to be replayed, the settings in force, the goal and the limits."""

    source: TurnSource
    inputs: Inputs
    batch: Batch
    case: Case | None = None
    deployable: DeployableSpace = EVERYTHING
    """The values that the case's vendor can be set to."""
    locks: tuple[tuple[str, str], ...] = ()
    """Setting -> why these turns cannot judge it or its price."""
    goal: Goal = DEFAULT_GOAL
    limits: tuple[Limit, ...] = default_limits()

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.inputs.settings

    @property
    def title(self) -> str:
        return self.case.title if self.case else self.source.title


@dataclass(frozen=True)
class SearchResult:
    """A recommendation, and the folder with its files."""

    recommendation: Recommendation
    folder: Path
    write_error: str = ""
    """Why not all of its files could be written."""


class AppState:
    """Shared state. Each change is published once, to the subscribers of its signal."""

    def __init__(self, owner: App[Any], allowed: Allowed = EVERYWHERE) -> None:
        self.allowed = allowed
        self.opened: Opened | None = None
        """The turns that were opened last."""
        self.calls: OpenedCalls | None = None
        """A recording of calls, where that was opened last: the screens of turns are then out of reach."""
        self.pins: dict[Pin, Settings] = {}
        self.result: SearchResult | None = None
        self.picked: Trade | None = None
        """A point of the result's frontier, chosen for export."""
        self.stop_search: Callable[[Callable[[], None]], None] | None = None
        """Stops the running search with the best so far, then calls what is given; None: no search is running."""
        self.export_wanted = ""
        """Which settings the Export screen should show first: `sliders` or `picked`; "" for no wish."""
        self.opened_changed: Signal[Opened] = Signal(owner, "opened")
        self.calls_changed: Signal[OpenedCalls] = Signal(owner, "calls")
        self.sliders_changed: Signal[Settings] = Signal(owner, "sliders")
        self.pins_changed: Signal[dict[Pin, Settings]] = Signal(owner, "pins")
        self.result_changed: Signal[SearchResult | None] = Signal(owner, "found")
        self._steps = Steps(Settings(), self.sliders_changed.publish)

    def open(self, opened: Opened) -> None:
        """Replace the open source; pins and result are cleared, the sliders show the settings in force."""
        self.opened, self.calls = opened, None
        self.opened_changed.publish(opened)
        self.set_result(None)
        self.pins = {}
        self.pins_changed.publish(self.pins)
        self.reset_sliders(opened.settings)

    def open_calls(self, calls: OpenedCalls) -> None:
        """Open a recording of calls; turns that were open are kept until others are opened."""
        self.calls = calls
        self.calls_changed.publish(calls)

    @property
    def source(self) -> TurnSource | None:
        """What is open now."""
        if self.calls is not None:
            return self.calls.source
        return None if self.opened is None else self.opened.source

    @property
    def sliders(self) -> Settings:
        """The settings being tried."""
        return self._steps.value

    def reset_sliders(self, settings: Settings) -> None:
        """Set the sliders and forget the steps to undo."""
        self._steps.reset(settings)

    def move_sliders(self, settings: Settings) -> None:
        """Set the sliders; the change can be undone."""
        self._steps.move(settings)

    def undo(self) -> bool:
        """Go back to the settings before the last change; False: there are none."""
        return self._steps.undo()

    def redo(self) -> bool:
        return self._steps.redo()

    def pin(self, name: Pin, settings: Settings | None) -> None:
        """Keep these settings to compare with; None removes the pin."""
        self.pins = {pin: kept for pin, kept in self.pins.items() if pin != name}
        if settings is not None:
            self.pins[name] = settings
        self.pins_changed.publish(self.pins)

    def set_result(self, result: SearchResult | None) -> None:
        """Replace the result of the search; None: there is none."""
        self.result, self.picked = result, None
        self.result_changed.publish(result)

    def pick(self, trade: Trade) -> None:
        """Choose a point of the frontier for export."""
        self.picked, self.export_wanted = trade, "picked"
