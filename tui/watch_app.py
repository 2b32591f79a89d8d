"""A screen that watches a fleet: alarms, figures against their limits, agents by risk, what changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual import work
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Footer, Static

from stages.i18n import Language, say, translate
from tuner.monitoring.alarms import Watched
from tuner.monitoring.figures import shown
from tuner.monitoring.snapshot import Snapshot
from tuner.statistics import numbers
from tuner.statistics.limits import Limit
from tuner.statistics.sequential.betting import Interval

EVERY_S = 2.0


class WatchApp(App[None]):
    """Shows a new snapshot every two seconds; `look` makes one, in a thread."""

    BINDINGS: ClassVar[list[BindingType]] = [("q", "quit", "Quit"), ("r", "look_now", "Look now")]
    CSS = """
    #top, #alarms { height: auto; padding: 0 1; }
    #alarms { border: round $error; }
    #figures { width: 3fr; border: round $primary; padding: 0 1; }
    #agents { width: 2fr; border: round $primary; padding: 0 1; }
    #changes { height: 7; border: round $primary; padding: 0 1; }
    .-narrow #tables { layout: vertical; }
    .-narrow #figures { width: 100%; height: 5fr; }
    .-narrow #agents { width: 100%; height: 4fr; }
    .-narrow #changes { height: 4; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 - as textual declares it

    def __init__(self, look: Callable[[], Snapshot], language: Language = "en") -> None:
        super().__init__()
        self._look, self._language = look, language
        self.snapshot: Snapshot | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="top")
        yield Static(id="alarms")
        with Horizontal(id="tables"):
            with VerticalScroll(id="figures"):
                yield Static(id="figure_table")
            with VerticalScroll(id="agents"):
                yield Static(id="agent_table")
        with VerticalScroll(id="changes"):
            yield Static(id="change_table")
        yield Footer()

    def on_mount(self) -> None:
        self.action_look_now()
        self.set_interval(EVERY_S, self.action_look_now)

    @work(thread=True, exclusive=True)
    def action_look_now(self) -> None:
        """Make a snapshot, and show it."""
        self.call_from_thread(self.show, self._look())

    def show(self, found: Snapshot) -> None:
        """Show a snapshot."""
        self.snapshot = found
        self.query_one("#top", Static).update(translate(top_line(found), self._language))
        alarms = self.query_one("#alarms", Static)
        alarms.display = bool(found.alarms)
        alarms.update("\n".join(translate(alarm_line(one), self._language) for one in found.alarms))
        self.query_one("#figure_table", Static).update(figures_table(found))
        self.query_one("#agent_table", Static).update(agents_table(found))
        self.query_one("#change_table", Static).update(changes_table(found))


def top_line(found: Snapshot) -> str:
    """Agents, turns and response times in a line."""
    p50, p95 = (numbers.ms(one.value) for one in found.response)
    return say(
        "fleet.watch_top",
        time=clock_time(found.at_ms),
        online=found.online,
        agents=found.agents,
        turns=found.turns_today,
        p50=p50,
        p95=p95,
        n=found.response[0].n,
        aside=found.aside,
    )


def alarm_line(one: Watched) -> str:
    """An alarm in a line."""
    return say(
        "fleet.watch_alarm",
        name=one.limit.name,
        rate=shown(one.limit, one.rate.value),
        since=clock_time(one.since_ms or 0),
        at=clock_time(one.alarm_ms or 0),
    )


def figures_table(found: Snapshot) -> Table:
    """A line a figure: today's rate with its interval, the limit, and how much speaks against it."""
    table = Table(box=None, pad_edge=False, expand=True)
    for heading in ("figure", "limit", "today", "n", "evidence"):
        table.add_column(heading, no_wrap=heading != "figure")
    for one in found.figures:
        style = "bold red" if one.alarm_ms is not None else ""
        mark = "! " if one.alarm_ms is not None else ""
        limit = numbers.figure(one.limit.name, one.limit.value)
        evidence = f"{min(one.wealth / one.needed, 1):.0%}" if one.rate.trials else "-"
        table.add_row(
            Text(mark + one.limit.name, style), limit, interval(one.limit, one.rate), f"{one.rate.trials:,}", evidence
        )
    return table


def agents_table(found: Snapshot) -> Table:
    """A line an agent, the one with most against it first."""
    table = Table(box=None, pad_edge=False, expand=True)
    for heading in ("agent", "is", "version", "most against it"):
        table.add_column(heading)
    for one in found.risks:
        against = "-" if one.figure is None else f"{one.figure} {strength(one.evidence)}"
        agent = Text(("! " if one.alarm else "") + one.agent, "bold red" if one.alarm else "")
        table.add_row(agent, one.online or "?", one.version or "-", against)
    return table


def strength(wealth: float) -> str:
    """How many times as much as at the start, at most a million."""
    return f"x{wealth:,.1f}" if wealth < 1e6 else "> x1,000,000"


def changes_table(found: Snapshot) -> Table:
    """A line a change of settings."""
    table = Table(box=None, pad_edge=False)
    for heading in ("since", "version", "settings", "agents"):
        table.add_column(heading)
    for one in found.changes:
        table.add_row(clock_time(one.at_ms), one.version or "-", one.digest[:12], f"{one.agents:,}")
    return table


def interval(limit: Limit, one: Interval) -> str:
    """2.1% (1.2%-4.0%)"""
    if one.value is None:
        return "not known"
    value, low, high = (shown(limit, x) for x in (one.value, one.low, one.high))
    return f"{value} ({low}-{high})"


def clock_time(ms: int) -> str:
    """The time of the day on this machine."""
    return f"{datetime.fromtimestamp(ms / 1000).astimezone():%H:%M:%S}"
