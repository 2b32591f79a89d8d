"""The Diagnose screen: findings, parts of the response time, its distribution, figures, and every turn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.cells import cell_len
from rich.console import Group
from rich.text import Text
from textual.binding import BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.events import DescendantFocus
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static

from tui.charts.distribution import distribution, marks_text, quantiles_text
from tui.i18n.localized import key
from tui.screens.message_dialog import MessageDialog
from tui.screens.step_screen import StepScreen
from tui.screens.turn import TurnScreen
from tui.state.app_state import AppState, Opened
from tui.state.diagnosis_snapshot import DiagnosisSnapshot, diagnose_opened, naming_of, take_snapshot
from tui.text.choices import Choice
from tui.text.figures import Figures, signs
from tui.text.pasted import pasted, read_on, rests_on
from tui.text.turns_summary import turns_summary
from tui.widgets.choices import Choices
from tui.widgets.findings import Findings
from tui.widgets.histogram import Histogram
from tui.widgets.turn_table import TurnTable
from tui.widgets.turns import Turns
from tui.widgets.waterfall import Waterfall
from tuner.diagnosis import Diagnosis, findings
from tuner.diagnosis.words.finding import Finding
from tuner.diagnosis.words.sentences import moves_text
from tuner.pages.diagnosis import opening_lines

AREAS = {"findings": "f", "parts": "w", "distribution": "d", "figures": "g", "turns": "t"}
"""Area -> its key, which is shown before its name."""

ROOMY = (110, 32)
"""Columns and rows from which all areas are shown at once."""


FRAME = 6
"""Cells of a frame beside its note."""


class DiagnoseScreen(StepScreen):
    """One area at a time, or all of them where there is room."""

    NAME = "diagnose"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(key(letter, f"area('{name}')", f"area.{name}", show=False) for name, letter in AREAS.items()),
        key("z", "alone", "diagnose_key.alone"),
    ]
    DEFAULT_CSS = """
    DiagnoseScreen #areas { layout: grid; grid-size: 2 3; grid-columns: 1fr 1fr; grid-rows: 17 11 1fr; height: 1fr; }
    DiagnoseScreen .area {
        border: round $foreground 30%; border-title-color: $text; border-subtitle-color: $text-muted; padding: 0 1;
    }
    DiagnoseScreen .area:focus-within { border: heavy $border; border-title-style: bold; }
    DiagnoseScreen #findings-area { row-span: 2; }
    DiagnoseScreen #figures { scrollbar-size-vertical: 1; }
    DiagnoseScreen #figures:focus { background-tint: transparent; }
    DiagnoseScreen.-alone #areas { layout: vertical; }
    DiagnoseScreen.-alone .area { display: none; height: 1fr; }
    DiagnoseScreen.-alone .area.here { display: block; }
    """

    def __init__(self, app_state: AppState) -> None:
        super().__init__(app_state)
        self.area = "findings"
        self.snapshot: DiagnosisSnapshot | None = None
        self.diagnosis: Diagnosis | None = None
        self._opened_last: Opened | None = None
        self._alone = False
        self._room = Size(0, 0)

    def contents(self) -> Iterable[Widget]:
        yield Choices(id="tabs")
        yield Container(
            Vertical(Findings(id="findings"), id="findings-area", classes="area"),
            Vertical(Waterfall(id="parts"), id="parts-area", classes="area"),
            Vertical(Histogram(id="distribution"), id="distribution-area", classes="area"),
            Vertical(Turns(id="turns"), id="turns-area", classes="area"),
            Vertical(VerticalScroll(Static(id="figures-text"), id="figures"), id="figures-area", classes="area"),
            id="areas",
        )

    def on_mount(self) -> None:
        for name, letter in AREAS.items():
            self.query_one(f"#{name}-area").border_title = f"{letter} {self.tr(f'area.{name}')}"
        self.query_one("#distribution").can_focus = True
        self._show_area()

    def fit_to(self, size: Size) -> None:
        self._room = size
        self._show_area()
        self._show_notes()

    def opened(self, opened: Opened) -> None:
        """Replay the turns, and diagnose them; once for each source."""
        if opened is self._opened_last:
            return
        self._opened_last, self.snapshot, self.diagnosis = opened, None, None
        self.query_one(Findings).show_text(self.tr("diagnose.busy", turns=self.tr.count("turn", len(opened.batch))))
        self.query_one("#findings-area").border_subtitle = ""
        self.work(lambda: take_snapshot(opened), self._show_snapshot, group="snapshot")
        self.work(
            lambda: diagnose_opened(opened), self._show_diagnosis, group="diagnose", failed=self._diagnosis_failed
        )

    def action_area(self, name: str) -> None:
        """Show this area and give it the focus."""
        self.area = name
        self._show_area()
        target = self.query_one(TurnTable) if name == "turns" else self.query_one(f"#{name}")
        target.focus()

    def action_alone(self) -> None:
        """Show the current area alone, or all areas."""
        self._alone = not self._alone
        self._show_area()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """The current area is the one with the focus."""
        for widget in event.widget.ancestors_with_self:
            if widget.id and widget.id.endswith("-area"):
                self.area = widget.id.removesuffix("-area")
                self._show_area()
                return

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        self.action_area(event.name)

    def on_waterfall_turns_requested(self, event: Waterfall.TurnsRequested) -> None:
        self.query_one(Turns).choose(event.name)
        self.action_area("turns")

    def on_findings_chosen(self, event: Findings.Chosen) -> None:
        if self.snapshot is not None and self.diagnosis is not None:
            finding, tr = event.finding, self.tr
            text = "\n\n".join(
                (tr.translate(finding.text), read_on(finding, tr), rests_on(self.snapshot, self.diagnosis, tr))
            )
            copied = pasted(finding, self.snapshot, self.diagnosis, tr)
            self.app.push_screen(MessageDialog(tr.translate(finding.heading), text, copied))

    def on_findings_copied(self, event: Findings.Copied) -> None:
        event.stop()
        self.copy(event.finding)

    def copy(self, finding: Finding) -> None:
        """Copy to the clipboard, with the facts that a support case needs."""
        if self.snapshot is not None and self.diagnosis is not None:
            self.app.copy_to_clipboard(pasted(finding, self.snapshot, self.diagnosis, self.tr))
            self.notify(self.tr("diagnose.copied"))

    def on_turn_table_chosen(self, event: TurnTable.Chosen) -> None:
        if self.snapshot is not None:
            table = self.query_one(TurnTable)
            self.app.push_screen(
                TurnScreen(self.app_state, self.snapshot, table.places, event.cursor), self._restore_cursor
            )

    def _restore_cursor(self, cursor: int | None) -> None:
        """Move the table's cursor to the turn that was shown last."""
        if cursor is not None:
            self.query_one(TurnTable).move_to(cursor)

    def _show_snapshot(self, found: DiagnosisSnapshot) -> None:
        self.snapshot = found
        tr = self.tr
        self.query_one(Waterfall).show(found.slices)
        self.query_one(Histogram).show(distribution(found.gauge, tr))
        self.query_one(Turns).show(found.turn_index)
        table = Group(Figures(found.gauge, tr), Text(), Text(signs(tr), style="dim"), Text(marks_text(tr)))
        self.query_one("#figures-text", Static).update(Group(table, Text(), turns_summary(found.opened, tr)))
        self._show_notes()

    def _show_notes(self) -> None:
        """The notes in the frames of the areas: of the quantiles as many as fit."""
        if self.snapshot is None:
            return
        tr, opened = self.tr, self.snapshot.opened
        whose = "" if opened.inputs.assumed is None else tr("diagnose.assumed")
        cells = (self._room.width if self.has_class("-alone") else self._room.width // 2) - FRAME - cell_len(whose)
        notes = {"parts": tr("slice.note"), "distribution": quantiles_text(self.snapshot.gauge, cells, tr)}
        for name in ("parts", "distribution", "figures", "turns"):
            self.query_one(f"#{name}-area").border_subtitle = f"{notes.get(name, '')}{whose}".lstrip(", ")

    def _show_diagnosis(self, found: Diagnosis) -> None:
        self.diagnosis = found
        opened = None if self.snapshot is None else self.snapshot.opened
        naming = moves_text if opened is None else naming_of(opened, found.settings)
        self.query_one(Findings).show(findings(found), opening_lines(found, naming))
        of = self.tr("diagnose.of", turns=found.turns, of=found.of_turns)
        self.query_one("#findings-area").border_subtitle = of
        if self.app.screen is not self:
            self.app.notify(self.tr("diagnose.done"))

    def _diagnosis_failed(self, why: str) -> None:
        self.query_one(Findings).show_text(why)
        self.show_error(why)

    def _show_area(self) -> None:
        """Show all areas, or the current one alone."""
        roomy = self._room.width >= ROOMY[0] and self._room.height >= ROOMY[1]
        self.set_class(self._alone or not roomy, "-alone")
        for name in AREAS:
            self.query_one(f"#{name}-area").set_class(name == self.area, "here")
        labels = tuple(Choice(name, f"{letter} {self.tr(f'area.{name}')}") for name, letter in AREAS.items())
        self.query_one("#tabs", Choices).show(labels, self.area)
