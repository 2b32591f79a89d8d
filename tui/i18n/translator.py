"""What the app says, in its user's language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from textual.binding import Binding, BindingsMap

from stages.escaping import visible
from stages.i18n import Language, say, tell


@dataclass(frozen=True)
class Translator:
    """Phrases by key, sentences of the layers below, and text of others, as this language tells them."""

    language: Language = "en"

    def __call__(self, key: str, /, **values: Any) -> str:
        """The phrase of this key."""
        return self.translate(say(key, **values))

    def translate(self, text: str) -> str:
        """A sentence in this language; text of others made harmless."""
        return tell(text, self.language, visible)

    def count(self, what: str, n: int) -> str:
        """12 turns, 1 session: `what` is `turn` or `session`."""
        return self(f"app.one_{what}") if n == 1 else self(f"app.{what}s", n=n)

    def keys(self, bindings: BindingsMap) -> BindingsMap:
        """The same keys with their descriptions, given as phrase keys, in words."""
        told = BindingsMap()
        for key, binding in bindings:
            group = binding.group and replace(binding.group, description=self._of(binding.group.description))
            one = replace(binding, description=self._of(binding.description), group=group)
            told.key_to_bindings.setdefault(key, []).append(one)
        return told

    def _of(self, description: str) -> str:
        return self(description) if "." in description else description


def key(
    keys: str, action: str, description: str = "", *, show: bool = True, group: Binding.Group | None = None
) -> Binding:
    """A key of the app: `description` is the key of a phrase, told when the widget is mounted."""
    return Binding(keys, action, description, show=show, group=group)
