"""The Export screen: settings as a vendor's file, compared with the customer's; copied, saved, added to a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, ClassVar, cast

from textual.binding import BindingType
from textual.containers import Horizontal, ScrollableContainer, Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, Label, Select, Static

from pipeline.writing import together, write_text
from stages.errors import TurntempoError
from tui.i18n.localized import key
from tui.screens.confirm_dialog import ConfirmDialog
from tui.screens.save_dialog import SaveDialog, SavePath
from tui.screens.step_screen import StepScreen
from tui.state import exports, results
from tui.state.app_state import AppState, Opened, SearchResult
from tui.state.exports import ExportChoice
from tui.text import exported
from tui.widgets.forms.tick import Tick
from tui.widgets.views import Views
from tuner.deploy.case_facts import report_facts, report_read_back
from tuner.deploy.deliverable import Deliverable
from tuner.deploy.deployment import form_of
from tuner.deploy.readback import ReadBack
from tuner.support.case import Case, open_case
from tuner.support.case.results import export_file, keep_exported
from tuner.support.report.facts import Facts
from tuner.support.report.of_case import log_reported, write, write_report
from tuner.targets import target

VIEWS = {name: f"exporting.view_{name}" for name in ("file", "diff", "notes")}
Made = tuple[ExportChoice, Deliverable, ReadBack | None]
NOTHING = ("-", "")
"""The only option of a menu while nothing is open."""


class ExportScreen(StepScreen):
    """The menus at the top choose settings and format; each change makes the file again."""

    NAME = "export"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("y", "copy", "exporting_key.copy"),
        key("s", "save", "exporting_key.save"),
        key("a", "add", "exporting_key.add"),
        key("r", "report", "exporting_key.report"),
        key("v,ctrl+n", "view(1)", "exporting_key.view"),
        key("V,ctrl+b", "view(-1)", "exporting_key.view_back", show=False),
        key("w", "choose('what')", "exporting_key.what"),
        key("f", "choose('format')", "exporting_key.format"),
        key("b", "choose('base')", "exporting_key.base"),
        key("k", "keep", "exporting_key.keep", show=False),
    ]
    DEFAULT_CSS = """
    ExportScreen .row { height: 1; padding: 0 1; }
    ExportScreen .row Label { width: auto; padding-right: 1; color: $text-muted; }
    ExportScreen Select { width: 1fr; margin-right: 2; }
    ExportScreen SelectCurrent #label { text-wrap: nowrap; text-overflow: ellipsis; height: 1; }
    ExportScreen #base { width: 1fr; margin-right: 2; }
    ExportScreen #warning { padding: 0 1; color: $text-warning; text-style: bold; display: none; }
    ExportScreen #file Static { width: auto; }
    ExportScreen Views ScrollableContainer, ExportScreen Views VerticalScroll {
        padding: 0 1; scrollbar-size: 1 1;
    }
    """

    def __init__(self, app_state: AppState) -> None:
        super().__init__(app_state)
        self.made: Deliverable | None = None
        """The file that is shown."""
        self.read: ReadBack | None = None
        """The same, read back and replayed; None: nothing was promised of it."""
        self.choice: ExportChoice | None = None
        self._choices: tuple[ExportChoice, ...] = ()
        self._ignore_changes = True

    def contents(self) -> Iterable[Widget]:
        tr = self.tr
        yield Vertical(
            Horizontal(
                Label(tr("exporting.what")),
                Select[str]([NOTHING], allow_blank=False, id="what", compact=True),
                Label(tr("exporting.format")),
                Select[str]([NOTHING], allow_blank=False, id="format", compact=True),
                classes="row",
            ),
            Horizontal(
                Label(tr("exporting.base")),
                Input(placeholder=tr("exporting.no_base"), id="base", compact=True),
                Tick(tr("exporting.keep"), id="keep", compact=True),
                classes="row",
            ),
            Static(id="warning", markup=False),
            Views(
                {
                    "file": ScrollableContainer(Static(id="text"), can_focus=True),
                    "diff": ScrollableContainer(Static(id="difference"), can_focus=True),
                    "notes": VerticalScroll(Static(id="notes-text"), can_focus=True),
                },
                VIEWS,
            ),
        )

    def on_mount(self) -> None:
        for signal in (self.app_state.result_changed, self.app_state.sliders_changed, self.app_state.pins_changed):
            signal.subscribe(self, lambda _: self._list_choices())

    def on_screen_resume(self) -> None:
        if self.app_state.opened is None:
            return
        if self.app_state.export_wanted:
            self._list_choices()
        if self.focused is None:
            self.query_one(Views).focus_first()

    def opened(self, opened: Opened) -> None:
        """List the formats for these turns, and restore the result of an earlier search."""
        self._ignore_changes = True
        saved = self._app.saved_source()
        stacks = exports.targets_for(opened, str(saved.form.get("vendor") or "") if saved else "")
        formats = self.query_one("#format", Select)
        formats.set_options((one.title, one.name) for one in stacks)
        formats.value = stacks[0].name
        self._fill_base()
        self._list_choices()
        if self.app_state.result is None:
            folder = results.results_folder(opened, self._app.memory.folder)
            self.work(
                lambda: results.restore_result(opened, folder), self._restore, group="restore", failed=lambda why: None
            )

    # Choosing settings and format

    def _restore(self, found: SearchResult | None) -> None:
        if found is not None and self.app_state.result is None:
            self.app_state.set_result(found)

    def _list_choices(self) -> None:
        """List the settings that can be exported. The choice stays, unless it was the first option by default."""
        opened = self.app_state.opened
        if opened is None:
            return
        what, first = self.query_one("#what", Select), self._choices[:1]
        before, wanted, self.app_state.export_wanted = str(what.value), self.app_state.export_wanted, ""
        self._choices = exports.export_choices(self.app_state, opened)
        names = [one.name for one in self._choices]
        keep = before in names and bool(first) and before != first[0].name
        self._ignore_changes = True
        what.set_options((self.tr(f"exporting.{name}"), name) for name in names)
        what.value = wanted if wanted in names else before if keep else names[0]
        self.call_after_refresh(self._make)

    def _fill_base(self) -> None:
        """Fill in the customer's own file, where it has this format."""
        opened = self.app_state.opened
        base = exports.own_base(opened, self._target) if opened else None
        self.query_one("#base", Input).value = "" if base is None else str(base)

    def on_select_changed(self, event: Select.Changed) -> None:
        if not self._ignore_changes:
            if event.select.id == "format":
                self._fill_base()
            self._make()

    def on_checkbox_changed(self) -> None:
        if not self._ignore_changes:
            self._make()

    def on_input_submitted(self) -> None:
        self._make()

    def on_input_blurred(self) -> None:
        self._make()

    @property
    def _target(self) -> Any:
        return target(str(self.query_one("#format", Select).value))

    @property
    def _chosen(self) -> ExportChoice | None:
        name = self.query_one("#what", Select).value
        return next((one for one in self._choices if one.name == name), None)

    # Making and showing the file

    def _make(self) -> None:
        """Make the file that is chosen now."""
        self._ignore_changes = False
        choice, stack = self._chosen, self._target
        if choice is None:
            return
        base = self.query_one("#base", Input).value.strip()
        keep, path = self.query_one("#keep", Tick).value, Path(base).expanduser() if base else None

        opened, limits = cast(Opened, self.app_state.opened), exports.limits_of(self.app_state, choice)

        allowed = self.app_state.allowed

        def make() -> Made:
            if path is not None:
                allowed.read(path)
            return choice, *exports.made_and_read_back(stack, choice, path, keep, opened, limits)

        self.work(make, self._show, group="make", failed=self._make_failed)

    def _show(self, made: Made) -> None:
        self.choice, self.made, self.read = made
        tr, (choice, found, read) = self.tr, made
        diff, known = exported.diff(found), exported.notes(found, choice, tr, read)
        based = bool(self.query_one("#base", Input).value.strip())
        self.query_one("#text", Static).update(exported.text(found))
        self.query_one("#difference", Static).update(
            diff or tr("exporting.same" if based else "exporting.nothing_to_compare")
        )
        self.query_one("#notes-text", Static).update(exported.noted(known, tr))
        self.query_one(Views).count("notes", sum(len(lines) for _, lines in known))
        broken = tr("readback.short") if read is not None and not read.holds else ""
        self._warn(broken or (tr.translate(choice.doubt) if choice.doubt else ""))

    def _make_failed(self, why: str) -> None:
        """Show the error; nothing can be copied or saved until a file can be made."""
        self.made = self.read = None
        for target_path in ("#text", "#difference", "#notes-text"):
            self.query_one(target_path, Static).update("")
        self._warn(why)

    def _warn(self, text: str) -> None:
        warning = self.query_one("#warning", Static)
        warning.update(f"! {text}" if text else "")
        warning.display = bool(text)

    # Copying, saving, adding to the case

    def action_copy(self) -> None:
        made = self.made
        if made is not None:
            self._after_question(made.form, self.read, lambda: self._copy(made))

    def _copy(self, made: Deliverable) -> None:
        self.app.copy_to_clipboard(made.leaving.text)
        self.app.notify(self.tr("exporting.copied", name=made.name), markup=False)

    def action_save(self) -> None:
        made = self.made
        if made is not None:
            self._after_question(made.form, self.read, lambda: self._ask_where(made))

    def _after_question(self, form: str, read: ReadBack | None, then: Callable[[], None]) -> None:
        """Do it; where the file does not mean what was judged, only when that is confirmed."""
        if read is None or read.holds:
            then()
            return
        question = exported.question(read, form, self.tr)
        self.app.push_screen(ConfirmDialog(question, "meant_otherwise"), lambda yes: then() if yes else None)

    def _ask_where(self, made: Deliverable) -> None:
        self.app.push_screen(
            SaveDialog(self.app_state.allowed.place(made.name), self.app_state.allowed),
            lambda target_path: self._save(made, target_path),
        )

    def _save(self, made: Deliverable, target_path: SavePath | None) -> None:
        allowed = self.app_state.allowed
        if target_path is not None:
            self.work(
                lambda: write_text(allowed.write(target_path.path), made.leaving.text, target_path.replace),
                lambda _: self._written(str(target_path.path)),
                group="save",
            )

    def action_add(self) -> None:
        """Write the file into the case, with the diff beside it and an entry in the log."""
        made, choice, case = self.made, self.choice, self._case
        if case is not None and made is not None and choice is not None:
            self._after_question(made.form, self.read, lambda: self._ask_to_replace(case, made, choice))

    def _ask_to_replace(self, case: Case, made: Deliverable, choice: ExportChoice) -> None:
        file = case.export / made.name
        if file.exists():
            question = self.tr("exporting.replace", path=str(file))
            self.app.push_screen(ConfirmDialog(question), lambda yes: self._add(case, made, choice) if yes else None)
        else:
            self._add(case, made, choice)

    def _add(self, case: Case, made: Deliverable, choice: ExportChoice) -> None:
        at, who = self._app.now(), self._app.who

        def add() -> Path:
            with together(case.folder):
                file = export_file(case, made.name)
                write_text(file, made.leaving.text, force=True)
                keep_exported(case, file, made.leaving.diff, choice.description, made.target.title, at, who)
            return file

        self.work(add, lambda file: self._written(str(file)), group="save")

    def action_report(self) -> None:
        """Write the report into the case, in both languages."""
        case, opened = self._case, self.app_state.opened
        if case is None or opened is None:
            return
        at, who, profile = self._app.now(), self._app.who, opened.source.profile
        self.app.notify(self.tr("exporting.reporting"), markup=False)

        def found() -> tuple[Facts | None, ReadBack | None]:
            facts = report_facts(case, opened.goal, opened.limits, 0, profile)
            return facts, None if facts is None else report_read_back(case, facts)

        def report(facts: Facts | None, read: ReadBack | None) -> Path:
            written = write(case, facts, at.date(), ("en", "zh"), () if read is None else read.figures())
            with together(case.folder):
                write_report(case.report, written)
                log_reported(case, written, at, who)
            return case.report

        def write_it(facts: Facts | None, read: ReadBack | None) -> None:
            self.work(lambda: report(facts, read), lambda folder: self._written(str(folder)), group="report")

        def ask(facts: Facts | None, read: ReadBack | None) -> None:
            self._after_question(form_of(case) or "", read, lambda: write_it(facts, read))

        self.work(found, lambda one: ask(*one), group="report")

    @property
    def _case(self) -> Case | None:
        """The case as it is on the disk now; None, after an error message, if there is no case."""
        opened = self.app_state.opened
        if opened is None or opened.case is None:
            self.show_error(self.tr("exporting.no_case"))
            return None
        try:
            self.app_state.allowed.case(opened.case.folder)
            return open_case(opened.case.folder)
        except TurntempoError as error:
            self.show_error(self.tr.translate(str(error)))
            return None

    def _written(self, path: str) -> None:
        self.app.notify(self.tr("message.saved", path=path), markup=False)

    def action_view(self, step: int) -> None:
        self.query_one(Views).turn(step)

    def action_choose(self, what: str) -> None:
        control = self.query_one(f"#{what}")
        control.focus()
        if isinstance(control, Select):
            control.action_show_overlay()

    def action_keep(self) -> None:
        self.query_one("#keep", Tick).toggle()

    @property
    def _app(self) -> Any:
        return cast(Any, self.app)
