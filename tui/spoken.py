"""Widgets that tell everything, their keys too, in the app's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from tui.words import Words

if TYPE_CHECKING:
    from textual.dom import DOMNode as Mixed
else:
    Mixed = object  # no node itself: a widget inherits the styles of the first of its bases that is one


class Spoken(Mixed):
    """Mixed into a widget or screen: `words`, and descriptions of keys (phrase keys in BINDINGS) put into words."""

    @property
    def words(self) -> Words:
        return cast(Words, cast(Any, self.app).words)

    def on_mount(self) -> None:
        """Beside the widget's own `on_mount`, which is called too."""
        self._bindings = self.words.keys(self._bindings)
        cast(Any, self).refresh_bindings()
