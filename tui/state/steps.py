"""Values that the user goes through: each change can be undone, and done again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

MOST_UNDONE = 200

Value = TypeVar("Value")


class Steps(Generic[Value]):
    """The value now, and those before and after it. `changed` is called with each new one."""

    def __init__(self, value: Value, changed: Callable[[Value], None]) -> None:
        self.value, self._changed = value, changed
        self._undo: list[Value] = []
        self._redo: list[Value] = []

    def reset(self, value: Value) -> None:
        """Set the value and forget the steps."""
        self._undo, self._redo = [], []
        self._set(value)

    def move(self, value: Value) -> None:
        """Set the value; the change can be undone."""
        if value != self.value:
            self._undo = [*self._undo, self.value][-MOST_UNDONE:]
            self._redo = []
            self._set(value)

    def undo(self) -> bool:
        """Go back to the value before the last change; False: there is none."""
        return self._step(self._undo, self._redo)

    def redo(self) -> bool:
        return self._step(self._redo, self._undo)

    def _step(self, taken: list[Value], given: list[Value]) -> bool:
        if not taken:
            return False
        given.append(self.value)
        self._set(taken.pop())
        return True

    def _set(self, value: Value) -> None:
        self.value = value
        self._changed(value)
