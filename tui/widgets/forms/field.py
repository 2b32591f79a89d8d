"""A field of a form: label, control, a note, and an error below."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input, Label, Static


class Field(Vertical):
    """`control` is the input or menu."""

    DEFAULT_CSS = """
    Field { height: auto; }
    Field > Horizontal { height: auto; }
    Field .name { width: 15; color: $text-muted; }
    Field .note {
        width: 1fr; height: 1; padding-left: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis;
    }
    Field .wrong { display: none; color: $text-error; padding-left: 2; }
    Field.-wrong .wrong { display: block; }
    Field.-wrong .name { color: $text-error; }
    Field.-missed .note { color: $text-error; }
    Field Input { width: 10; }
    Field Select { width: 1fr; }
    Field SelectCurrent #label { text-wrap: nowrap; text-overflow: ellipsis; height: 1; }
    """

    def __init__(self, name: str, label: str, control: Widget, note: str = "", *, classes: str = "") -> None:
        super().__init__(id=name, classes=classes)
        self.label, self.control = label, control
        self._note = Static(note, classes="note", markup=False)
        self._wrong = Static(classes="wrong", markup=False)

    def compose(self) -> ComposeResult:
        yield Horizontal(Label(self.label, classes="name", markup=False), self.control, self._note)
        yield self._wrong

    @property
    def text(self) -> str:
        """The text that is typed; "" for a menu."""
        return self.control.value if isinstance(self.control, Input) else ""

    @property
    def error(self) -> str:
        """The error that is shown; "": none."""
        return str(self._wrong.content) if self.has_class("-wrong") else ""

    @property
    def note_text(self) -> str:
        """The note that is shown."""
        return str(self._note.content)

    def show_error(self, why: str) -> None:
        """Show an error below the field; "" removes it."""
        self._wrong.update(f"! {why}" if why else "")
        self.set_class(bool(why), "-wrong")

    def show_note(self, text: str, missed: bool = False) -> None:
        """Show a note beside the field; `missed`: in the colour of a missed limit."""
        self._note.update(text)
        self.set_class(missed, "-missed")
