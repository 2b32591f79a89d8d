"""Over the screen: where to write a file. One that is there is replaced only when that is said twice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static

from tui.i18n.localized import Spoken
from tui.i18n.phrasing import key
from tui.widgets.keys import Keys


@dataclass(frozen=True)
class Place:
    """A path, and whether what is there may be replaced."""

    path: Path
    replace: bool


class Saving(ModalScreen[Place | None], Spoken):
    """Gives the place; None: nowhere."""

    BINDINGS: ClassVar[list[BindingType]] = [key("escape", "dismiss", "asked.cancel")]
    DEFAULT_CSS = """
    Saving { align: center middle; }
    Saving > Vertical {
        width: 90%; max-width: 90; height: auto; border: round $primary; background: $surface; padding: 0 1;
    }
    Saving Label { margin-top: 1; color: $text-muted; }
    Saving #wrong { color: $text-error; display: none; }
    Saving Horizontal { height: auto; margin-top: 1; }
    Saving Button { margin-right: 2; }
    Saving #replace { display: none; }
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def compose(self) -> ComposeResult:
        words = self.words
        with Vertical() as box:
            box.border_title = words("saving.title")
            yield Label(words("saving.path"))
            yield Input(str(self._path), id="path", compact=True)
            yield Static(id="wrong", markup=False)
            with Horizontal():
                yield Button(words("saving.save"), variant="primary", id="save", compact=True)
                yield Button(words("saving.replace"), variant="warning", id="replace", compact=True)
                yield Button(words("asked.cancel"), id="no", compact=True)
        yield Keys()

    def on_input_changed(self) -> None:
        self._tell("", replace=False)

    def on_input_submitted(self) -> None:
        self._answer(replace=False)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "no":
            self.dismiss(None)
        else:
            self._answer(replace=event.button.id == "replace")

    def _answer(self, replace: bool) -> None:
        path, words = Path(self.query_one(Input).value.strip()).expanduser(), self.words
        if not path.name or path.is_dir():
            self._tell(words("saving.folder"), replace=False)
        elif not path.parent.is_dir():
            self._tell(words("saving.no_folder", folder=str(path.parent)), replace=False)
        elif path.exists() and not replace:
            self._tell(words("saving.there", path=str(path)), replace=True)
        else:
            self.dismiss(Place(path, replace))

    def _tell(self, why: str, replace: bool) -> None:
        wrong = self.query_one("#wrong", Static)
        wrong.update(f"! {why}" if why else "")
        wrong.display = bool(why)
        self.query_one("#replace").display = replace
