"""A dialog for opening a source: which file, under which settings, and how."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input, Label, Select, Static

from pipeline.simulation import profile_names
from pipeline.simulation.profile import with_stages
from stages.errors import InputError
from tui.i18n.localized import Localized, key
from tui.state import opener
from tui.state.turn_source import TurnSource
from tui.widgets.forms.tick import Tick
from tui.widgets.key_bar import KeyBar


class OpenDialog(Localized, ModalScreen[TurnSource | None]):
    """Returns the source to open; None: cancelled."""

    BINDINGS: ClassVar[list[BindingType]] = [key("escape", "dismiss", "open_dialog.cancel")]
    DEFAULT_CSS = """
    OpenDialog { align: center middle; }
    OpenDialog > VerticalScroll {
        width: 90%; max-width: 90; height: auto; max-height: 100%;
        border: round $primary; background: $surface; padding: 0 1;
    }
    OpenDialog Label { width: 100%; margin-top: 1; color: $text-muted; }
    OpenDialog #wrong { color: $text-error; display: none; }
    OpenDialog Horizontal { height: auto; margin-top: 1; }
    OpenDialog Button { margin-right: 2; }
    """

    def __init__(self, source: TurnSource | None) -> None:
        super().__init__()
        self._source = source or TurnSource("recording", "")

    def compose(self) -> ComposeResult:
        tr, source = self.tr, self._source
        with VerticalScroll() as box:
            box.border_title = tr("open_dialog.title")
            yield Label(tr("open_dialog.path"))
            yield Input(source.bare_name, id="path", compact=True)
            yield Label(tr("open_dialog.settings"))
            yield Input(source.settings_file or "", id="settings", compact=True)
            if source.kind == "profile":
                yield Label(tr("open_dialog.turns"))
                yield Input(str(source.turns), id="turns", compact=True)
            else:
                yield Label(tr("open_dialog.profile"))
                names = [(name, name) for name in profile_names()]
                yield Select(names, prompt="-", value=source.bare_profile or Select.NULL, id="profile", compact=True)
                yield Tick(tr("open_dialog.skip_bad"), source.skip_bad, id="skip_bad", compact=True)
            if source.kind != "calls":
                yield Label(tr("open_dialog.stages"))
                yield Input(", ".join(source.stage_files), id="stages", compact=True)
            yield Static(id="wrong", markup=False)
            with Horizontal():
                yield Button(tr("open_dialog.open"), variant="primary", id="ok", compact=True)
                yield Button(tr("open_dialog.cancel"), id="no", compact=True)
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#path", Input).focus()

    def on_input_submitted(self) -> None:
        self._answer()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "ok":
            self._answer()
        else:
            self.dismiss(None)

    def _answer(self) -> None:
        path = self.query_one("#path", Input).value.strip()
        settings = self.query_one("#settings", Input).value.strip() or None
        if not path:
            self.query_one("#path", Input).focus()
            return
        if self._source.kind == "profile" or path in profile_names():
            turns, name = self._turns(), self._with_stages(path)
            if turns is not None and name is not None:
                self.dismiss(replace(self._source, kind="profile", name=name, turns=turns, settings_file=settings))
            return
        profile = self.query_one("#profile", Select).value
        chosen = None if profile is Select.NULL else str(profile)
        if self._files and chosen is None:
            self._refuse(self.tr("open_dialog.stages_alone"), self.query_one("#profile", Select))
            return
        chosen = None if chosen is None else self._with_stages(chosen)
        if self._files and chosen is None:
            return
        skip_bad = self.query_one("#skip_bad", Tick).value
        self.dismiss(replace(opener.source_at(path), settings_file=settings, profile=chosen, skip_bad=skip_bad))

    @property
    def _files(self) -> list[str]:
        """The files of stages that were typed."""
        fields = self.query("#stages").results(Input)
        text = next((one.value for one in fields), "")
        return [str(Path(one.strip()).expanduser()) for one in text.split(",") if one.strip()]

    def _with_stages(self, profile: str) -> str | None:
        """The profile with the stages that were typed; None, after an error message, where a name cannot be one."""
        try:
            return with_stages(profile, self._files)
        except InputError as error:
            self._refuse(self.tr.translate(str(error)), self.query_one("#stages", Input))
            return None

    def _refuse(self, why: str, field: Widget) -> None:
        wrong = self.query_one("#wrong", Static)
        wrong.update(why)
        wrong.display = True
        field.focus()

    def _turns(self) -> int | None:
        """The number of turns to simulate; None, after an error message, where the text is no number above 0."""
        fields = self.query("#turns").results(Input)
        field = next(iter(fields), None)
        if field is None:
            return TurnSource("profile", "").turns
        text = field.value.strip().replace(",", "")
        if text.isdecimal() and int(text) > 0:
            return int(text)
        self._refuse(self.tr("open_dialog.no_number", text=text or "-"), field)
        return None
