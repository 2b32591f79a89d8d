"""A dialog for the path of a file to write. An existing file is replaced only after a second confirmation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static

from stages.errors import InputError
from tui.i18n.localized import Localized, key
from tui.state.allowed import EVERYWHERE, Allowed
from tui.widgets.key_bar import KeyBar


@dataclass(frozen=True)
class SavePath:
    """A path, and whether an existing file may be replaced."""

    path: Path
    replace: bool


class SaveDialog(ModalScreen[SavePath | None], Localized):
    """Returns the path; None: cancelled."""

    BINDINGS: ClassVar[list[BindingType]] = [key("escape", "dismiss", "open_dialog.cancel")]
    DEFAULT_CSS = """
    SaveDialog { align: center middle; }
    SaveDialog > Vertical {
        width: 90%; max-width: 90; height: auto; border: round $primary; background: $surface; padding: 0 1;
    }
    SaveDialog Label { margin-top: 1; color: $text-muted; }
    SaveDialog #wrong { color: $text-error; display: none; }
    SaveDialog Horizontal { height: auto; margin-top: 1; }
    SaveDialog Button { margin-right: 2; }
    SaveDialog #replace { display: none; }
    """

    def __init__(self, path: Path, allowed: Allowed = EVERYWHERE) -> None:
        super().__init__()
        self._path, self._allowed = path, allowed

    def compose(self) -> ComposeResult:
        tr = self.tr
        with Vertical() as box:
            box.border_title = tr("saving.title")
            yield Label(tr("saving.path"))
            yield Input(str(self._path), id="path", compact=True)
            yield Static(id="wrong", markup=False)
            with Horizontal():
                yield Button(tr("saving.save"), variant="primary", id="save", compact=True)
                yield Button(tr("saving.replace"), variant="warning", id="replace", compact=True)
                yield Button(tr("open_dialog.cancel"), id="no", compact=True)
        yield KeyBar()

    def on_input_changed(self) -> None:
        self._show_error("", replace=False)

    def on_input_submitted(self) -> None:
        self._answer(replace=False)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "no":
            self.dismiss(None)
        else:
            self._answer(replace=event.button.id == "replace")

    def _answer(self, replace: bool) -> None:
        tr = self.tr
        try:
            path = Path(self.query_one(Input).value.strip()).expanduser()
            self._allowed.write(path)
        except (InputError, RuntimeError) as error:  # no home folder of this user
            self._show_error(tr.translate(str(error)) if isinstance(error, InputError) else str(error), replace=False)
            return
        if not path.name or path.is_dir():
            self._show_error(tr("saving.folder"), replace=False)
        elif not path.parent.is_dir():
            self._show_error(tr("saving.no_folder", folder=str(path.parent)), replace=False)
        elif path.exists() and not replace:
            self._show_error(tr("saving.there", path=str(path)), replace=True)
        else:
            self.dismiss(SavePath(path, replace))

    def _show_error(self, why: str, replace: bool) -> None:
        wrong = self.query_one("#wrong", Static)
        wrong.update(f"! {why}" if why else "")
        wrong.display = bool(why)
        self.query_one("#replace").display = replace
