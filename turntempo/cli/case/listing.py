"""`turntempo case list`: the open cases, the most urgent first."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from turntempo import clock, options


@click.command()
@click.argument("folder", type=options.FILE, default=".")
@click.option("--all", "closed", is_flag=True, help="Those that are solved too, at the end.")
@clock.now_option
@options.json_option
def command(folder: Path, closed: bool, now: datetime, as_json: bool) -> None:
    """List the open cases in FOLDER, those whose first answer is due soonest first.

    Answered cases follow, by the time left to their solution.
    """
    from tuner.support.case.board import board
    from turntempo import screen, stderr
    from turntempo.show.case import board as shown

    found = board(folder, now)
    for problem in found.unreadable:
        stderr.warn(f"left out: {problem}")
    rows = found.rows if closed else tuple(row for row in found.rows if row.open)
    if as_json:
        screen.show_json({"cases": [row.json_dict() for row in rows], "unreadable": list(found.unreadable)})
    else:
        screen.show(shown.table(rows) if rows else shown.nothing(found, folder))
