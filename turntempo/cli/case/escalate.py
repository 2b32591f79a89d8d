"""`turntempo case escalate`: hand a case to the next line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from turntempo import clock, options


@click.command()
@click.argument("case", type=options.FILE)
@click.option("--found", required=True, metavar="TEXT", help="What was found so far.")
@click.option("--asked", required=True, metavar="TEXT", help="What the next line is asked for.")
@click.option(
    "--to", type=click.Choice(("expert line", "SDK engineering")), help="Without it: the line above the present one."
)
@clock.at_option
@clock.who_option
@options.json_option
def command(case: Path, found: str, asked: str, to: str | None, at: datetime, who: str, as_json: bool) -> None:
    """Hand CASE from the first line to the expert line, and from there to SDK engineering.

    Say both what was found and what is asked: the next line begins there.
    """
    from tuner.support.case import event, open_case, record
    from tuner.support.case.escalation import above
    from turntempo import screen, stderr
    from turntempo.show.case.case import log_json

    held = open_case(case)
    line = above(held, to)
    held = record(held, event(at, who, "escalated", found, to=line, asked=asked))
    if as_json:
        screen.show_json(log_json(held))
    else:
        stderr.note(f"{held.name} is with {line} now; logged in {held.log_file}")
