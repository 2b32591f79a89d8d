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
from tuner.monitoring.snapshot import Snapshot, State
from tuner.statistics import numbers
from tuner.statistics.limits import Limit
from tuner.statistics.sequential.betting import Interval

EVERY_S = 2.0

MOST_ON_SCREEN, MOST_PRINTED = 500, 20
"""The most lines of a table of agents or changes; `--json` has all."""


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
        self._looking = False
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

    def action_look_now(self) -> None:
        """Make a snapshot, and show it; where one is being made already, that is awaited."""
        if not self._looking:
            self._looking = True
            self._look_once()

    @work(thread=True)
    def _look_once(self) -> None:
        try:
            found = self._look()
        finally:
            self._looking = False
        self.call_from_thread(self.show, found)

    def show(self, found: Snapshot) -> None:
        """Show a snapshot."""
        self.snapshot = found
        self.query_one("#top", Static).update(translate(top_line(found), self._language))
        lines = [*notices(found), *(alarm_in_short(one) for one in found.alarms)]
        alarms = self.query_one("#alarms", Static)
        alarms.display = bool(lines)
        alarms.update("\n".join(translate(line, self._language) for line in lines))
        self.query_one("#figures").border_title = translate(limits_line(found), self._language)
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
        silent=found.silent,
        agents=found.agents,
        turns=found.turns_today,
        p50=p50,
        p95=p95,
        n=found.response[0].n,
        aside=found.aside,
    )


def notices(found: Snapshot) -> list[str]:
    """What makes the rest doubtful: nobody is heard of, or the agents have different limits."""
    lines: list[str] = []
    if found.quiet:
        lines.append(say("fleet.watch_quiet", time=clock_time(found.last_ms or 0)))
    if found.other_limits:
        lines.append(say("fleet.watch_other_limits"))
    return lines


def limits_line(found: Snapshot) -> str:
    """Whose limits these are."""
    if found.limits_of is None:
        return say("fleet.watch_limits_default")
    return say("fleet.watch_limits_of", version=found.limits_of)


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


def _fold(table: Table, *places: int) -> None:
    """Let names go on in the next line where the screen is narrow, so that no value is cut."""
    for place in places:
        table.columns[place].no_wrap, table.columns[place].overflow = False, "fold"


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
    _fold(table, 0)
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


def agents_table(found: Snapshot, language: Language, most: int = MOST_ON_SCREEN) -> Table:
    """A line an agent, the one with most against it first."""
    table = headed(
        language,
        say("fleet.watch_agent"),
        say("fleet.watch_status"),
        say("fleet.watch_version"),
        say("fleet.watch_against"),
        say("fleet.watch_strength"),
    )
    _fold(table, 0, 2, 3)
    for one in found.risks[:most]:
        agent = Text(("! " if one.alarm else "") + one.agent, "bold red" if one.alarm else "")
        against = strength(one.e_value) if one.figure and one.e_value is not None else "-"
        table.add_row(agent, translate(status(one.state), language), one.version or "-", one.figure or "-", against)
    if (more := len(found.risks) - most) > 0:
        table.add_row(translate(say("fleet.watch_more", n=more), language))
    return table


def status(state: State | None) -> str:
    """Whether an agent is connected."""
    known = {
        "online": say("fleet.watch_online"),
        "silent": say("fleet.watch_silent"),
        "offline": say("fleet.watch_offline"),
    }
    return "?" if state is None else known[state]


def strength(wealth: float) -> str:
    """How many times as much as at the start, at most a million."""
    return f"x{wealth:,.1f}" if wealth < 1e6 else "> x10^6"


def changes_table(found: Snapshot, language: Language, most: int = MOST_ON_SCREEN) -> Table:
    """A line a change of settings."""
    table = headed(
        language,
        say("fleet.watch_since"),
        say("fleet.watch_version"),
        say("fleet.watch_settings"),
        say("fleet.watch_agents"),
        expand=False,
    )
    for one in found.changes[:most]:
        table.add_row(clock_time(one.at_ms), one.version or "-", one.digest[:12], f"{one.agents:,}")
    if (more := len(found.changes) - most) > 0:
        table.add_row(translate(say("fleet.watch_more", n=more), language))
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
