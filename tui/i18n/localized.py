"""Widgets that tell everything, their keys too, in the app's language."""

from __future__ import annotations

from typing import Any, cast

from tui.i18n.phrasing import Words


class Spoken:
    """Mixed into a widget or screen: `words`, and descriptions of keys (phrase keys in BINDINGS) put into words.

    It is no widget itself: what Textual inherits (styles, component classes) comes from the first widget among the
    bases.
    """

    @property
    def words(self) -> Words:
        return cast(Words, cast(Any, self).app.words)

    def on_mount(self) -> None:
        """Beside the widget's own `on_mount`, which is called too."""
        widget = cast(Any, self)
        widget._bindings = self.words.keys(widget._bindings)
        widget.refresh_bindings()
