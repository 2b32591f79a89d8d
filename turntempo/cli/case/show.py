"""`turntempo case show`: an overview of a case."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from turntempo import clock, options


@click.command()
@click.argument("case", type=options.FILE)
@clock.now_option
@options.json_option
def command(case: Path, now: datetime, as_json: bool) -> None:
    """Show CASE: how urgent it is, what is known, which files there are, what happened, what is next."""
    from tuner.support.case import open_case
    from turntempo import screen
    from turntempo.show.case.case import case_json, whole

    found = open_case(case)
    if as_json:
        screen.show_json(case_json(found, now))
    else:
        screen.show(whole(found, now))
