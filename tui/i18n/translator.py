"""Puts phrases into the user's language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from textual.binding import BindingsMap

from stages.escaping import visible
from stages.i18n import Language, say, translate


@dataclass(frozen=True)
class Translator:
    """Phrases by key, sentences of the layers below, and foreign text, in one language."""

    language: Language = "en"

    def __call__(self, key: str, /, **values: Any) -> str:
        """The phrase of this key."""
        return self.translate(say(key, **values))

    def translate(self, text: str) -> str:
        """A sentence in this language. Text from files is escaped, so that it cannot control the terminal."""
        return translate(text, self.language, visible)

    def count(self, what: str, n: int) -> str:
        """12 turns, 1 session: `what` is `turn` or `session`."""
        return self(f"app.one_{what}") if n == 1 else self(f"app.{what}s", n=n)

    def bindings(self, bindings: BindingsMap) -> BindingsMap:
        """The same keys, with their descriptions (phrase keys) translated."""
        translated = BindingsMap()
        for key, binding in bindings:
            group = binding.group and replace(binding.group, description=self._of(binding.group.description))
            one = replace(binding, description=self._of(binding.description), group=group)
            translated.key_to_bindings.setdefault(key, []).append(one)
        return translated

    def _of(self, description: str) -> str:
        return self(description) if "." in description else description
