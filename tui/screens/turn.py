"""The Turn screen: one turn on a time axis; arrow keys move a cursor from event to event."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Static

from pipeline.trace.timeline import render
from pipeline.turns.rows import turn_at
from tui.charts.fitting import items_that_fit
from tui.charts.time_window import TimeWindow
from tui.charts.timeline import Track, legend, tracks
from tui.i18n.localized import Localized, key
from tui.state.app_state import AppState
from tui.state.diagnosis_snapshot import DiagnosisSnapshot
from tui.state.replayed_turn import NamedSettings, ReplayedTurn, other_settings, replay
from tui.state.turn_index import Places
from tui.text.moment import event_times, moment_text, next_time
from tui.text.settings_diff import changed
from tui.text.turn_summary import turn_summary
from tui.widgets.key_bar import KeyBar
from tui.widgets.lanes import Lanes

HIGH = 36
"""Rows from which two runs show all their lanes."""

LOW = 5
"""Rows for the events at the cursor, on a low screen."""


TURNS = Binding.Group("turn_key.turns", compact=True)


class TurnScreen(Localized, Screen[int | None]):
    """Returns the last position in the table; None: another source is open by now."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down,tab", "event(1)", "turn_key.event"),
        key("up,shift+tab", "event(-1)", "turn_key.event_back", show=False),
        key("f", "fit", "turn_key.fit"),
        key("n", "turn(1)", "turn_key.next", group=TURNS),
        key("p", "turn(-1)", "turn_key.before", group=TURNS),
        key("x", "compare", "turn_key.compare"),
        key("c", "copy", "turn_key.copy"),
        key("escape,q", "leave", "key.back"),
    ]
    DEFAULT_CSS = """
    TurnScreen { overflow: hidden; }
    TurnScreen #name { height: 1; background: $panel; text-style: bold; text-overflow: ellipsis; text-wrap: nowrap; }
    TurnScreen #summary { height: auto; max-height: 4; }
    TurnScreen #legend { height: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    TurnScreen #when { height: 1; text-style: bold; color: $text-accent; text-wrap: nowrap; text-overflow: ellipsis; }
    TurnScreen.-low #summary { max-height: 1; }
    TurnScreen.-low #legend { display: none; }
    TurnScreen.-low #moments { height: 3; }
    TurnScreen #moments { height: 5; }
    TurnScreen.-high #lanes { height: auto; max-height: 60%; }
    TurnScreen.-high #moments { height: 1fr; }
    TurnScreen .moment { width: 1fr; height: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }
    TurnScreen #then { display: none; border-left: vkey $border; padding-left: 1; }
    TurnScreen.-two #then { display: block; }
    TurnScreen.-two #summary { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    TurnScreen.-two #lanes { height: auto; max-height: 65%; }
    TurnScreen.-two #moments { height: 1fr; }
    """

    def __init__(self, app_state: AppState, snapshot: DiagnosisSnapshot, places: Places, cursor: int) -> None:
        super().__init__()
        self.app_state, self.snapshot, self.places, self.cursor = app_state, snapshot, places, cursor
        self.beside: str | None = None
        """Name of the settings shown beside those in force; None: none."""
        self.runs: tuple[ReplayedTurn, ...] = ()
        self._tracks: tuple[Track, ...] = ()

    @property
    def window(self) -> TimeWindow:
        """The visible part of the time axis, with the cursor."""
        return self.query_one(Lanes).window

    def compose(self) -> ComposeResult:
        yield Static(id="name", markup=False)
        yield Static(id="summary", markup=False)
        yield Lanes(id="lanes")
        yield Static(id="legend", markup=False)
        yield Static(id="when", markup=False)
        yield Horizontal(Static(id="now", classes="moment"), Static(id="then", classes="moment"), id="moments")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(Lanes).focus()
        self._show_turn()

    def on_screen_resume(self) -> None:
        """Another source may have been opened, or sliders moved, on other screens."""
        if self.app_state.opened is not self.snapshot.opened:
            self.dismiss(None)
        elif self.runs:
            self._show_runs(keep=True)

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.height < 22, "-low")
        high = event.size.height >= HIGH
        if high != self.has_class("-high"):
            self.set_class(high, "-high")
        self._show_summary()
        self._show_lanes()
        self._show_moment()

    def on_lanes_moved(self, event: Lanes.Moved) -> None:
        self._show_moment()

    def action_event(self, step: int) -> None:
        """Move the cursor to the next event."""
        window = self.window
        self.query_one(Lanes).see(window.moved_to(next_time(event_times(self.runs), window.at_ms, step)))

    def action_fit(self) -> None:
        """Show the whole turn; the second time, the part that explains it."""
        window = self.window
        stretch = self._decisive_span() if window.is_whole else (window.first_ms, window.last_ms)
        self.query_one(Lanes).see(window.showing(*stretch))

    def action_turn(self, step: int) -> None:
        """Show the next turn of the table, as it is sorted and filtered."""
        cursor = min(max(self.cursor + step, 0), len(self.places) - 1)
        if cursor == self.cursor:
            self.notify(self.tr("turn.no_more"))
            return
        self.cursor = cursor
        self._show_turn()

    def action_compare(self) -> None:
        """Show the next set of settings beside those in force: sliders, search result, pins, none."""
        names = [one.name for one in self._others()]
        if not names:
            self.notify(self.tr("turn.nothing_beside"))
            return
        after = names.index(self.beside) + 1 if self.beside in names else 0
        self.beside = names[after] if after < len(names) else None
        self._show_runs(keep=True)

    def action_copy(self) -> None:
        """Copy the timeline as text, as `turntempo replay --trace` prints it."""
        self.app.copy_to_clipboard("\n".join(render(run.log) for run in self.runs))
        self.notify(self.tr("turn.copied"))

    def action_leave(self) -> None:
        self.dismiss(self.cursor)

    def _others(self) -> tuple[NamedSettings, ...]:
        return other_settings(self.app_state, self.snapshot.opened.settings)

    def _show_turn(self) -> None:
        place, tr, turn_index = int(self.places[self.cursor]), self.tr, self.snapshot.turn_index
        name = tr(
            "turn.name",
            turn=turn_index.turn(place),
            session=turn_index.session(place),
            number=self.cursor + 1,
            of=len(self.places),
        )
        self.query_one("#name", Static).update(name)
        self._show_runs(keep=False)

    def _show_runs(self, *, keep: bool) -> None:
        """Replay the turn under the settings in force, and under the others if chosen; `keep`: keep the window."""
        turn = turn_at(self.snapshot.turn_index.turns, int(self.places[self.cursor]))
        settings = [NamedSettings("now", self.snapshot.opened.settings)]
        settings += [one for one in self._others() if one.name == self.beside]
        self.runs = tuple(replay(turn, one) for one in settings)
        self.set_class(len(self.runs) > 1, "-two")
        self._show_summary()
        before = self.window
        first, last = min(run.extent[0] for run in self.runs), max(run.extent[1] for run in self.runs)
        window = TimeWindow(first, last, first, last, 0.0)
        if keep:
            window = window.showing(before.begin_ms, before.end_ms).moved_to(before.at_ms)
        else:
            window = window.showing(*self._decisive_span())
        self._show_lanes(window)

    def _show_summary(self) -> None:
        """The outcome and its parts; of two runs the settings in which they differ."""
        if not self.runs:
            return
        one, low = turn_summary(self.runs[0], self.tr), self.has_class("-low")
        summary = self._differs() if len(self.runs) > 1 else one.one_line(self.size.width, False) if low else one.text
        self.query_one("#summary", Static).update(summary)

    def _differs(self) -> str:
        """The settings in which the other run differs, as many as fit."""
        now, other = (run.named for run in self.runs)
        moves = [f"{name} {was} → {then}" for name, (was, then) in changed(now.settings, other.settings).items()]
        heading = self.tr("moment.of", settings=self.tr(f"settings_name.{other.name}"))
        return items_that_fit(self.size.width, moves, self.tr("turns.comma"), heading)

    def _show_lanes(self, window: TimeWindow | None = None) -> None:
        """Show all lanes that fit; two runs on a low screen show only the main lanes."""
        if not self.runs:
            return
        headings = tuple(turn_summary(run, self.tr).one_line(self.size.width) for run in self.runs)
        compact = len(self.runs) > 1 and not self.has_class("-high")
        self._tracks = tracks(self.runs, headings, self.tr, compact=compact)
        self.query_one("#legend", Static).update(legend(self._tracks, self.tr))
        self.query_one(Lanes).show(self._tracks, window or self.window)
        self.call_after_refresh(self._show_moment)

    def _decisive_span(self) -> tuple[float, float]:
        stretches = [run.decisive_span for run in self.runs]
        return min(begin for begin, _ in stretches), max(end for _, end in stretches)

    def _show_moment(self) -> None:
        if not self.runs:
            return
        tr, at_ms = self.tr, self.window.at_ms
        self.query_one("#when", Static).update(tr("moment.when", at=at_ms, since=at_ms + self.runs[0].origin_ms))
        room = self.query_one("#moments").size
        rows, cells = room.height or LOW, room.width // len(self.runs) - 2 * (len(self.runs) > 1)
        for run, name in zip(self.runs, ("now", "then"), strict=False):
            heading = tr("moment.of", settings=tr(f"settings_name.{run.named.name}")) if len(self.runs) > 1 else ""
            self.query_one(f"#{name}", Static).update(moment_text(run, at_ms, rows, cells, tr, heading))
