"""The pages of docs/guide: in a checkout where they stand, in an installed package beside this module."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from stages.errors import InputError

INDEX = "README"
"""The page that a folder shows first; here the list of pages takes its place."""


@dataclass(frozen=True)
class GuidePage:
    """One page, in Markdown."""

    name: str
    text: str

    @property
    def title(self) -> str:
        """Its first heading."""
        return self._blocks[0].removeprefix("#").strip()

    @property
    def says(self) -> str:
        """Its first sentence."""
        return self._blocks[1].replace("\n", " ").split(". ")[0].rstrip(".") + "."

    @property
    def _blocks(self) -> list[str]:
        return [block.strip() for block in self.text.split("\n\n") if block.strip()]


def pages(package: Traversable | None = None) -> Mapping[str, GuidePage]:
    """Name -> page, by name. `package`: where the package's files are; None: this one's."""
    root = files("turntempo") if package is None else package
    folder = root.joinpath("guide")
    found = folder if folder.is_dir() else Path(__file__).parents[1] / "docs" / "guide"
    texts = {path.name.removesuffix(".md"): path for path in found.iterdir() if path.name.endswith(".md")}
    return {
        name: GuidePage(name, texts[name].read_text(encoding="utf-8").replace("\r\n", "\n"))
        for name in sorted(texts)
        if name != INDEX
    }


def page(name: str) -> GuidePage:
    """The page of this name, with or without its ending; InputError with the closest."""
    known = pages()
    wanted = name.strip().lower().removesuffix(".md").replace("_", "-").replace(" ", "-").rpartition("/")[2]
    if wanted in known:
        return known[wanted]
    close = difflib.get_close_matches(wanted, known, n=1, cutoff=0.5)
    meant = f" Did you mean {close[0]}?" if close else ""
    raise InputError(f"no page {name!r} in the guide.{meant} There are: {', '.join(known)}")
