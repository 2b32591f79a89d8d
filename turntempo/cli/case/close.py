"""`turntempo case close`: a case that is solved."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from turntempo import clock, options


@click.command()
@click.argument("case", type=options.FILE)
@click.argument("text", required=False, default="")
@click.option(
    "--cause",
    metavar="TEXT",
    help="What it was, in the words used for the same before: `case stats` counts them. Without it: the setting whose "
    "change brings most.",
)
@click.option("--satisfaction", type=click.IntRange(1, 5), metavar="1-5", help="The customer's; 5 is fully satisfied.")
@click.option("--comment", metavar="TEXT", default="", help="The customer's words with it.")
@clock.at_option
@clock.who_option
@options.json_option
def command(
    case: Path,
    text: str,
    cause: str | None,
    satisfaction: int | None,
    comment: str,
    at: datetime,
    who: str,
    as_json: bool,
) -> None:
    """Close CASE: how it was solved in TEXT, its cause, and the customer's verdict.

    The folder stays; `turntempo case log CASE reopened` opens the case again.
    """
    from stages.errors import InputError
    from tuner.support.case import event, open_case, record
    from tuner.support.case.deadlines import rounds
    from tuner.support.case.review import cause_of
    from turntempo import screen, stderr
    from turntempo.show.case.case import log_json

    held = open_case(case)
    found = rounds(held.log)
    if found and found[-1].resolved is not None:
        raise InputError(f"{case}: is closed already; `turntempo case log {case} reopened` takes it up again")
    found_cause = cause or cause_of(held)
    events = [event(at, who, "resolved", text, cause=found_cause)]
    if satisfaction is not None or comment:
        events.insert(0, event(at, who, "verdict", comment, satisfaction=satisfaction))
    held = record(held, *events)
    if as_json:
        screen.show_json(log_json(held))
        return
    stderr.note(f"closed {held.name}" + (f", cause: {found_cause}" if found_cause else ""))
    if not found_cause:
        stderr.hint("a cause (--cause) makes `turntempo case stats` see what comes again")
