"""The parts of the response time, for typical turns and for slow ones."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.events import Click
from textual.message import Message

from tui.charts.picture import Picture
from tui.charts.waterfall import slice_at, waterfall
from tui.i18n.localized import Localized, key
from tui.widgets.picture_widget import PictureWidget
from tuner.diagnosis.parts import NAMES, Slice

COLOURS = {
    "network": "#8595ab",
    "endpoint": "#dd9a33",
    "asr": "#6f9d4f",
    "lead": "#7f8f2b",
    "llm": "#5b8def",
    "tools": "#c75d9c",
    "chunk": "#a07de0",
    "tts": "#2bb3a6",
    "floor": "#d1495b",
    "other": "#9c9c9c",
    "playout": "#b08560",
}
"""Colour of each part, here and in other charts; they differ on a dark and on a light background."""

INK = "#10141a"
"""Colour of letters on a part."""


class Waterfall(Localized, PictureWidget, can_focus=True):
    """Up and down choose the slice, Enter shows its turns."""

    class TurnsRequested(Message):
        """The turns of this slice should be shown."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down", "choose(1)", "waterfall_key.next"),
        key("up", "choose(-1)", "waterfall_key.before", show=False),
        key("enter", "turns", "waterfall_key.turns"),
    ]
    ROLES: ClassVar[dict[str, str]] = {
        **{part: f"waterfall--{part}" for part in NAMES},
        **{f"{part}/in": f"waterfall--{part}-in" for part in NAMES},
        "t": "waterfall--title",
        "sum": "waterfall--sum",
        "a": "waterfall--axis",
    }
    COMPONENT_CLASSES: ClassVar[set[str]] = set(ROLES.values())
    DEFAULT_CSS = """
    Waterfall { height: 1fr; }
    Waterfall > .waterfall--title { text-style: bold; }
    Waterfall > .waterfall--sum { color: $text; }
    Waterfall > .waterfall--axis { color: $text-muted; }
    """ + "".join(
        f"Waterfall > .waterfall--{part} {{ color: {colour}; }}\n"
        f"Waterfall > .waterfall--{part}-in {{ background: {colour}; color: {INK}; }}\n"
        for part, colour in COLOURS.items()
    )

    def __init__(self, **options: str) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.slices: tuple[Slice, ...] = ()
        self.chosen = "p95"

    def show(self, slices: tuple[Slice, ...]) -> None:
        """Show these slices; the chosen one stays chosen if it is among them."""
        self.slices = slices
        names = [one.name for one in slices]
        self.chosen = self.chosen if self.chosen in names else next(iter(names), "")
        self.draw()

    def action_choose(self, step: int) -> None:
        names = [one.name for one in self.slices]
        if names:
            self.chosen = names[(names.index(self.chosen) + step) % len(names)]
            self.draw()

    def action_turns(self) -> None:
        if self.slices:
            self.post_message(self.TurnsRequested(self.chosen))

    def on_click(self, event: Click) -> None:
        name = slice_at(self.slices, event.y, self.size.height) if self.slices else None
        if name is not None:
            self.chosen = name
            self.draw()

    def picture(self, width: int, height: int) -> Picture:
        return waterfall(self.slices, self.chosen, width, height, self.tr)
