"""A reader to be tried with damaged input, and one input of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from stages.errors import TurntempoError


@dataclass(frozen=True)
class Given:
    """One input: its name tells its form, the folder is the trial's own."""

    name: str
    content: bytes
    folder: Path

    def file(self) -> Path:
        """The input as a file."""
        path = self.folder / self.name
        path.write_bytes(self.content)
        return path

    def text(self) -> str:
        """The input as text, whatever bytes it has."""
        return self.content.decode("utf-8", "replace")


Seeds = Mapping[str, bytes]
"""Name -> an input that is read."""


@dataclass(frozen=True)
class Reader:
    """What reads: it gives anything, or raises one of `refusals`."""

    name: str
    modules: tuple[str, ...]
    """The modules, or folders of modules, that are tried by it."""
    seeds: Callable[[Path], Seeds]
    """Made once in a folder, which the trials are in too."""
    read: Callable[[Given], object]
    refusals: tuple[type[Exception], ...] = (TurntempoError,)
