"""All settings as sliders, one a line; keys move the one under the cursor, the mouse moves any."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

from textual.binding import BindingType
from textual.events import MouseDown, MouseMove, MouseUp
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import HelpPanel

from stages.i18n.glossary import explained
from tui.charts.picture import Picture
from tui.charts.slider import Line, line, track
from tui.i18n.localized import Localized, key
from tui.state.slider_model import SliderModel
from tui.text.term import help_of
from tui.widgets.picture_widget import RoleStyles

FAR = 10
"""Steps of a large move."""


class Flat(Protocol):
    """Settings by their dotted names."""

    def flat(self) -> dict[str, Any]: ...


class Sliders(Localized, ScrollView, RoleStyles, can_focus=True):
    """Lines with headings of the groups between them."""

    class Moved(Message):
        """The user moved a slider."""

        def __init__(self, name: str, value: Any) -> None:
            super().__init__()
            self.name, self.value = name, value

    class Selected(Message):
        """The cursor is on another setting."""

        def __init__(self, model: SliderModel) -> None:
            super().__init__()
            self.model = model

    class EditRequested(Message):
        """The user wants to type a value."""

        def __init__(self, model: SliderModel) -> None:
            super().__init__()
            self.model = model

    BINDINGS: ClassVar[list[BindingType]] = [
        key("up,k", "cursor(-1)", "sliders_key.up", show=False),
        key("down,j", "cursor(1)", "sliders_key.down", show=False),
        key("pageup", "cursor(-12)", "sliders_key.up", show=False),
        key("pagedown", "cursor(12)", "sliders_key.down", show=False),
        key("left,h,minus", "move(-1)", "sliders_key.less"),
        key("right,l,plus,equals_sign", "move(1)", "sliders_key.more"),
        key("shift+left,H", f"move(-{FAR})", "sliders_key.far_less", show=False),
        key("shift+right,L", f"move({FAR})", "sliders_key.far_more", show=False),
        key("home", "end(0)", "sliders_key.least", show=False),
        key("end", "end(1)", "sliders_key.most", show=False),
        key("enter", "type", "sliders_key.type"),
    ]
    ROLES: ClassVar[dict[str, str]] = {
        "g": "sliders--group",
        "c": "sliders--changed",
        "t": "sliders--track",
        "h": "sliders--handle",
        "f": "sliders--in-force",
        "q": "sliders--note",
    }
    COMPONENT_CLASSES: ClassVar[set[str]] = {*ROLES.values(), "sliders--cursor"}
    DEFAULT_CSS = """
    Sliders { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }
    Sliders > .sliders--group { color: $text-muted; text-style: bold; }
    Sliders > .sliders--changed { text-style: bold; color: $text; }
    Sliders > .sliders--track { color: $text-muted; }
    Sliders > .sliders--handle { color: $primary; text-style: bold; }
    Sliders > .sliders--in-force { color: $text-accent; }
    Sliders > .sliders--note { color: $text-muted; }
    Sliders > .sliders--cursor { background: $surface-lighten-1; }
    Sliders:focus > .sliders--cursor { background: $primary-muted; }
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._models: tuple[SliderModel, ...] = ()
        self._rows: list[SliderModel | str] = []
        self._cursor, self._held = 0, False
        self._now: dict[str, Any] = {}
        self._base: dict[str, Any] = {}

    def show(self, models: tuple[SliderModel, ...], now: Flat, base: Flat) -> None:
        """Show these sliders, with a mark at the value of `base`."""
        before = self._now, self._base
        self._now, self._base = now.flat(), base.flat()
        if models is self._models:
            self._refresh_changed(*before)
            return
        if models != self._models:
            self._models, self._rows, group = models, [], ""
            for model in models:
                if (own := model.name.partition(".")[0]) != group:
                    group = own
                    self._rows.append(group)
                self._rows.append(model)
            self._cursor = 1
            self.virtual_size = Size(self.size.width, len(self._rows))
            self._select()
        self.refresh()

    def _refresh_changed(self, now: dict[str, Any], base: dict[str, Any]) -> None:
        """Draw only the lines that differ from before, so that a key press shows at once."""
        for row, model in enumerate(self._rows):
            if isinstance(model, SliderModel):
                name = model.name
                if (now[name], base[name]) != (self._now[name], self._base[name]):
                    self.refresh_line(row)

    @property
    def model(self) -> SliderModel | None:
        """The slider under the cursor."""
        row = self._rows[self._cursor] if self._rows else None
        return row if isinstance(row, SliderModel) else None

    def select(self, name: str) -> None:
        """Move the cursor to this setting."""
        for row, model in enumerate(self._rows):
            if isinstance(model, SliderModel) and model.name == name:
                self._go(row)

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._rows))
        self.call_after_refresh(self._follow)

    def render_line(self, y: int) -> Strip:
        row, width = y + self.scroll_offset.y, self.size.width
        if row >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        strip = self.strip(self._line(row), 0)
        if row != self._cursor:
            return strip
        return strip.apply_style(self.get_component_rich_style("sliders--cursor", partial=True))

    def action_cursor(self, steps: int) -> None:
        row = min(len(self._rows) - 1, max(0, self._cursor + steps))
        way = 1 if steps > 0 else -1
        while 0 <= row < len(self._rows) and not isinstance(self._rows[row], SliderModel):
            row += way
        if 0 <= row < len(self._rows):
            self._go(row)
        elif steps < 0:
            self.scroll_to(y=0, animate=False)

    def action_move(self, steps: int) -> None:
        if model := self.model:
            self._move(model, model.stepped(self._now[model.name], steps))

    def action_end(self, share: int) -> None:
        if model := self.model:
            self._move(model, model.value_at(share))

    def action_type(self) -> None:
        if model := self.model:
            self.post_message(self.EditRequested(model))

    def on_mouse_down(self, event: MouseDown) -> None:
        row = event.y + self.scroll_offset.y
        if row < len(self._rows) and isinstance(self._rows[row], SliderModel):
            self._go(row)
            self._held = True
            self.capture_mouse()
            self._drag(event.x)

    def on_mouse_move(self, event: MouseMove) -> None:
        if self._held:
            self._drag(event.x)

    def on_mouse_up(self, event: MouseUp) -> None:
        self._held = False
        self.release_mouse()

    def _drag(self, column: int) -> None:
        """Move the handle to the mouse; a click left of the track only selects."""
        model, (begin, length) = self.model, track(self.size.width)
        if model and column >= begin - 1:
            self._move(model, model.value_at((column - begin) / max(1, length - 1)))

    def _move(self, model: SliderModel, value: Any) -> None:
        if value != self._now[model.name]:
            self._now[model.name] = value
            self.refresh_line(self._cursor)
            self.post_message(self.Moved(model.name, value))

    def _go(self, row: int) -> None:
        self._cursor = row
        self._follow()
        self.refresh()
        self._select()

    def _follow(self) -> None:
        """Scroll so that the cursor is visible."""
        self.scroll_to_region(Region(0, self._cursor, self.size.width, 1), animate=False)

    def _select(self) -> None:
        if model := self.model:
            self._explain(model.name)
            self.post_message(self.Selected(model))

    def _explain(self, name: str) -> None:
        """Let the help beside the keys say what this setting is."""
        self.HELP = help_of(explained(name, self.tr.language))  # type: ignore[misc]
        for panel in self.screen.query(HelpPanel):
            panel.update_help(self.screen.focused)

    def _line(self, row: int) -> Picture:
        model = self._rows[row]
        if isinstance(model, str):
            return line(Line(model), self.size.width)
        now, base = self._now[model.name], self._base[model.name]
        return line(Line(model.name, model, now, base, row == self._cursor), self.size.width)
