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
    """Show CASE: how urgent it is, what was measured beside what the model says, what is known, which files there are,
    what happened, what is next.
    """
    from stages.errors import InputError
    from tuner.deploy.case_facts import recorded_of
    from tuner.support.case import open_case
    from turntempo import screen
    from turntempo.show.case.case import case_json, whole

    found, problem = open_case(case), ""
    try:
        recorded = recorded_of(found)
    except InputError as error:
        recorded, problem = None, str(error)
    if as_json:
        fit = None if recorded is None else recorded.fit.json_dict()
        screen.show_json(case_json(found, now) | {"fit": fit, "fit_problem": problem or None})
        return
    sentences = () if recorded is None else (*recorded.fit.sentences(), *recorded.assumptions())
    screen.show(whole(found, now, (f"The recording cannot be replayed: {problem}",) if problem else sentences))
