"""What gives a widget or screen the app's language: `self.tr`, and keys with translated descriptions."""

from __future__ import annotations

from typing import Any, cast

from textual.binding import Binding

from tui.i18n.translator import Translator


class Localized:
    """Mixed into a widget or screen: `tr` translates, and the descriptions in BINDINGS are phrase keys.

    It is not a widget: Textual inherits styles and component classes from the first widget among the bases.
    """

    @property
    def tr(self) -> Translator:
        return cast(Translator, cast(Any, self).app.tr)

    def on_mount(self) -> None:
        """Translates the keys. Textual calls this in addition to the widget's own `on_mount`."""
        widget = cast(Any, self)
        widget._bindings = self.tr.bindings(widget._bindings)
        widget.refresh_bindings()


def key(
    keys: str, action: str, description: str = "", *, show: bool = True, group: Binding.Group | None = None
) -> Binding:
    """A key of the app. `description` is a phrase key, translated when the widget is mounted."""
    return Binding(keys, action, description, show=show, group=group)
