"""`turntempo promote`: a canary's settings to all agents."""

from __future__ import annotations

from pathlib import Path

import click

from turntempo import clock, options


@click.command()
@click.argument("case", type=options.FILE)
@click.option("--store", type=options.FILE, required=True, metavar="STORE", help="The store that knows the agents.")
@options.broker_options(required=True)
@click.option("--yes", is_flag=True, help="Do not ask, where the canary is faster within its limits.")
@click.option("--force", is_flag=True, help="Also where that is not shown yet, or harm is.")
@clock.who_option
def command(case: Path, store: Path, broker: options.BrokerOptions, yes: bool, force: bool, who: str) -> None:
    """Publish the settings of CASE's canary to the other agents too.

    Shows canary and control first. Without --force only where the canary is faster with confidence and misses no limit.
    """
    from stages.errors import InputError
    from stages.i18n import say
    from tuner.support.case import event, open_case, record
    from turntempo import stderr
    from turntempo.fleet.broker import broker_of
    from turntempo.fleet.publishing import publication as publishing
    from turntempo.fleet.publishing.comparing import compared
    from turntempo.fleet.publishing.sending import recommend
    from turntempo.show import canary

    held, found = open_case(case), broker_of(broker)
    made = publishing.last(held)
    if made.state != "canary" and not (made.state == "everywhere" and made.unfinished):
        raise InputError(say("fleet.no_canary_now", version=made.version, state=made.state))
    result = compared(store, made, clock.now())
    for sentence in canary.sentences(result):
        stderr.note(sentence)
    if result.decision != "faster" and not force:
        raise InputError(say("fleet.not_promoted"))
    to = publishing.recipients(store, made)
    if not yes:
        click.confirm(say("fleet.ask_publish", n=len(to.later), version=made.version), abort=True, err=True)
    body = publishing.payload(made, publishing.evidence(held))
    details = {"version": made.version, "comparison": result.json_dict()}
    begun = say("fleet.promoting", version=made.version, n=len(to.later))
    record(held, event(clock.now(), who, "promoted", begun, details=details | {"begun": True}))
    recommend(found, {one.agent: body for one in to.later})
    said = say("fleet.promoted", version=made.version, n=len(to.later))
    record(held, event(clock.now(), who, "promoted", said, details=details))
    stderr.note(said)
