"""Writes the generated parts of the README: the output of its commands, the default limits, the table of all settings.

`make readme` writes them; `python -m scripts.readme --check` only says whether they are current. A default test checks
all but the output of `make demo`, which takes too long there; `make check-pages` checks that as well.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from scripts.page_blocks import ROOT, Run, Step, between_marks, in_shell, renewed, write_or_check
from stages.settings import SETTINGS
from tuner.statistics.limits import default_limits
from turntempo.show.settings import markdown_table

README = ROOT / "README.md"
SCRIPT = "scripts/readme.py"


def with_tables(page: str) -> str:
    """The page with the limits and the table of all settings as they are defined."""
    limits = ", ".join(f"`{one.name}` {one.shown(one.value)}" for one in default_limits())
    page = between_marks(page, "limits", SCRIPT, f"Default limits, unless `--limit` changes them: {limits}.")
    return between_marks(page, "settings", SCRIPT, markdown_table(tuple(SETTINGS.values())))


def with_output(page: str, run: Run, demo: bool) -> str:
    """The page with what its commands print; `make demo` is run only where asked for."""

    def wanted(step: Step) -> bool:
        return step.shown is not None and (demo or not step.typed.startswith("make demo"))

    return renewed(page, run, wanted)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as here:
        text = with_output(with_tables(README.read_text(encoding="utf-8")), in_shell(Path(here)), demo=True)
    sys.exit(write_or_check(README, text, check="--check" in sys.argv))
