"""Settings that stand in a file and change nothing there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tuner.targets.rule import Theirs


@dataclass(frozen=True)
class Idle:
    """Some of a vendor's settings, and when they have no effect."""

    paths: tuple[str, ...]
    """A path, or the object that holds several."""
    why: str | Callable[[Theirs], str]
    when: Callable[[Theirs], bool] = lambda _: True
    """From all of the vendor's settings, its defaults where the file says nothing."""

    def reason(self, given: Theirs) -> str:
        return self.why if isinstance(self.why, str) else self.why(given)


def idle_settings(table: Iterable[Idle], stated: Theirs, given: Theirs) -> dict[str, str]:
    """Path -> why it has no effect, of the settings that a file states."""
    return {
        path: one.reason(given)
        for one in table
        if one.when(given)
        for path in stated
        if any(path == held or path.startswith(f"{held}.") for held in one.paths)
    }


def sentences(idle: Mapping[str, str], stated: Mapping[str, Any]) -> Iterator[str]:
    """`min_delay` 0.2: no effect: the VAD's 0.55 s come later"""
    for path, why in idle.items():
        value = f" {stated[path]}" if isinstance(stated[path], bool | int | float | str) else ""
        yield f"`{path}`{value}: no effect: {why}"
