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
from tui.i18n.localized import key
from tui.i18n.translator import Translator
from tuner.monitoring.alarms import Watched
from tuner.monitoring.figures import shown
from tuner.monitoring.snapshot import Snapshot
from tuner.statistics import numbers
from tuner.statistics.limits import Limit
from tuner.statistics.sequential.betting import Interval

EVERY_S = 2.0


class WatchApp(App[None]):
    """Shows a new snapshot every two seconds; `look` makes one, in a thread."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("q", "quit", "fleet.watch_quit"),
        key("r", "look_now", "fleet.watch_look"),
    ]
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #top, #alarms { height: auto; padding: 0 1; }
    #alarms { color: $text-error; max-height: 6; }
    #tables { height: 1fr; }
    #figures { width: 72; border: round $primary; padding: 0 1; }
    #agents { width: 1fr; border: round $primary; padding: 0 1; }
    #changes { height: 7; border: round $primary; padding: 0 1; }
    .-narrow #tables { layout: vertical; height: auto; }
    .-narrow #figures, .-narrow #agents, .-narrow #changes { width: 100%; height: auto; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 - as textual declares it

    def __init__(self, look: Callable[[], Snapshot], language: Language = "en") -> None:
        super().__init__()
        self._look, self._language = look, language
        self._bindings = Translator(language).bindings(self._bindings)
        self.snapshot: Snapshot | None = None

    def compose(self) -> ComposeResult:
        yield Static(translate(say("fleet.watch_reading"), self._language), id="top")
        yield Static(id="alarms")
        with VerticalScroll(id="page"):  # a narrow screen scrolls as a whole, a wide one by the table
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
        alarms.update("\n".join(translate(alarm_in_short(one), self._language) for one in found.alarms))
        self.query_one("#figure_table", Static).update(figures_table(found, self._language))
        self.query_one("#agent_table", Static).update(agents_table(found, self._language))
        self.query_one("#change_table", Static).update(changes_table(found, self._language))


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


def alarm_in_short(one: Watched) -> str:
    """An alarm in a line of a narrow screen."""
    limit = numbers.figure(one.limit.name, one.limit.value)
    rate, since = shown(one.limit, one.rate.value), clock_time(one.since_ms or 0)
    return say("fleet.watch_alarm_short", name=one.limit.name, rate=rate, limit=limit, since=since)


def headed(language: Language, *headings: str, expand: bool = True) -> Table:
    """A table with these headings, phrases of the catalogue."""
    table = Table(box=None, pad_edge=False, expand=expand)
    for heading in headings:
        table.add_column(translate(heading, language), no_wrap=True)
    return table


def figures_table(found: Snapshot, language: Language) -> Table:
    """A line a figure: today's rate with its interval, the limit, and how much speaks against it."""
    table = headed(
        language,
        say("fleet.watch_figure"),
        say("fleet.watch_limit"),
        say("fleet.watch_today"),
        say("fleet.watch_turns"),
        say("fleet.watch_evidence"),
    )
    for one in found.figures:
        style = "bold red" if one.alarm_ms is not None else ""
        mark = "! " if one.alarm_ms is not None else ""
        limit = numbers.figure(one.limit.name, one.limit.value)
        evidence = f"{min(one.wealth / one.needed, 1):.0%}" if one.rate.trials else "-"
        table.add_row(
            Text(mark + one.limit.name, style),
            limit,
            translate(interval(one.limit, one.rate), language),
            f"{one.rate.trials:,}",
            evidence,
        )
    return table


def agents_table(found: Snapshot, language: Language) -> Table:
    """A line an agent, the one with most against it first."""
    table = headed(
        language,
        say("fleet.watch_agent"),
        say("fleet.watch_status"),
        say("fleet.watch_version"),
        say("fleet.watch_against"),
        say("fleet.watch_strength"),
    )
    table.columns[0].no_wrap, table.columns[0].overflow = False, "fold"  # an id is never cut short
    for one in found.risks:
        agent = Text(("! " if one.alarm else "") + one.agent, "bold red" if one.alarm else "")
        against = strength(one.evidence) if one.figure else "-"
        table.add_row(agent, translate(status(one.online), language), one.version or "-", one.figure or "-", against)
    return table


def status(reported: str | None) -> str:
    """Whether an agent is connected, as it reports."""
    known = {"online": say("fleet.watch_online"), "offline": say("fleet.watch_offline")}
    return "?" if reported is None else known.get(reported, reported)


def strength(wealth: float) -> str:
    """How many times as much as at the start, at most a million."""
    return f"x{wealth:,.1f}" if wealth < 1e6 else "> x10^6"


def changes_table(found: Snapshot, language: Language) -> Table:
    """A line a change of settings."""
    table = headed(
        language,
        say("fleet.watch_since"),
        say("fleet.watch_version"),
        say("fleet.watch_settings"),
        say("fleet.watch_agents"),
        expand=False,
    )
    for one in found.changes:
        table.add_row(clock_time(one.at_ms), one.version or "-", one.digest[:12], f"{one.agents:,}")
    return table


def interval(limit: Limit, one: Interval) -> str:
    """2.1% (1.2%-4.0%)"""
    if one.value is None:
        return say("fleet.watch_unknown")
    value, low, high = (shown(limit, x) for x in (one.value, one.low, one.high))
    return f"{value} ({low}-{high})"


def clock_time(ms: int) -> str:
    """The time of the day on this machine."""
    return f"{datetime.fromtimestamp(ms / 1000).astimezone():%H:%M:%S}"
