"""The rooms of the code: the folders of the five packages, what each holds, and which rooms each imports.

A room is a folder directly below a package, or the package itself for the modules that stand in no folder. Everything
is read from the source files: the first line of the docstring of `__init__.py`, and every import, also in functions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

PACKAGES = ("turntempo", "tui", "tuner", "pipeline", "stages")
"""From the highest to the lowest; each may import those after it."""


@dataclass(frozen=True)
class Room:
    """One folder of modules."""

    path: str
    """From the root of the project, such as pipeline/kernel."""
    holds: str
    """The first line of its docstring."""

    @property
    def package(self) -> str:
        return self.path.partition("/")[0]

    @property
    def title(self) -> str:
        """The folder, or its modules where a package has some in no folder."""
        return self.path if "/" in self.path else f"{self.path}/*.py"


def folders(root: Path = ROOT) -> list[Room]:
    """Every folder with modules, at any depth, package by package, each folder before the folders in it."""
    found = []
    for package in PACKAGES:
        for module in sorted((root / package).rglob("__init__.py")):
            text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
            found.append(Room(module.parent.relative_to(root).as_posix(), text.partition("\n")[0]))
    return sorted(found, key=lambda room: (PACKAGES.index(room.package), room.path))


def rooms(root: Path = ROOT) -> list[Room]:
    """The folders directly below the packages, and the packages that have modules in no folder."""
    return [room for room in folders(root) if room.path.count("/") == 1 or _has_modules(root / room.path)]


def imports(root: Path = ROOT) -> dict[str, set[str]]:
    """Room -> the rooms that its modules import, by path."""
    paths = [room.path for room in rooms(root)]
    found: dict[str, set[str]] = {path: set() for path in paths}
    for package in PACKAGES:
        for module in (root / package).rglob("*.py"):
            here = _room_of(module.relative_to(root).with_suffix("").parts, paths)
            if here in found:
                there = {_room_of(parts, paths) for parts in _imported(module)}
                found[here] |= there & found.keys() - {here}
    return found


def levels(names: Iterable[str], arrows: Mapping[str, set[str]]) -> dict[str, int]:
    """Name -> its level; 0 is the lowest, and each name is above all that it imports.

    A name that others import is directly below the lowest of them. Raises ValueError where names import each other in a
    circle.
    """
    known = _lowest_levels(set(names), arrows)
    for name in sorted(known, key=lambda one: (-known[one], one)):
        if above := [known[other] for other in known if name in arrows[other]]:
            known[name] = min(above) - 1
    return known


def _lowest_levels(left: set[str], arrows: Mapping[str, set[str]]) -> dict[str, int]:
    """The same with each name as low as it can be."""
    known: dict[str, int] = {}
    while left:
        ready = {name for name in left if not arrows[name] & left}
        if not ready:
            raise ValueError(f"these import each other in a circle: {', '.join(sorted(left))}")
        known |= {name: 1 + max((known[one] for one in arrows[name] & known.keys()), default=-1) for name in ready}
        left = left - ready
    return known


def reduced(names: Iterable[str], arrows: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """The arrows between these names, without those that follow from others (a to c follows from a to b and b to c)."""
    names = sorted(names)
    reach = {name: _reach(name, names, arrows) for name in names}
    kept = []
    for name in names:
        direct = sorted(arrows[name] & set(names))
        kept += [(name, one) for one in direct if not any(one in reach[other] for other in direct)]
    return kept


def _reach(name: str, names: list[str], arrows: Mapping[str, set[str]]) -> set[str]:
    """Everything that a name imports, through others too."""
    found: set[str] = set()
    left = arrows[name] & set(names)
    while left:
        found |= left
        left = {one for other in left for one in arrows[other]} & set(names) - found
    return found


def _has_modules(folder: Path) -> bool:
    """Whether a package has modules directly in it."""
    return folder.name in PACKAGES and any(module.name != "__init__.py" for module in folder.glob("*.py"))


def _imported(module: Path) -> Iterator[tuple[str, ...]]:
    """The dotted names of the five packages that a module imports, in parts."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from (parts for name in names if (parts := tuple(name.split(".")))[0] in PACKAGES)


def _room_of(parts: tuple[str, ...], paths: list[str]) -> str:
    below = "/".join(parts[:2])
    return below if below in paths else parts[0]
