"""`turntempo rollback`: former settings back to the agents."""

from __future__ import annotations

from pathlib import Path

import click

from turntempo import clock, options


@click.command()
@click.argument("case", type=options.FILE)
@click.option("--store", type=options.FILE, required=True, metavar="STORE", help="The store with the former settings.")
@options.broker_options(required=True)
@click.option("--why", default="", metavar="TEXT", help="For the case's log.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@clock.who_option
def command(case: Path, store: Path, broker: options.BrokerOptions, why: str, yes: bool, who: str) -> None:
    """Give every agent that got CASE's last publication the settings that it had reported before."""
    from stages.i18n import say
    from tuner.support.case import open_case
    from turntempo.fleet.broker import broker_of
    from turntempo.fleet.publishing.guarding import roll_back
    from turntempo.fleet.publishing.publication import last

    found, made = broker_of(broker), last(open_case(case))
    if not yes:
        click.confirm(say("fleet.ask_rollback", version=made.version), abort=True, err=True)
    roll_back(case, store, found, who, why or say("fleet.by_hand"))
