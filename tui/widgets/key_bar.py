"""The keys that work now, at the bottom of the screen, in up to three lines; a click works as the key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.binding import Binding
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

MOST_LINES = 3


@dataclass(frozen=True)
class Key:
    """The text of a key, its action, and the key itself (of several, the first)."""

    shown: str
    does: str
    key: str

    @property
    def cells(self) -> int:
        return cell_len(self.shown) + cell_len(self.does) + 3


class KeyBar(Widget):
    """Used instead of Textual's footer, which cuts off keys that do not fit."""

    auto_links = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"keys--key", "keys--does"}
    DEFAULT_CSS = """
    KeyBar { dock: bottom; height: auto; background: $footer-background; color: $footer-foreground; }
    KeyBar > .keys--key { color: $footer-key-foreground; text-style: bold; }
    KeyBar > .keys--does { color: $footer-description-foreground; }
    """

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def render(self) -> Text:
        bold, plain = (self.get_component_rich_style(f"keys--{part}") for part in ("key", "does"))
        text = Text(no_wrap=True, end="")
        for number, line in enumerate(self._lines(self.size.width)):
            text.append("\n" if number else "")
            for one in line:
                click = Style(meta={"@click": f"app.simulate_key({one.key!r})"})
                text.append(f" {one.shown} ", bold + click).append(f"{one.does} ", plain + click)
        return text

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self._lines(width)))

    def shown_keys(self) -> list[Key]:
        """The keys that work now: the focused widget's, then the screen's, then the app's."""
        together: dict[tuple[str, str], list[Binding]] = {}
        for _, binding, enabled, _ in self.screen.active_bindings.values():
            if binding.show and enabled:
                together.setdefault(_group_of(binding), []).append(binding)
        return [Key(self._shown(keys), does, keys[0].key) for (_, does), keys in together.items()]

    def all_keys(self) -> list[tuple[str, str]]:
        """All keys that work now, those that the bar leaves out too, each with what it does."""
        together: dict[tuple[str, str], list[str]] = {}
        for _, binding, enabled, _ in self.screen.active_bindings.values():
            if enabled and binding.description:
                together.setdefault((binding.action, binding.description), []).append(self.app.get_key_display(binding))
        return [(" ".join(dict.fromkeys(keys)), does) for (_, does), keys in together.items()]

    def _shown(self, keys: list[Binding]) -> str:
        """1-5 for a group; of several keys for one action the first."""
        first, last = (self.app.get_key_display(one) for one in (keys[0], keys[-1]))
        return f"{first}-{last}" if keys[0].group and first != last else first

    def _lines(self, width: int) -> list[list[Key]]:
        lines: list[list[Key]] = [[]]
        for one in self.shown_keys():
            if lines[-1] and sum(key.cells for key in lines[-1]) + one.cells > width:
                lines.append([])
            lines[-1].append(one)
        return lines[:MOST_LINES]

    def _changed(self, _: Screen[object]) -> None:
        self.refresh(layout=True)


def _group_of(binding: Binding) -> tuple[str, str]:
    """What identifies keys that are shown together: a group, or one action."""
    if binding.group is not None:
        return "", binding.group.description
    return binding.action, binding.description
