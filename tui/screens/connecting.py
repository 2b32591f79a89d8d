"""The Connect screen: a recording of calls. Its figures, findings and settings, which are replayed as they move."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar, cast

from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static

from pipeline.connect.settings_file import write_settings
from pipeline.recordings import make_folder, write_text
from stages.connect_settings import ConnectSettings
from stages.i18n import say
from tui.i18n.localized import key
from tui.screens.input_dialog import InputDialog
from tui.screens.step_screen import StepScreen
from tui.state.app_state import AppState
from tui.state.calls import OpenedCalls
from tui.state.slider_model import SliderModel, connect_sliders, description, value_text
from tui.state.steps import Steps
from tui.text.card import connect_cards
from tui.text.document import document
from tui.widgets.cards import Cards
from tui.widgets.sliders import Sliders
from tui.workers.figures_worker import FiguresWorker
from tuner.connect.gauge import ConnectGauge, gauge
from tuner.connect.limits import ConnectLimit, limits_with
from tuner.connect.search import ConnectTuned, tune
from tuner.pages import connect
from tuner.pages.blocks import Chapter
from tuner.pages.wording import REPORT
from tuner.support.redaction import Redactor
from tuner.support.report.complaint import Complaint
from tuner.support.report.connecting import connect_facts, files_of

NARROW = 76
"""Columns below which the sliders have no track, so that the intervals of the figures fit beside them."""


class ConnectScreen(StepScreen):
    """Settings on the left, their figures on the right, and below what was found."""

    NAME = "connect"
    NEEDS_TURNS = False
    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+r", "search", "tuning_key.search"),
        key("b", "best", "connecting_key.best"),
        key("t", "limits", "connecting_key.limits"),
        key("r", "reset", "try_key.reset", show=False),
        key("R", "reset_all", "try_key.reset_all", show=False),
        key("u,ctrl+z", "undo", "try_key.undo"),
        key("y,ctrl+y", "redo", "try_key.redo", show=False),
        key("s", "save", "try_key.save"),
        key("e", "report", "connecting_key.report"),
    ]
    DEFAULT_CSS = """
    ConnectScreen #upper { height: auto; max-height: 65%; }
    ConnectScreen #left { width: 1fr; min-width: 38; max-width: 64; height: auto; }
    ConnectScreen #left Sliders { height: 10; }
    ConnectScreen #right { width: 1fr; padding-left: 1; height: auto; max-height: 100%; scrollbar-size-vertical: 1; }
    ConnectScreen.-narrow #left { width: 29; min-width: 29; }
    ConnectScreen.-narrow #about { display: none; }
    ConnectScreen #about { height: auto; max-height: 4; color: $text-muted; }
    ConnectScreen .heading { text-style: bold; color: $text-accent; height: 1; }
    ConnectScreen #found { height: 1fr; border-top: solid $foreground 30%; scrollbar-size-vertical: 1; }
    ConnectScreen #found:focus { border-top: heavy $border; }
    """

    def __init__(self, app_state: AppState) -> None:
        super().__init__(app_state)
        self.gauge: ConnectGauge | None = None
        """The figures of the settings on the sliders, or of those just before."""
        self.tuned: ConnectTuned | None = None
        """The result of the last search."""
        self.limits: tuple[ConnectLimit, ...] = limits_with(())
        self.steps = Steps(ConnectSettings(), self._moved)
        self._typed_limits = ""
        self._worker: FiguresWorker[ConnectSettings, ConnectGauge] | None = None
        self._models: tuple[SliderModel, ...] = ()

    def contents(self) -> Iterable[Widget]:
        left = Vertical(Sliders(id="sliders"), Static(id="about", markup=False), id="left")
        right = VerticalScroll(Cards(id="cards"), id="right", can_focus=False)
        yield Vertical(
            Static(id="heading", classes="heading", markup=False),
            Horizontal(left, right, id="upper"),
            VerticalScroll(Static(id="found-text"), id="found"),
        )

    def on_mount(self) -> None:
        self.query_one(Sliders).focus()

    def fit_to(self, size: Size) -> None:
        self.set_class(size.width < NARROW, "-narrow")

    def calls_opened(self, calls: OpenedCalls) -> None:
        self.gauge, self.tuned = None, None
        self._models = connect_sliders(calls)
        self._begin(calls)
        self.steps.reset(calls.settings)
        self._show_found()

    def _begin(self, calls: OpenedCalls) -> None:
        limits = self.limits

        def judge(settings: ConnectSettings) -> ConnectGauge:
            return gauge(calls.completed, settings, limits)

        self._worker = FiguresWorker(self, judge, self._figures_done, lambda error: self.show_error(self._why(error)))

    # Settings

    def on_sliders_moved(self, event: Sliders.Moved) -> None:
        self.steps.move(self.steps.value.replace({event.name: event.value}))

    def on_sliders_selected(self, event: Sliders.Selected) -> None:
        self.query_one("#about", Static).update(description(event.model, self.tr))

    def on_sliders_edit_requested(self, event: Sliders.EditRequested) -> None:
        model = event.model

        def typed(text: str | None) -> None:
            if text is not None:
                self.steps.move(self.steps.value.replace({model.name: model.parse(text)}))

        now = value_text(model.name, self.steps.value.flat()[model.name]).removesuffix(" ms")
        self.app.push_screen(InputDialog(model.name, description(model, self.tr), now, model.parse), typed)

    def action_reset(self) -> None:
        """Set the setting under the cursor back to the value in force."""
        model, calls = self.query_one(Sliders).model, self.app_state.calls
        if model and calls:
            self.steps.move(self.steps.value.replace({model.name: calls.settings.flat()[model.name]}))

    def action_reset_all(self) -> None:
        if calls := self.app_state.calls:
            self.steps.move(calls.settings)

    def action_undo(self) -> None:
        if not self.steps.undo():
            self.notify(self.tr("try.nothing_undone"))

    def action_redo(self) -> None:
        if not self.steps.redo():
            self.notify(self.tr("try.nothing_redone"))

    def action_best(self) -> None:
        """Put the recommended settings on the sliders."""
        if self.tuned is None:
            self.notify(self.tr("connecting.search_first"))
        elif self.tuned.recommended is None:
            self.notify(self.tr.translate(connect.nothing_recommended(self.tuned)), severity="warning", markup=False)
        else:
            self.steps.move(self.tuned.recommended)

    def action_limits(self) -> None:
        """Type the limits of the search, which the figures are held against too."""

        def typed(text: str | None) -> None:
            if text is not None and self.app_state.calls is not None:
                self._typed_limits, self.limits, self.tuned = text, limits_in(text), None
                self._begin(self.app_state.calls)
                self._moved(self.steps.value)
                self._show_found()

        heading, about = self.tr("connecting_key.limits"), self.tr("connecting.limits_about")
        self.app.push_screen(InputDialog(heading, about, self._typed_limits, limits_in), typed)

    def action_save(self) -> None:
        """Save the settings on the sliders as a file."""
        settings = self.steps.value
        self.ask_to_save(self.tr("connecting.save_about"), "connect.json", lambda path: write_settings(path, settings))

    def action_report(self) -> None:
        """Write the report and the draft of a reply, in the app's language, into a folder."""
        calls, limits, allowed = self.app_state.calls, self.limits, self.app_state.allowed
        language, made = self.tr.language, self._app.now().date()
        if calls is None:
            return

        def write(folder: Path) -> Path:
            found = connect_facts(calls.completed, limits, calls.source.seed)
            texts = files_of(Complaint(say("connect.title"), {}), found, made, (language,), Redactor())
            make_folder(folder)
            for name, text in texts.items():
                write_text(folder / name, text, force=True)
            return folder

        def typed(text: str | None) -> None:
            if text is not None:
                folder = allowed.write(Path(text).expanduser())
                self.work(lambda: write(folder), self.saved, group="save")

        heading, about = self.tr("connecting_key.report"), self.tr("connecting.report_about")
        check = lambda text: allowed.write(Path(text).expanduser())  # noqa: E731
        self.app.push_screen(InputDialog(heading, about, str(allowed.place("report")), check), typed)

    @property
    def _app(self) -> Any:
        return cast(Any, self.app)

    # Figures

    def _moved(self, settings: ConnectSettings) -> None:
        """Compute the figures of the settings on the sliders, and of those in force."""
        if self._worker is None or self.app_state.calls is None:
            return
        base = self.app_state.calls.settings
        if self._worker.cached(base) is None:
            self._worker.request(base)
        self._worker.request(settings)
        self.query_one(Sliders).show(self._models, settings, base)

    def _figures_done(self, found: ConnectGauge) -> None:
        if self._worker is None or self.app_state.calls is None:
            return
        if found.settings != self.steps.value:
            self._worker.request(self.steps.value)
            return
        self.gauge = found
        base = self.app_state.calls.settings
        if self._worker.cached(base) is None:
            self._worker.request(base)
        self._show_figures(found, self._worker.cached(base))

    def _show_figures(self, now: ConnectGauge, base: ConnectGauge | None) -> None:
        calls = self.app_state.calls
        if calls is None:
            return
        self.query_one(Cards).show(connect_cards(now, base, self.tr))
        changed = sum(value != calls.settings.flat()[name] for name, value in now.settings.flat().items())
        longer = now.settings.signalling.timeout_ms > calls.settings.signalling.timeout_ms
        doubt = self.tr("connecting.longer") if longer else self.tr("connecting.n", n=len(calls.completed.names))
        text = self.tr("connecting.heading", changed=self.tr("try.settings", n=changed), rest=doubt)
        self.query_one("#heading", Static).update(text, layout=False)

    # The search

    def action_search(self) -> None:
        """Search for better settings within the limits, in the background."""
        calls, limits = self.app_state.calls, self.limits
        if calls is None:
            return
        self.query_one("#found-text", Static).update(self.tr("connecting.searching"))
        seed = calls.source.seed
        self.work(
            lambda: tune(calls.completed, limits, seed), self._search_done, group="search", failed=self._search_failed
        )

    def _search_done(self, found: ConnectTuned) -> None:
        self.tuned = found
        self._show_found()

    def _search_failed(self, why: str) -> None:
        self._show_found()
        self.show_error(why)

    def _show_found(self) -> None:
        """The recommended settings, the findings, and what is assumed."""
        calls = self.app_state.calls
        if calls is None:
            return
        chapters: list[Chapter] = []
        if self.tuned is not None:
            chapters += connect.recommended(self.tuned, self.limits, REPORT)
        chapters += connect.findings(calls.diagnosis)
        chapters += connect.assumptions(calls.completed.assumed)
        self.query_one("#found-text", Static).update(document(chapters, self.tr.translate))
        self.query_one("#found").scroll_home(animate=False)


def limits_in(text: str) -> tuple[ConnectLimit, ...]:
    """The default limits, each replaced where one is typed, then the others typed, with commas between. InputError."""
    return limits_with(one.strip() for one in text.split(",") if one.strip())
