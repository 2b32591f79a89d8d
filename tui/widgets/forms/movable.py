"""The settings that a search may move, each with a tick; below the list why one is fixed or moves only when ticked."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from stages.settings import NAMES, SETTINGS
from tui.charts.fitting import first_that_fits
from tui.charts.picture import fit
from tui.i18n.localized import Localized, key
from tui.state.search_scope import SearchScope
from tuner.statistics.numbers import setting


class MovableSettings(Vertical, Localized):
    """All settings in the documented order."""

    BINDINGS: ClassVar[list[BindingType]] = [key("space,enter", "tick", "tuning_key.tick")]
    DEFAULT_CSS = """
    MovableSettings { border-left: solid $foreground 30%; }
    MovableSettings:focus-within { border-left: heavy $border; }
    MovableSettings #moving-title { height: 1; padding: 0 1; text-style: bold; }
    MovableSettings OptionList {
        height: 1fr; background: transparent; scrollbar-size-vertical: 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    MovableSettings #why {
        height: 4; padding: 0 1; color: $text-muted; border-top: solid $foreground 30%; overflow-y: auto;
    }
    MovableSettings.-wrong #why { color: $text-error; }
    """

    class Ticked(Message):
        """The ticks that differ from the default scope."""

        def __init__(self, locked: tuple[str, ...], varied: tuple[str, ...]) -> None:
            super().__init__()
            self.locked, self.varied = locked, varied

    def __init__(self) -> None:
        super().__init__()
        self._scope: SearchScope | None = None
        self.ticked: set[str] = set()

    def compose(self) -> ComposeResult:
        yield Static(id="moving-title", markup=False)
        yield OptionList(compact=True)
        yield Static(id="why", markup=False)

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    def show(self, scope: SearchScope, locked: Collection[str], varied: Collection[str]) -> None:
        """Show this scope with these changes of the ticks."""
        shown, place = self._list, self._list.highlighted
        self._scope, self.ticked = scope, set(scope.ticked(locked, varied))
        shown.clear_options()
        shown.add_options(Option(self._line(scope, name), id=name.replace(".", "-")) for name in NAMES)
        shown.highlighted = NAMES.index(scope.searched[0]) if place is None and scope.searched else place or 0
        self._count()

    def on_resize(self) -> None:
        """Draw the lines again for the new width."""
        if self._scope is not None:
            for place, name in enumerate(NAMES):
                self._list.replace_option_prompt_at_index(place, self._line(self._scope, name))

    def take_focus(self) -> None:
        self._list.focus()

    def show_error(self, why: str) -> None:
        self.add_class("-wrong")
        self.query_one("#why", Static).update(f"! {why}")

    def action_tick(self) -> None:
        if self._list.highlighted is not None:
            self.tick(NAMES[self._list.highlighted])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.tick(NAMES[event.option_index])

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if self._scope is not None:
            self.remove_class("-wrong")
            self.query_one("#why", Static).update(self._why(self._scope, NAMES[event.option_index]))

    def tick(self, name: str) -> None:
        """Tick or untick a setting; for a fixed one show why."""
        scope = self._scope
        if scope is None:
            return
        if name in scope.fixed:
            self.show_error(self._why(scope, name))
            return
        self.ticked ^= {name}
        self._list.replace_option_prompt_at_index(NAMES.index(name), self._line(scope, name))
        self._count()
        locked = tuple(one for one in scope.searched if one not in self.ticked)
        varied = tuple(one for one in NAMES if one in self.ticked and one not in scope.searched)
        self.post_message(self.Ticked(locked, varied))

    def _line(self, scope: SearchScope, name: str) -> Text:
        """[x] endpointing.silence_ms 2000; [-] cannot be ticked."""
        fixed = name in scope.fixed
        box = "[-]" if fixed else "[x]" if name in self.ticked else "[ ]"
        value = setting(scope.deployed.settings.flat()[name])
        room = max(1, self._list.scrollable_content_region.width - cell_len(box) - cell_len(value) - 4)
        shown = first_that_fits(room, name, f"…{name.rpartition('.')[2]}")
        line = Text.assemble(f"{box} {fit(shown, room)} ", (value, "" if fixed else "bold"), no_wrap=True)
        if fixed:
            line.stylize("dim")
        return line

    def _why(self, scope: SearchScope, name: str) -> str:
        tr = self.tr
        if name in scope.fixed:
            return tr("search_form.fixed", name=name, why=scope.locks.get(name, ""))
        if name in scope.locks:
            return tr("search_form.if_ticked", name=name, why=scope.locks[name])
        return tr("search_form.about", name=name, subject=SETTINGS[name].subject or SETTINGS[name].meaning.rstrip("."))

    def _count(self) -> None:
        title = self.tr("search_form.moving", n=len(self.ticked), of=len(NAMES))
        self.query_one("#moving-title", Static).update(title)
