"""`turntempo connect replay`: the figures of calls under any settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from turntempo import options

if TYPE_CHECKING:
    from pipeline.connect.session import Session
    from stages.connect_settings import ConnectSettings


@click.command()
@click.argument("calls")
@options.settings_option
@click.option("--trace", metavar="ID", help="Show the events of this call instead.")
@options.seed_option
@options.skip_bad_option
@options.json_option
def command(
    calls: str, settings_file: Path | None, trace: str | None, seed: int, skip_bad: bool, as_json: bool
) -> None:
    """Replay CALLS under settings, else under those in force: every figure with its interval."""
    from stages.errors import UnknownName
    from tuner.connect.estimates import estimates
    from tuner.connect.inputs import settings_in
    from tuner.pages import connect
    from tuner.pages.blocks import Chapter
    from turntempo import screen, stderr
    from turntempo.given.calls import load
    from turntempo.show import document

    completed = load(calls, settings_file, seed, skip_bad)
    settings = completed.in_force if settings_file is None else settings_in(settings_file)
    if settings.signalling.timeout_ms > completed.in_force.signalling.timeout_ms:
        stderr.warn("the timeout is longer than in force: attempts that timed out are taken never to connect")
    if trace is not None:
        if trace not in completed.names:
            raise UnknownName("call", trace, completed.names[:5])
        _trace(completed.sessions.row(completed.names.index(trace)), settings, as_json)
        return
    found = estimates(completed, settings)
    if as_json:
        figures = {name: one.json_dict() for name, one in found.items()}
        screen.show_json({"figures": figures, "settings": settings.json_dict(), "assumed": completed.assumed})
        return
    screen.show(connect.head(len(completed.names), settings_file), "")
    table = Chapter("", (connect.figures(found, None, document.TERMINAL),))
    screen.show(document.shown((table, *connect.assumptions(completed.assumed))))


def _trace(session: Session, settings: ConnectSettings, as_json: bool) -> None:
    from pipeline.connect.call import run
    from turntempo import screen

    _, events = run(session, settings)
    if as_json:
        screen.show_json([{"at_ms": one.at_ms, "what": one.what} for one in events])
    else:
        screen.say("\n".join(f"{one.at_ms:10.1f}  {one.what}" for one in events))
