"""Widgets that tell everything, their keys too, in the app's language."""

from __future__ import annotations

from typing import Any, cast

from tui.i18n.translator import Translator


class Localized:
    """Mixed into a widget or screen: `words`, and descriptions of keys (phrase keys in BINDINGS) put into words.

    It is no widget itself: what Textual inherits (styles, component classes) comes from the first widget among the
    bases.
    """

    @property
    def tr(self) -> Translator:
        return cast(Translator, cast(Any, self).app.tr)

    def on_mount(self) -> None:
        """Beside the widget's own `on_mount`, which is called too."""
        widget = cast(Any, self)
        widget._bindings = self.tr.keys(widget._bindings)
        widget.refresh_bindings()
