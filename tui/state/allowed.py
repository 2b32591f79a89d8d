"""The folders below which the app reads and writes files, where it was started for some only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.recordings.store import selection_of
from stages.errors import InputError
from stages.i18n import say
from tui.state.turn_source import TurnSource


@dataclass(frozen=True)
class Allowed:
    """Which paths may be used. Each is judged by where it leads: links are followed first."""

    folders: tuple[Path, ...] | None = None
    """Files below these are read and written; None: everywhere."""
    readable: tuple[Path, ...] = ()
    """Files, and folders of files, that are read only: given when the app was started."""

    def read(self, path: Path | str) -> None:
        """Check a file, or a folder with all that is below it. Raises InputError where it leads outside."""
        if self.folders is None:
            return
        roots = (*self.folders, *self.readable)
        for one in _with_links(self._resolved(path), set()):
            self._require(one, path, roots)

    def write(self, path: Path | str) -> Path:
        """The place that a path leads to. Raises InputError where it is outside."""
        if self.folders is None:
            return Path(path)
        resolved = self._resolved(path)
        self._require(resolved, path, self.folders)
        return resolved

    def case(self, folder: Path | str) -> None:
        """Check a case that is written into. Raises InputError where it, or a link in it, leads outside."""
        if self.folders is not None:
            for one in _with_links(self._resolved(folder), set()):
                self._require(one, folder, self.folders)

    def source(self, source: TurnSource) -> None:
        """Check every file that a source is read from. Raises InputError."""
        if self.folders is None:
            return
        if source.kind == "case":
            self.case(source.name)
        elif source.kind in ("recording", "calls"):
            self.read(selection_of(source.name).file)
        for file in (source.settings_file, *source.stage_files):
            if file is not None:
                self.read(file)

    def has(self, source: TurnSource) -> bool:
        """Whether every file of a source may be read."""
        try:
            self.source(source)
        except InputError:
            return False
        return True

    def place(self, name: str) -> Path:
        """Where a file of this name is offered to be written: in the working folder, if that is one of them."""
        if self.folders is None or any(Path.cwd().is_relative_to(folder) for folder in self.folders):
            return Path(name)
        return self.folders[0] / name

    def around(self) -> tuple[Path, ...]:
        """The folders whose cases and recordings are listed."""
        return (Path(),) if self.folders is None else self.folders

    def _resolved(self, path: Path | str) -> Path:
        try:
            return Path(path).expanduser().resolve()
        except (OSError, RuntimeError, ValueError):  # a loop of links, an unknown user, a character of no path
            raise self._outside(path) from None

    def _require(self, resolved: Path, path: Path | str, roots: tuple[Path, ...]) -> None:
        if not any(resolved.is_relative_to(root) for root in roots):
            raise self._outside(path)

    def _outside(self, path: Path | str) -> InputError:
        return InputError(say("allowed.outside", path=str(path), folders=", ".join(map(str, self.folders or ()))))


EVERYWHERE = Allowed()


def _with_links(path: Path, seen: set[Path]) -> Iterator[Path]:
    """The path, and where each link below it leads."""
    yield path
    if path in seen or not path.is_dir():
        return
    seen.add(path)
    try:
        below = sorted(path.iterdir())
    except OSError:
        return
    for one in below:
        if one.is_symlink():
            yield from _with_links(one.resolve(), seen)
        elif one.is_dir():
            yield from (link for link in _with_links(one, seen) if link != one)
