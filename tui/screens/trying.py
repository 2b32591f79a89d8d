"""The Try screen: sliders beside live figures, two pins to compare with, undo."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Literal

from rich.text import Text
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static

from pipeline.recordings import write_settings
from stages.settings import Settings
from tui.charts.distribution import distribution
from tui.i18n.localized import key
from tui.screens.input_dialog import InputDialog
from tui.screens.step_screen import StepScreen
from tui.state.app_state import AppState, Opened, Pin
from tui.state.slider_model import SliderModel, description, slider_models, value_text
from tui.text.card import cards
from tui.text.settings_diff import changed, changes_table
from tui.widgets.cards import Cards
from tui.widgets.histogram import Histogram
from tui.widgets.sliders import Sliders
from tui.workers.figures_worker import FiguresWorker
from tuner.space.deployable import EVERYTHING
from tuner.statistics.gauge import Gauge, gauge

Base = Literal["in force", "A", "B"]

ROOMY = 110
"""Columns from which the changed settings are listed below the sliders."""


LOW = 18
"""Rows below which fewer figures are shown above the distribution."""


PROOF_LINES = 3
"""Lines below the figures that say what they rest on."""


class TryScreen(StepScreen):
    """Shows the figures of the settings on the sliders while they move."""

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
    TryScreen #proof { height: auto; max-height: 3; color: $text-muted; }
    TryScreen.-low #figures { max-height: 6; }
    """

    def __init__(self, app_state: AppState) -> None:
        super().__init__(app_state)
        self.gauge: Gauge | None = None
        """The figures of the settings on the sliders, or of those just before."""
        self.base: Base = "in force"
        self._worker: FiguresWorker[Settings, Gauge] | None = None
        self._models: tuple[SliderModel, ...] = ()

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
            Histogram(id="distribution"),
            Static(id="proof", markup=False),
            id="right",
        )
        yield Horizontal(left, right)

    def on_mount(self) -> None:
        self.app_state.sliders_changed.subscribe(self, self._sliders_changed)
        self.app_state.pins_changed.subscribe(self, lambda _: self._show_changes())
        self.query_one(Sliders).focus()

    def fit_to(self, size: Size) -> None:
        self.set_class(size.width >= ROOMY, "-roomy")
        self.set_class(size.height < LOW, "-low")

    def opened(self, opened: Opened) -> None:
        self.gauge, self.base = None, "in force"
        self._models = slider_models(opened)

        def judge(settings: Settings) -> Gauge:
            return gauge(opened.batch, settings, opened.limits)

        self._worker = FiguresWorker(self, judge, self._figures_done, self._figures_failed)
        self._sliders_changed(self.app_state.sliders)

    def compared_with(self) -> Settings:
        """The settings that figures and sliders are compared with."""
        in_force = self.app_state.opened.settings if self.app_state.opened else Settings()
        return in_force if self.base == "in force" else self.app_state.pins.get(self.base, in_force)

    def on_sliders_moved(self, event: Sliders.Moved) -> None:
        settings = self.app_state.sliders.replace({event.name: event.value})
        self.app_state.move_sliders(
            self.app_state.opened.deployable.coupled(settings) if self.app_state.opened else settings
        )

    def on_sliders_selected(self, event: Sliders.Selected) -> None:
        self._describe(event.model)

    def on_sliders_edit_requested(self, event: Sliders.EditRequested) -> None:
        model = event.model

        def typed(text: str | None) -> None:
            if text is not None:
                self._type(model, model.parse(text))

        now = value_text(model.name, self.app_state.sliders.flat()[model.name]).removesuffix(" ms")
        self.app.push_screen(InputDialog(model.name, description(model, self.tr), now, model.parse), typed)

    def _type(self, model: SliderModel, value: Any) -> None:
        """Set a value within the setting's range; warn where the vendor's stack cannot be set to it."""
        self.app_state.move_sliders(self.app_state.sliders.replace({model.name: value}))
        deployable = self.app_state.opened.deployable if self.app_state.opened else EVERYTHING
        if deployable.name and value not in model.values and not deployable.takes(self.app_state.sliders):
            text = self.tr("try.not_there", stack=deployable.name, name=model.name, value=value_text(model.name, value))
            self.notify(text, severity="warning", timeout=8, markup=False)

    def action_reset(self) -> None:
        """Set the setting under the cursor back to the value compared with."""
        if model := self.query_one(Sliders).model:
            self.app_state.move_sliders(
                self.app_state.sliders.replace({model.name: self.compared_with().flat()[model.name]})
            )

    def action_reset_all(self) -> None:
        self.app_state.move_sliders(self.compared_with())

    def action_undo(self) -> None:
        if not self.app_state.undo():
            self.notify(self.tr("try.nothing_undone"))

    def action_redo(self) -> None:
        if not self.app_state.redo():
            self.notify(self.tr("try.nothing_redone"))

    def action_pin(self, name: Pin) -> None:
        self.app_state.pin(name, self.app_state.sliders)
        self.notify(self.tr("try.pinned", pin=name))

    def action_take(self, name: Pin) -> None:
        """Put pinned settings on the sliders."""
        if name in self.app_state.pins:
            self.app_state.move_sliders(self.app_state.pins[name])
        else:
            self.notify(self.tr("try.no_pin", pin=name, key=name.lower()), severity="warning")

    def action_compare(self) -> None:
        """Compare with the next set of settings: in force, A, B; pins that are not set are skipped."""
        there: list[Base] = ["in force", *(name for name in ("A", "B") if name in self.app_state.pins)]
        if len(there) == 1:
            self.notify(self.tr("try.no_pins"))
        self.base = there[(there.index(self.base) + 1) % len(there)] if self.base in there else "in force"
        self._sliders_changed(self.app_state.sliders)

    def action_export(self) -> None:
        self.app_state.export_wanted = "sliders"
        self.app.switch_mode("export")

    def action_save(self) -> None:
        """Save the settings on the sliders as a file."""
        settings = self.app_state.sliders
        self.ask_to_save(self.tr("try.save_about"), "settings.json", lambda path: write_settings(path, settings))

    def _sliders_changed(self, settings: Settings) -> None:
        """Compute the figures of the settings on the sliders, and of those compared with."""
        if self._worker is None:
            return
        base = self.compared_with()
        if self._worker.cached(base) is None:
            self._worker.request(base)
        self._worker.request(settings)
        self.query_one(Sliders).show(self._models, settings, base)

    def _figures_done(self, found: Gauge) -> None:
        if self._worker is None:
            return
        if found.settings == self.app_state.sliders:
            self.gauge = found
            if self._worker.cached(self.compared_with()) is None:
                self._worker.request(self.compared_with())
        elif found.settings != self.compared_with():
            self._worker.request(self.app_state.sliders)
            return
        self._show()

    def _figures_failed(self, error: Exception) -> None:
        self.show_error(self._why(error))

    def _show(self) -> None:
        """Show the figures of the sliders, beside those compared with where they are known."""
        if self.gauge is None or self._worker is None or self.app_state.opened is None:
            return
        base = self._worker.cached(self.compared_with())
        tr, gauge = self.tr, self.gauge
        self.query_one(Cards).show(cards(gauge, base, tr))
        before = None if base is None or base is gauge else base.response_ms
        self.query_one(Histogram).show(distribution(gauge, tr, before))
        self.query_one("#proof", Static).update(self._proof(gauge), layout=False)
        self._show_changes()

    def _show_changes(self) -> None:
        base, now = self.compared_with(), self.app_state.sliders
        tr, count = self.tr, len(changed(base, now))
        self.query_one("#moved", Static).update(changes_table(base, now, tr("try.as_base")))
        pins = " ".join(sorted(self.app_state.pins))
        self._set_heading("setting", tr("try.settings", n=count) + (tr("try.pins", pins=pins) if pins else ""))
        with_what = tr("try.in_force") if self.base == "in force" else tr("try.pin", pin=self.base)
        self._set_heading("figure", tr("try.compared", base=with_what))

    def _set_heading(self, what: str, text: str) -> None:
        self.query_one(f"#{what}_heading", Static).update(text, layout=False)

    def _proof(self, gauge: Gauge) -> str:
        """How many turns the figures count, and what was simulated or filled in."""
        tr, opened = self.tr, self.app_state.opened
        n, missed = gauge.figures["response_ms.p95"].n, gauge.figures["missed_interrupt_rate"]
        counts = tr("try.proof_unknown", n=n) if missed.unknown else tr("try.proof", n=n, met=missed.n)
        if opened is None:
            return counts
        if opened.inputs.assumed is not None:
            return counts + tr("try.assumed", profile=opened.inputs.assumed.name)
        filled = len(opened.inputs.filled_in.fields)
        whole = counts + (tr("try.filled", n=filled) if filled else "")
        return whole if self._fits_proof(whole) else counts

    def _fits_proof(self, text: str) -> bool:
        """Whether the line below the figures holds the text whole."""
        width = self.query_one("#proof").size.width
        return not width or len(Text(text).wrap(self.app.console, width)) <= PROOF_LINES

    def _describe(self, model: SliderModel) -> None:
        self.query_one("#about", Static).update(description(model, self.tr))
