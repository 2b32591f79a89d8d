"""`turntempo connect diagnose`: why calls do not connect."""

from __future__ import annotations

from pathlib import Path

import click

from turntempo import options


@click.command()
@click.argument("calls")
@options.settings_option
@options.seed_option
@options.skip_bad_option
@options.json_option
def command(calls: str, settings_file: Path | None, seed: int, skip_bad: bool, as_json: bool) -> None:
    """Show how many of CALLS connect and how soon, and what the check and the timeouts cost, with intervals."""
    from tuner.connect.diagnosis import diagnose
    from tuner.pages import connect
    from turntempo import screen
    from turntempo.given.calls import load
    from turntempo.show import document

    completed = load(calls, settings_file, seed, skip_bad)
    found = diagnose(completed)
    if as_json:
        screen.show_json(found.json_dict() | {"assumed": completed.assumed, "seed": seed})
        return
    screen.show(connect.head(len(completed.names)), "")
    chapters = connect.diagnosis(found, document.TERMINAL)
    screen.show(document.shown((*chapters, *connect.assumptions(completed.assumed))))
