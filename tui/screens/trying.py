"""Try settings: sliders beside live figures, two pins to compare with, undo."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar, Literal

from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import Resize
from textual.widget import Widget
from textual.widgets import Static

from pipeline.recordings import require_free, write_settings
from stages.settings import Settings
from tui.charts.spread import spread
from tui.i18n.phrasing import key
from tui.screens.page import Page
from tui.screens.typing import Typing
from tui.state.app_state import Desk, Opened, Pin
from tui.state.slider_model import Knob, about, knobs, told
from tui.text.card import cards
from tui.text.changed import changed, changes
from tui.widgets.cards import Cards
from tui.widgets.histogram import Histogram
from tui.widgets.sliders import Sliders
from tui.workers.gauging import Gauging
from tuner.space.deployable import EVERYWHERE
from tuner.statistics.gauge import Gauge

Base = Literal["in force", "A", "B"]

ROOMY = 110
"""Columns from which what changed is listed beside the sliders."""


class TryScreen(Page):
    """What is on the sliders is judged as fast as they move."""

    NAME = "try"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("r", "reset", "try_key.reset"),
        key("R", "reset_all", "try_key.reset_all", show=False),
        key("u,ctrl+z", "undo", "try_key.undo"),
        key("y,ctrl+y", "redo", "try_key.redo", show=False),
        key("a", "pin('A')", "try_key.pin_a"),
        key("b", "pin('B')", "try_key.pin_b"),
        key("A", "take('A')", "try_key.take_a", show=False),
        key("B", "take('B')", "try_key.take_b", show=False),
        key("c", "compare", "try_key.compare"),
        key("s", "save", "try_key.save"),
        key("e", "export", "try_key.export"),
    ]
    DEFAULT_CSS = """
    TryScreen #left { width: 1fr; min-width: 38; max-width: 64; }
    TryScreen #right { width: 1fr; padding-left: 1; }
    TryScreen.-roomy #right { width: 2fr; }
    TryScreen #figures { height: auto; max-height: 55%; }
    TryScreen #about { height: 4; color: $text-muted; }
    TryScreen #moves { display: none; height: auto; max-height: 30%; margin-top: 1; }
    TryScreen.-roomy #moves { display: block; }
    TryScreen .heading { text-style: bold; color: $text-accent; height: 1; text-overflow: ellipsis; text-wrap: nowrap; }
    TryScreen #proof { height: auto; max-height: 2; color: $text-muted; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.gauge: Gauge | None = None
        """Of what is on the sliders, or was a moment ago."""
        self.base: Base = "in force"
        self._gauging: Gauging | None = None
        self._knobs: tuple[Knob, ...] = ()

    def contents(self) -> Iterable[Widget]:
        left = Vertical(
            Static(id="setting_heading", classes="heading", markup=False),
            Sliders(id="sliders"),
            Static(id="about", markup=False),
            VerticalScroll(Static(id="moved"), id="moves"),
            id="left",
        )
        right = Vertical(
            Static(id="figure_heading", classes="heading", markup=False),
            VerticalScroll(Cards(id="cards"), id="figures"),
            Histogram(id="spread"),
            Static(id="proof", markup=False),
            id="right",
        )
        yield Horizontal(left, right)

    def on_mount(self) -> None:
        self.desk.sliding.subscribe(self, self._slid)
        self.desk.pinning.subscribe(self, lambda _: self._show_changes())
        self.query_one(Sliders).focus()

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.width >= ROOMY, "-roomy")

    def opened(self, opened: Opened) -> None:
        self.gauge, self.base = None, "in force"
        self._knobs = knobs(opened)
        self._gauging = Gauging(self, opened.batch, opened.limits, self._gauged, self._lost)
        self._slid(self.desk.sliders)

    def compared_with(self) -> Settings:
        """The settings that figures and sliders are compared with."""
        in_force = self.desk.opened.settings if self.desk.opened else Settings()
        return in_force if self.base == "in force" else self.desk.pins.get(self.base, in_force)

    def on_sliders_moved(self, event: Sliders.Moved) -> None:
        settings = self.desk.sliders.replace({event.name: event.value})
        self.desk.slide(self.desk.opened.reach.tied(settings) if self.desk.opened else settings)

    def on_sliders_selected(self, event: Sliders.Selected) -> None:
        self._tell_about(event.knob)

    def on_sliders_typing(self, event: Sliders.Typing) -> None:
        knob = event.knob

        def typed(text: str | None) -> None:
            if text is not None:
                self._type(knob, knob.parse(text))

        now = told(knob.name, self.desk.sliders.flat()[knob.name]).removesuffix(" ms")
        self.app.push_screen(Typing(knob.name, about(knob, self.words), now, knob.parse), typed)

    def _type(self, knob: Knob, value: Any) -> None:
        """A value within the setting's range; where the vendor's stack does not go so far, that is told."""
        self.desk.slide(self.desk.sliders.replace({knob.name: value}))
        reach = self.desk.opened.reach if self.desk.opened else EVERYWHERE
        if reach.name and value not in knob.values and not reach.takes(self.desk.sliders):
            text = self.words("try.not_there", stack=reach.name, name=knob.name, value=told(knob.name, value))
            self.notify(text, severity="warning", timeout=8, markup=False)

    def action_reset(self) -> None:
        """The setting under the cursor as it is in what one compares with."""
        if knob := self.query_one(Sliders).knob:
            self.desk.slide(self.desk.sliders.replace({knob.name: self.compared_with().flat()[knob.name]}))

    def action_reset_all(self) -> None:
        self.desk.slide(self.compared_with())

    def action_undo(self) -> None:
        if not self.desk.undo():
            self.notify(self.words("try.nothing_undone"))

    def action_redo(self) -> None:
        if not self.desk.redo():
            self.notify(self.words("try.nothing_redone"))

    def action_pin(self, name: Pin) -> None:
        self.desk.pin(name, self.desk.sliders)
        self.notify(self.words("try.pinned", pin=name))

    def action_take(self, name: Pin) -> None:
        """What is pinned, on the sliders."""
        if name in self.desk.pins:
            self.desk.slide(self.desk.pins[name])
        else:
            self.notify(self.words("try.no_pin", pin=name, key=name.lower()), severity="warning")

    def action_compare(self) -> None:
        """The next thing to compare with: in force, A, B, as far as they are there."""
        there: list[Base] = ["in force", *(name for name in ("A", "B") if name in self.desk.pins)]
        if len(there) == 1:
            self.notify(self.words("try.no_pins"))
        self.base = there[(there.index(self.base) + 1) % len(there)] if self.base in there else "in force"
        self._slid(self.desk.sliders)

    def action_export(self) -> None:
        self.desk.wanted = "sliders"
        self.app.switch_mode("export")

    def action_save(self) -> None:
        """The sliders as a settings file."""
        settings = self.desk.sliders

        def save(text: str | None) -> None:
            if text is not None:
                path = Path(text).expanduser()
                self.work(lambda: write_settings(path, settings), lambda _: self._saved(path), group="save")

        about, heading = self.words("try.save_about"), self.words("try_key.save")
        check = lambda text: require_free(Path(text).expanduser(), force=False)  # noqa: E731
        self.app.push_screen(Typing(heading, about, "settings.json", check), save)

    def _saved(self, path: Path) -> None:
        self.notify(self.words("told.saved", path=str(path)), markup=False)

    def _slid(self, settings: Settings) -> None:
        """Judge what is on the sliders, and what it is compared with."""
        if self._gauging is None:
            return
        base = self.compared_with()
        if self._gauging.known(base) is None:
            self._gauging.ask(base)
        self._gauging.ask(settings)
        self.query_one(Sliders).show(self._knobs, settings, base)

    def _gauged(self, found: Gauge) -> None:
        if self._gauging is None:
            return
        if found.settings == self.desk.sliders:
            self.gauge = found
            if self._gauging.known(self.compared_with()) is None:
                self._gauging.ask(self.compared_with())
        elif found.settings != self.compared_with():
            self._gauging.ask(self.desk.sliders)
            return
        self._show()

    def _lost(self, error: Exception) -> None:
        self.tell_error(self._why(error))

    def _show(self) -> None:
        """The figures of the sliders, beside those of the base where they are known."""
        if self.gauge is None or self._gauging is None or self.desk.opened is None:
            return
        base = self._gauging.known(self.compared_with())
        words, gauge = self.words, self.gauge
        self.query_one(Cards).show(cards(gauge, base, words))
        before = None if base is None or base is gauge else base.response_ms
        self.query_one(Histogram).show(spread(gauge, words, before))
        self.query_one("#proof", Static).update(self._proof(gauge), layout=False)
        self._show_changes()

    def _show_changes(self) -> None:
        base, now = self.compared_with(), self.desk.sliders
        words, count = self.words, len(changed(base, now))
        self.query_one("#moved", Static).update(changes(base, now, words("try.as_base")))
        pins = " ".join(sorted(self.desk.pins))
        self._head("setting", words("try.settings", n=count) + (words("try.pins", pins=pins) if pins else ""))
        with_what = words("try.in_force") if self.base == "in force" else words("try.pin", pin=self.base)
        self._head("figure", words("try.compared", base=with_what))

    def _head(self, what: str, text: str) -> None:
        self.query_one(f"#{what}_heading", Static).update(text, layout=False)

    def _proof(self, gauge: Gauge) -> str:
        """What the figures rest on."""
        words, opened = self.words, self.desk.opened
        told_n = words("try.proof", n=gauge.figures["response_ms.p95"].n, met=gauge.figures["missed_interrupt_rate"].n)
        if opened is None:
            return told_n
        if opened.inputs.assumed is not None:
            return told_n + words("try.assumed", profile=opened.inputs.assumed.name)
        filled = len(opened.inputs.filled_in.fields)
        return told_n + (words("try.filled", n=filled) if filled else "")

    def _tell_about(self, knob: Knob) -> None:
        self.query_one("#about", Static).update(about(knob, self.words))
