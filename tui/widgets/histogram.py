"""The distribution of the response time as a histogram."""

from __future__ import annotations

from typing import ClassVar

from tui.charts.histogram import Distribution, histogram
from tui.charts.picture import Picture
from tui.widgets.picture_widget import PictureWidget


class Histogram(PictureWidget):
    """Bars; dots for the settings compared with; named marks; bars beyond a limit in another colour."""

    ROLES: ClassVar[dict[str, str]] = {
        "n": "histogram--now",
        "x": "histogram--beyond",
        "b": "histogram--before",
        "m": "histogram--mark",
        "l": "histogram--limit",
        "a": "histogram--axis",
    }
    COMPONENT_CLASSES: ClassVar[set[str]] = set(ROLES.values())
    DEFAULT_CSS = """
    Histogram { height: 1fr; min-height: 6; }
    Histogram > .histogram--now { color: $primary; }
    Histogram > .histogram--beyond { color: $error; }
    Histogram > .histogram--before { color: $foreground; text-style: bold; }
    Histogram > .histogram--mark { color: $accent; }
    Histogram > .histogram--limit { color: $error; text-style: bold; }
    Histogram > .histogram--axis { color: $text-muted; }
    """

    def __init__(self, **options: str) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self._distribution: Distribution | None = None

    def show(self, distribution: Distribution) -> None:
        """Show these times."""
        self._distribution = distribution
        self.draw()

    def picture(self, width: int, height: int) -> Picture:
        return Picture(width, height) if self._distribution is None else histogram(self._distribution, width, height)
