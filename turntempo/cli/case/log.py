"""`turntempo case log`: add an event to the log, or print it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from turntempo import clock, options

KINDS = ("received", "responded", "found", "recommended", "verdict", "reopened", "note")
"""Kinds of events that are logged by hand; other commands log the others."""


@click.command()
@click.argument("case", type=options.FILE)
@click.argument("kind", required=False, type=click.Choice(KINDS))
@click.argument("text", required=False, default="")
@click.option("--satisfaction", type=click.IntRange(1, 5), metavar="1-5", help="Of a verdict: 5 is fully satisfied.")
@clock.at_option
@clock.who_option
@options.json_option
def command(
    case: Path, kind: str | None, text: str, satisfaction: int | None, at: datetime, who: str, as_json: bool
) -> None:
    """Add to CASE's log that KIND happened, TEXT in your words; without KIND, print the log.

    Events are only added. --at and --who give the time and the person; without them: now, and you.
    """
    from tuner.support.case import event, open_case, record
    from turntempo import screen, stderr
    from turntempo.show.case.case import events, log_json, unread

    found = open_case(case)
    if satisfaction is not None and kind != "verdict":
        raise click.UsageError("--satisfaction is of a verdict: turntempo case log CASE verdict --satisfaction 4")
    if kind == "verdict" and satisfaction is None and not text:
        raise click.UsageError("say what the customer's verdict is: --satisfaction 1-5, or a text")
    if kind in ("found", "note") and not text:
        raise click.UsageError(f"say what it is: turntempo case log CASE {kind} TEXT")
    if kind:
        found = record(found, event(at, who, kind, text, satisfaction=satisfaction))  # type: ignore[arg-type]
    for line in unread(found):
        stderr.warn(line)
    if as_json:
        screen.show_json(log_json(found))
    elif kind:
        stderr.note(f"logged in {found.log_file}: {kind}")
    else:
        screen.show(events(found.log.events, at))
