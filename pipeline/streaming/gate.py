"""Where streams join: something begins once all that it waits for is there."""

from __future__ import annotations

from collections.abc import Callable


class Gate:
    """Opens once, when the last of the awaited has come; what it does not wait for may come as it likes."""

    def __init__(self, *awaited: str, opened: Callable[[], object]) -> None:
        self._awaited = set(awaited)
        self._opened = opened

    def has(self, what: str) -> None:
        """It is there."""
        if what in self._awaited:
            self._awaited.remove(what)
            if not self._awaited:
                self._opened()
