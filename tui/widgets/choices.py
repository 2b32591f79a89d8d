"""A line of names of which one is chosen; a click chooses another."""

from __future__ import annotations

from typing import ClassVar

from textual.events import Click
from textual.message import Message

from tui.charts.picture import Picture
from tui.text.choices import Choice, placed, row
from tui.widgets.picture_widget import PictureWidget


class Choices(PictureWidget):
    """The keys are handled by the widget that contains it."""

    class Chosen(Message):
        """A name was clicked."""

        def __init__(self, choices: Choices, name: str) -> None:
            super().__init__()
            self.choices, self.name = choices, name

        @property
        def control(self) -> Choices:
            return self.choices

    ROLES: ClassVar[dict[str, str]] = {
        "h": "choices--here",
        "o": "choices--other",
        "0": "choices--empty",
        "m": "choices--more",
    }
    COMPONENT_CLASSES: ClassVar[set[str]] = set(ROLES.values())
    DEFAULT_CSS = """
    Choices { height: 1; }
    Choices > .choices--here { color: $text; background: $primary-muted; text-style: bold; }
    Choices > .choices--other { color: $text; }
    Choices > .choices--empty { color: $text-disabled; }
    Choices > .choices--more { color: $text-accent; text-style: bold; }
    """

    def __init__(self, **options: str) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.choices: tuple[Choice, ...] = ()
        self.chosen = ""

    def show(self, choices: tuple[Choice, ...], chosen: str) -> None:
        """Show these choices, and which one is chosen."""
        self.choices, self.chosen = choices, chosen
        self.draw()

    def beside(self, step: int) -> str:
        """The name so many places after the chosen one, in a circle."""
        names = [one.name for one in self.choices]
        return names[(names.index(self.chosen) + step) % len(names)]

    def picture(self, width: int, height: int) -> Picture:
        return row(self.choices, self.chosen, width)

    def on_click(self, event: Click) -> None:
        spots = placed(self.choices, self.chosen, self.size.width)
        under = next((spot.name for spot in spots if spot.begin <= event.x < spot.end), None)
        if under is not None:
            self.post_message(self.Chosen(self, under))
