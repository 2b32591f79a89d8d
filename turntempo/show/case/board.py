"""A folder of cases for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tuner.support.case.board import Board, Row
from tuner.support.case.escalation import line_of
from turntempo.show.case.case import due


def table(rows: Sequence[Row]) -> Table:
    """A row a case, the most pressing first; what is overdue is bold."""
    drawn = Table(box=None, pad_edge=False, header_style="dim")
    drawn.add_column("", no_wrap=True)
    drawn.add_column("due", no_wrap=True)
    drawn.add_column("case", no_wrap=True, overflow="ellipsis", max_width=20)
    drawn.add_column("what", overflow="fold")
    drawn.add_column("with", no_wrap=True)
    for row in rows:
        late = row.standing is not None and row.standing.left.total_seconds() < 0
        what = Text(row.case.intake.title or row.case.intake.product or "")
        deadline = due(row.standing, row.case).partition(":")[0]
        line = Text(line_of(row.case).removesuffix(" line"))
        drawn.add_row(
            row.case.triage.severity, deadline, Text(row.case.name), what, line, style="bold" if late else None
        )
    return drawn


def nothing(found: Board, folder: Path) -> RenderableType:
    """What is said in the place of an empty list."""
    solved = f"no open case in {folder}; {len(found.rows):,} solved, which --all lists"
    return Text(solved if found.rows else f"no case in {folder}; `turntempo case new {folder}/NAME` opens one")
