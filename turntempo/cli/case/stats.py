"""`turntempo case stats`: how well cases are answered and solved."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from turntempo import clock, options


@click.command()
@click.argument("folder", type=options.FILE, default=".")
@clock.now_option
@options.json_option
def command(folder: Path, now: datetime, as_json: bool) -> None:
    """Show how fast the cases in FOLDER were answered and solved, and which deserve a second look.

    By severity: times against targets; then satisfaction, escalations, repeated causes, and the cases to be reviewed,
    each with the reason.
    """
    from tuner.support.case.board import board
    from tuner.support.case.review import review
    from turntempo import screen, stderr
    from turntempo.show.case import reviewed

    found = board(folder, now)
    for problem in found.unreadable:
        stderr.warn(f"left out: {problem}")
    seen = review(found)
    if as_json:
        screen.show_json(seen.json_dict() | {"unreadable": list(found.unreadable)})
    else:
        screen.show(reviewed.whole(seen))
