"""Writes the output of the commands of docs/guide/support-case.md: runs them as they stand on the page.

`python -m scripts.support_case_page` writes the page; with `--check` it only says whether the page is current.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from scripts.page_blocks import ROOT, in_shell, renewed, write_or_check

PAGE = ROOT / "docs" / "guide" / "support-case.md"

NEEDED = ("docs", "turntempo")
"""The folders that the commands of the page read."""


def links(folder: Path) -> None:
    """Makes what the commands read available in a folder where they may write."""
    for name in NEEDED:
        (folder / name).symlink_to(ROOT / name)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as here:
        links(Path(here))
        text = renewed(PAGE.read_text(encoding="utf-8"), in_shell(Path(here)))
    sys.exit(write_or_check(PAGE, text, check="--check" in sys.argv))
