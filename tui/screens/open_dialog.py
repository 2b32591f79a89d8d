"""A dialog for opening a source: which file, under which settings, and how."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Select, Static

from pipeline.simulation import profile_names
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
    OpenDialog Label { margin-top: 1; color: $text-muted; }
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
            yield Input(source.name, id="path", compact=True)
            yield Label(tr("open_dialog.settings"))
            yield Input(source.settings_file or "", id="settings", compact=True)
            if source.kind == "profile":
                yield Label(tr("open_dialog.turns"))
                yield Input(str(source.turns), id="turns", compact=True)
            else:
                yield Label(tr("open_dialog.profile"))
                names = [(name, name) for name in profile_names()]
                yield Select(names, prompt="-", value=source.profile or Select.NULL, id="profile", compact=True)
                yield Tick(tr("open_dialog.skip_bad"), source.skip_bad, id="skip_bad", compact=True)
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
            turns = self._turns()
            if turns is not None:
                self.dismiss(replace(self._source, kind="profile", name=path, turns=turns, settings_file=settings))
            return
        profile = self.query_one("#profile", Select).value
        chosen = None if profile is Select.NULL else str(profile)
        skip_bad = self.query_one("#skip_bad", Tick).value
        self.dismiss(replace(opener.source_at(path), settings_file=settings, profile=chosen, skip_bad=skip_bad))

    def _turns(self) -> int | None:
        """The number of turns to simulate; None, after an error message, where the text is no number above 0."""
        fields = self.query("#turns").results(Input)
        field = next(iter(fields), None)
        if field is None:
            return TurnSource("profile", "").turns
        text = field.value.strip().replace(",", "")
        if text.isdecimal() and int(text) > 0:
            return int(text)
        wrong = self.query_one("#wrong", Static)
        wrong.update(self.tr("open_dialog.no_number", text=text or "-"))
        wrong.display = True
        field.focus()
        return None
