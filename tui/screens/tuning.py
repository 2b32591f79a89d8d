"""The Tune screen: fill in the form of a search, watch it, read its result, and explore the trade-off."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, cast

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from pipeline.writing import locked, make_folder
from stages.errors import TurntempoError
from tui.i18n.localized import key
from tui.screens.confirm_dialog import ConfirmDialog
from tui.screens.step_screen import StepScreen
from tui.state import results
from tui.state.app_state import AppState, Opened, SearchResult
from tui.state.diagnosis_snapshot import complaint_of
from tui.state.search_form import FieldError, SearchForm, task_of
from tui.state.search_scope import SearchScope, search_scope
from tui.text.recommendation import recommendation
from tui.widgets.forms.search_form_editor import SearchFormEditor
from tui.widgets.frontier import Frontier
from tui.widgets.search_pane import SearchPane
from tui.widgets.views import Views
from tui.workers.search_worker import Abandoned, Clock, SearchProgress, SearchWorker, Watch
from tuner.deploy.deployment import form_of
from tuner.recommendation.against import recommend_against
from tuner.recommendation.frontier import Trade
from tuner.recommendation.recommendation import Task
from tuner.recommendation.result_files import open_dossier
from tuner.statistics.verdict import Verdict, verdicts
from tuner.targets import target

VIEWS = {name: f"tuning.view_{name}" for name in ("form", "progress", "result", "trade")}
NARROW = 76
"""Columns from which two panes are shown side by side."""

UNFINISHED = "unfinished"
"""Key in the saved form: the form of a search that can be resumed."""


class TuneScreen(StepScreen):
    """Runs one search at a time."""

    NAME = "tune"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+r", "search", "tuning_key.search"),
        key("p", "pause", "tuning_key.pause"),
        key("x", "stop", "tuning_key.stop"),
        key("c", "resume", "tuning_key.resume"),
        key("v,ctrl+n", "view(1)", "tuning_key.view"),
        key("V,ctrl+b", "view(-1)", "tuning_key.view_back", show=False),
    ]
    DEFAULT_CSS = """
    TuneScreen #result { padding: 0 1; scrollbar-size-vertical: 1; }
    TuneScreen.-narrow SearchFormEditor, TuneScreen.-narrow Frontier { layout: vertical; }
    TuneScreen.-narrow Fields { width: 1fr; max-width: 100%; height: 3fr; }
    TuneScreen.-narrow MovableSettings { height: 2fr; border: none; }
    TuneScreen.-narrow MovableSettings #why { height: 1; border: none; }
    TuneScreen.-narrow Frontier > Vertical { width: 1fr; height: 3fr; }
    TuneScreen.-narrow Frontier > #point { width: 1fr; max-width: 100%; height: 2fr; }
    TuneScreen.-narrow SearchPane #pictures { height: 2fr; }
    """

    class Progressed(Message):
        """How far the search is."""

        def __init__(self, search: SearchWorker, progress: SearchProgress) -> None:
            super().__init__()
            self.search, self.progress = search, progress

    def __init__(self, app_state: AppState) -> None:
        super().__init__(app_state)
        self.search: SearchWorker | None = None
        """The running search; None: none is running."""
        self.progress: SearchProgress | None = None
        """Progress of the running search, or of the last one."""
        self._searched_task: Task | None = None
        self._scope: SearchScope | None = None
        self._then: Callable[[], None] | None = None
        """Called when the search has ended."""
        self._form, self._own = SearchForm(), ""

    def contents(self) -> Iterable[Widget]:
        result = VerticalScroll(Static(self.tr("tuning.no_result"), id="result-text"))
        yield Views(
            {"form": SearchFormEditor(), "progress": SearchPane(), "result": result, "trade": Frontier()}, VIEWS
        )

    def on_mount(self) -> None:
        self.app_state.result_changed.subscribe(self, self._show_found)

    def fit_to(self, size: Size) -> None:
        self.set_class(size.width < NARROW, "-narrow")

    def on_unmount(self) -> None:
        self._abandon()

    def on_screen_resume(self) -> None:
        if self.focused is None:
            self.query_one(Views).focus_first()

    # The form

    def opened(self, opened: Opened) -> None:
        """Abandon the search on other turns; restore the form and the result of these."""
        self._abandon()
        saved = self._app.saved_source()
        self._form = SearchForm.from_json(saved.form if saved else {})
        self._own = _own_vendor(opened)
        self._scope = None
        self.query_one(SearchPane).begin(self.tr("search.none"))
        self.query_one(SearchFormEditor).fill(self._form, self._own)
        self._update_scope()
        self._show_found(self.app_state.result)
        self.query_one(Views).show("form")
        if self.app_state.result is None:
            folder = self._folder
            self.work(
                lambda: results.restore_result(opened, folder),
                self._restore,
                group="restore",
                failed=self._restore_failed,
            )

    def on_search_form_editor_changed(self, event: SearchFormEditor.Changed) -> None:
        self._form = event.form
        saved = self._app.saved_source()
        self._app.remember_form(event.form.json_dict() | {UNFINISHED: saved.form.get(UNFINISHED) if saved else None})
        self.refresh_bindings()
        self._update_scope()

    def _update_scope(self, then: Callable[[], None] | None = None) -> None:
        """Find out which settings may move and which limits are missed now; then call `then`."""
        opened, form, own = self.app_state.opened, self._form, self._own
        if opened is None:
            return

        def find_scope() -> tuple[SearchScope, tuple[Verdict, ...]]:
            limits = form.parsed_limits()
            found = search_scope(opened, own if form.vendor is None else form.vendor, form.elsewhere, limits)
            return found, verdicts(opened.batch, found.deployed.settings, limits)

        self.work(find_scope, lambda found: self._show_scope(*found, then), group="scope", failed=self._scope_failed)

    def _show_scope(self, found: SearchScope, present: tuple[Verdict, ...], then: Callable[[], None] | None) -> None:
        editor, before, self._scope = self.query_one(SearchFormEditor), self._scope, found
        if before is None or not before.same(found):
            editor.show_scope(found)
        editor.show_present(present)
        if then is not None:
            then()

    def _scope_failed(self, why: str) -> None:
        """No search is possible for this vendor."""
        self._scope = None
        self.query_one(SearchFormEditor).show_error(FieldError("vendor", why))

    # The search

    def action_search(self) -> None:
        """Start the search; ask first where it would replace an earlier result."""
        opened, editor = self.app_state.opened, self.query_one(SearchFormEditor)
        if opened is None or self.search is not None:
            return
        self._form = editor.form
        if error := editor.check():
            self.query_one(Views).show("form")
            editor.show_error(error)
        elif opened.case and results.has_result(self._folder):
            question = self.tr("tuning.replace", folder=str(self._folder))
            self.app.push_screen(ConfirmDialog(question), lambda yes: self._update_scope(self._start) if yes else None)
        else:
            self._update_scope(self._start)

    def action_resume(self) -> None:
        """Resume a search that was stopped, or that was running when the app ended."""
        if self.search is None and self._unfinished:
            self._update_scope(lambda: self._start(resume=True))

    def action_pause(self) -> None:
        if self.search is not None:
            (self.search.unpause if self.search.paused else self.search.pause)()
            self.refresh_bindings()

    def action_stop(self) -> None:
        """Stop the search, and keep the best so far."""
        if self.search is not None:
            self.search.stop()
            self.query_one(SearchPane).end(self.tr("search.stopping"))

    def _stop_then(self, then: Callable[[], None]) -> None:
        """Stop the search, and call `then` once its result is written."""
        self._then = then
        self.action_stop()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("pause", "stop"):
            return self.search is not None
        if action == "search":
            return self.search is None
        return self._unfinished if action == "resume" else super().check_action(action, parameters)

    def _start(self, resume: bool = False) -> None:
        opened, found = self.app_state.opened, self._scope
        if opened is None or found is None:
            return
        try:
            task = task_of(self._form, opened, found)
        except FieldError as error:
            self.query_one(Views).show("form")
            self.query_one(SearchFormEditor).show_error(error)
            return
        vendor = self.query_one(SearchFormEditor).vendor(self._form)
        self._searched_task = task
        known = self.app_state.result.recommendation.evaluations if resume and self.app_state.result else 0
        self.search = SearchWorker(self._work(opened, task, vendor, resume), self._report, time.monotonic, known)
        self.progress = None
        self._save_form(unfinished=True)
        self.query_one(SearchPane).begin(self.tr("search.begin"))
        self.query_one(Views).show("progress")
        self.refresh_bindings()
        self._then, self.app_state.stop_search = None, self._stop_then
        self.search.start()
        self.run_worker(self._await_result(self.search), group="search", exclusive=True)

    def _work(self, opened: Opened, task: Task, vendor: str, resume: bool) -> Any:
        folder, now, who = self._folder, self._app.now, self._app.who
        allowed = self.app_state.allowed

        def work(watch: Watch, clock: Clock) -> SearchResult:
            if opened.case is not None:
                allowed.case(opened.case.folder)
            make_folder(folder)
            with locked(folder):
                journal = open_dossier(folder, force=not resume, resume=resume)
                how: dict[str, Any] = {"journal": journal, "resume": resume, "watch": watch, "clock": clock}
                found = recommend_against(complaint_of(opened), task, completed=opened.inputs.completion, **how)
                return results.write_result(opened, folder, found, target(vendor) if vendor else None, now, who)

        return work

    def _report(self, progress: SearchProgress) -> None:
        """Called in the search's thread."""
        if self.search is not None:
            self.post_message(self.Progressed(self.search, progress))

    def on_tune_screen_progressed(self, event: Progressed) -> None:
        if event.search is self.search and self._searched_task is not None:
            self.progress = event.progress
            self.query_one(SearchPane).show(event.progress, self._searched_task.settings, self._searched_task.goal.text)
        event.search.acknowledge()

    async def _await_result(self, search: SearchWorker) -> None:
        """Wait for the search to end, and show its result."""
        try:
            found = await asyncio.wrap_future(search.result)
        except Abandoned:
            return
        except Exception as error:  # noqa: BLE001 the workers' boundary: an error never ends the app
            self._search_ended(unfinished=False)
            self.query_one(SearchPane).begin(self.tr("search.none"))
            self.show_error(self._why(error))
            self._go_on()
            return
        self._search_ended(unfinished=found.recommendation.interrupted)
        self.query_one(SearchPane).end(
            self.tr("search.done", n=found.recommendation.evaluations, folder=str(found.folder))
        )
        self.app_state.set_result(found)
        if self.query_one(Views).shown == "progress":
            self.query_one(Views).show("result")
        if found.write_error:
            self.show_error(self.tr.translate(found.write_error))
        self.app.notify(self.tr("tuning.done", status=self.tr(_status(found))), markup=False)
        self._go_on()

    def _go_on(self) -> None:
        """Call what waits for the end of the search."""
        then, self._then = self._then, None
        if then is not None:
            then()

    def _search_ended(self, unfinished: bool) -> None:
        self.search = self.app_state.stop_search = None
        self._save_form(unfinished)
        self.refresh_bindings()

    def _abandon(self) -> None:
        """Cancel the running search and drop what it finds."""
        if self.search is not None:
            self.search.abandon()
            self.search = self.app_state.stop_search = None

    # The result

    def _restore(self, found: SearchResult | None) -> None:
        if found is not None and self.app_state.result is None and self.search is None:
            self.app_state.set_result(found)
            self.query_one(Views).show("result")

    def _restore_failed(self, why: str) -> None:
        self.query_one("#result-text", Static).update(self.tr("tuning.unrestored", why=why))

    def _show_found(self, found: SearchResult | None) -> None:
        opened = self.app_state.opened
        self.query_one(Frontier).show(found.recommendation if found else None)
        if found is None or opened is None:
            self.query_one("#result-text", Static).update(self.tr("tuning.no_result"))
            return
        self.query_one("#result-text", Static).update(recommendation(found.recommendation, self.tr))

    def on_frontier_chosen(self, event: Frontier.Chosen) -> None:
        if event.use == "slide":
            self.app_state.move_sliders(event.trade.settings)
            self.app.notify(self.tr("tuning.on_sliders"), markup=False)
        elif event.proven:
            self._export(event.trade)
        else:
            question = ConfirmDialog(self.tr("unproven.question"), "unproven")
            self.app.push_screen(question, lambda yes: self._export(event.trade) if yes else None)

    def _export(self, trade: Trade) -> None:
        self.app_state.pick(trade)
        self.app.switch_mode("export")

    def action_view(self, step: int) -> None:
        self.query_one(Views).turn(step)

    @property
    def _app(self) -> Any:
        return cast(Any, self.app)

    @property
    def _folder(self) -> Any:
        return results.results_folder(cast(Opened, self.app_state.opened), self._app.memory.folder)

    @property
    def _unfinished(self) -> bool:
        """A search with this form was stopped or broken off, and can be resumed."""
        if self.search is not None or not self.is_mounted:
            return False
        saved = self._app.saved_source()
        return bool(
            saved and saved.form.get(UNFINISHED) == self._form.without_budget() and results.has_journal(self._folder)
        )

    def _save_form(self, unfinished: bool) -> None:
        self._app.remember_form(
            self._form.json_dict() | {UNFINISHED: self._form.without_budget() if unfinished else None}
        )


def _own_vendor(opened: Opened) -> str:
    """The vendor of the case, in the form of its configuration; "": none."""
    if opened.case is None:
        return ""
    try:
        return form_of(opened.case) or ""
    except TurntempoError:  # cannot be read: opening the case showed the error
        return opened.case.config_vendor or ""


def _status(found: SearchResult) -> str:
    return f"result.{found.recommendation.status.replace(' ', '_')}"
