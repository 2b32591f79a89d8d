"""A turn as lanes over time, with a cursor moved by keys and mouse."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import BindingType
from textual.events import MouseDown, MouseMove, MouseScrollDown, MouseScrollUp, MouseUp
from textual.geometry import Size
from textual.message import Message

from tui.charts.picture import Picture
from tui.charts.time_window import TimeWindow
from tui.charts.timeline import AXIS, LABEL, Track, moment_at, timeline
from tui.i18n.localized import Localized, key
from tui.widgets.picture_widget import PictureWidget
from tui.widgets.waterfall import COLOURS
from tuner.diagnosis.parts import NAMES

FAST, ZOOM = 10, 1.6
"""Columns of a long step; factor of one step of the zoom."""


class Lanes(Localized, PictureWidget, can_focus=True):
    """Left and right move the cursor, plus and minus zoom; the screen shows what happens at the cursor."""

    class Moved(Message):
        """The cursor or the window moved."""

        def __init__(self, window: TimeWindow) -> None:
            super().__init__()
            self.window = window

    BINDINGS: ClassVar[list[BindingType]] = [
        key("right", "step(1)", "lanes_key.step"),
        key("left", "step(-1)", "lanes_key.back", show=False),
        key("shift+right", f"step({FAST})", "lanes_key.far", show=False),
        key("shift+left", f"step(-{FAST})", "lanes_key.far_back", show=False),
        key("ctrl+right", f"step({4 * FAST})", "lanes_key.farther", show=False),
        key("ctrl+left", f"step(-{4 * FAST})", "lanes_key.farther_back", show=False),
        key("home", "edge('first')", "lanes_key.first", show=False),
        key("end", "edge('last')", "lanes_key.last", show=False),
        key("plus,equals_sign", "zoom(1)", "lanes_key.closer"),
        key("minus,underscore", "zoom(-1)", "lanes_key.farther_off", show=False),
        key("pagedown", "scroll_lanes(1)", "lanes_key.lower", show=False),
        key("pageup", "scroll_lanes(-1)", "lanes_key.higher", show=False),
    ]
    ROLES: ClassVar[dict[str, str]] = {
        **{name: f"lanes--{name}" for name in ("user", "agent", "overlaps", "reply", "held")},
        **{name: f"lanes--{name}" for name in NAMES},
        "x": "lanes--bad",
        "k": "lanes--good",
        "l": "lanes--line",
        "n": "lanes--name",
        "h": "lanes--heading",
        "a": "lanes--axis",
        "c": "lanes--cursor",
    }
    COMPONENT_CLASSES: ClassVar[set[str]] = set(ROLES.values())
    DEFAULT_CSS = """
    Lanes { height: 1fr; min-height: 5; }
    Lanes > .lanes--user { color: $primary; }
    Lanes > .lanes--agent { color: $success; }
    Lanes > .lanes--overlaps { color: $accent; }
    Lanes > .lanes--reply { color: $text-muted; }
    Lanes > .lanes--held { color: $text-muted; }
    Lanes > .lanes--bad { color: $error; text-style: bold; }
    Lanes > .lanes--good { color: $success; text-style: bold; }
    Lanes > .lanes--line { color: $text-disabled; }
    Lanes > .lanes--name { color: $text; }
    Lanes > .lanes--heading { color: $text-accent; text-style: bold; }
    Lanes > .lanes--axis { color: $text-muted; }
    Lanes > .lanes--cursor { text-style: reverse bold; }
    """ + "".join(f"Lanes > .lanes--{part} {{ color: {COLOURS[part]}; }}\n" for part in NAMES)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.tracks: tuple[Track, ...] = ()
        self.window = TimeWindow(0, 1, 0, 1, 0)
        self.top = 0
        self._dragging = False

    def show(self, tracks: tuple[Track, ...], window: TimeWindow) -> None:
        """Show these lanes in this window."""
        if len(tracks) != len(self.tracks):
            self.refresh(layout=True)
        self.tracks, self.top = tracks, 0
        self.see(window)

    def see(self, window: TimeWindow) -> None:
        """Show the same lanes in another window."""
        self.window = window
        self.draw()
        self.post_message(self.Moved(window))

    @property
    def columns(self) -> int:
        """Columns of the time axis."""
        return max(1, self.size.width - LABEL)

    def action_step(self, columns: int) -> None:
        self.see(self.window.moved_by(columns, self.columns))

    def action_edge(self, which: str) -> None:
        self.see(self.window.moved_to(self.window.first_ms if which == "first" else self.window.last_ms))

    def action_zoom(self, step: int) -> None:
        self.see(self.window.zoomed(ZOOM**step))

    def action_scroll_lanes(self, pages: int) -> None:
        """Scroll where there are more lanes than rows."""
        rows = max(1, self.size.height - AXIS)
        self.top = max(0, min(self.top + pages * max(1, rows - 1), len(self.tracks) - rows))
        self.draw()

    def on_mouse_down(self, event: MouseDown) -> None:
        self._dragging = True
        self.capture_mouse()
        self._to(event.x)

    def on_mouse_move(self, event: MouseMove) -> None:
        if self._dragging:
            self._to(event.x)

    def on_mouse_up(self, event: MouseUp) -> None:
        self._dragging = False
        self.release_mouse()

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self.action_zoom(1)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self.action_zoom(-1)

    def _to(self, x: int) -> None:
        """Move the cursor to the mouse."""
        column = min(max(x, LABEL), self.size.width - 1)
        self.see(self.window.moved_to(moment_at(column, self.window, self.size.width)))

    def picture(self, width: int, height: int) -> Picture:
        return timeline(self.tracks, self.window, width, height, self.top, self.tr)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.tracks) + AXIS
