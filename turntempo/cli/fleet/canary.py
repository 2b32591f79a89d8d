"""`turntempo canary`: the canary of a publication beside its control."""

from __future__ import annotations

import time
from pathlib import Path

import click

from turntempo import clock, options

HARM = 1


@click.command()
@click.argument("case", type=options.FILE)
@click.option("--store", type=options.FILE, required=True, metavar="STORE", help="The store with both groups' turns.")
@click.option("--wait", metavar="TIME", help="Wait for a decision, at most so long: 30m, 2h.")
@options.json_option
def command(case: Path, store: Path, wait: str | None, as_json: bool) -> int:
    """Compare the canary of CASE's last publication with its control, turn by turn, kind for kind.

    It may be looked at at any time and as often as wanted: the intervals and the decision stay valid. Exit code 1:
    the canary misses a limit or is slower, with confidence.
    """
    from tuner.support.case import open_case
    from turntempo import screen
    from turntempo.fleet.keeping import age_ms
    from turntempo.fleet.publishing.comparing import compared
    from turntempo.fleet.publishing.publication import last
    from turntempo.show import canary

    made = last(open_case(case))
    until = clock.monotonic_ms() + (0 if wait is None else age_ms(wait))
    found = compared(store, made, clock.now())
    while found.decision == "undecided" and clock.monotonic_ms() < until:
        time.sleep(2)
        found = compared(store, made, clock.now())
    if as_json:
        screen.show_json({"version": made.version, "state": made.state, **found.json_dict()})
    else:
        for sentence in canary.sentences(found):
            screen.say(sentence)
        screen.show("", canary.table(found))
    return HARM if found.decision == "harm" else 0
