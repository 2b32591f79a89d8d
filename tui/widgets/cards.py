"""The figures as cards with their limits; as high as the cards need."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.geometry import Size

from tui.charts.picture import Picture
from tui.text.card import Card, table
from tui.widgets.picture_widget import PictureWidget


class Cards(PictureWidget):
    """One card a figure: missed limits are red and have a sign."""

    ROLES: ClassVar[dict[str, str]] = {
        "k": "cards--kept",
        "x": "cards--missed",
        "?": "cards--not-shown",
        "v": "cards--value",
        "w": "cards--worse",
        "s": "cards--small",
    }
    COMPONENT_CLASSES: ClassVar[set[str]] = set(ROLES.values())
    DEFAULT_CSS = """
    Cards { height: auto; }
    Cards > .cards--kept { color: $text-success; }
    Cards > .cards--missed { color: $text-error; text-style: bold; }
    Cards > .cards--not-shown { color: $text-warning; }
    Cards > .cards--value { text-style: bold; }
    Cards > .cards--worse { color: $text-warning; }
    Cards > .cards--small { color: $text-muted; }
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.cards: tuple[Card, ...] = ()

    def show(self, cards: tuple[Card, ...]) -> None:
        """Show these cards."""
        grown = len(cards) != len(self.cards)
        self.cards = cards
        if grown:
            self.refresh(layout=True)
        self.draw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return table(self.cards, width).height

    def picture(self, width: int, height: int) -> Picture:
        return table(self.cards, width)
