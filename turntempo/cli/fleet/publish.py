"""`turntempo publish`: the settings of a case to a fleet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from turntempo import clock, options

if TYPE_CHECKING:
    from turntempo.fleet.publishing.publication import Publication, Recipients

HARMED = 1
"""The exit code where a publication was rolled back because it did harm."""


@click.command()
@click.argument("case", type=options.FILE)
@click.option("--agents", "pattern", required=True, metavar="GLOB", help="Which agents; * and ? stand for others.")
@click.option("--store", type=options.FILE, required=True, metavar="STORE", help="The store that knows the agents.")
@options.broker_options(required=True)
@click.option("--canary", metavar="SHARE", help="At first only to this share of the agents, by a hash: 10%.")
@click.option(
    "--settings", "settings_file", type=options.FILE, metavar="FILE", help="These instead of the recommended ones."
)
@click.option("--target", "vendor", metavar="VENDOR", help="Whose stack the agents run on. Else the case's vendor.")
@click.option("--auto-rollback", is_flag=True, help="Stay, compare canary and control, and roll back what does harm.")
@click.option("--for", "stay", default="1d", metavar="TIME", help="With --auto-rollback: how long, 30m, 2h, 7d.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@clock.who_option
@options.json_option
def command(
    case: Path,
    pattern: str,
    store: Path,
    broker: options.BrokerOptions,
    canary: str | None,
    settings_file: Path | None,
    vendor: str | None,
    auto_rollback: bool,
    stay: str,
    yes: bool,
    who: str,
    as_json: bool,
) -> int:
    """Publish the settings recommended in CASE to the agents that match GLOB, after showing what changes.

    They are checked against what the vendor's stack can be set to. With --canary only some agents get them, and the
    others are the control: `turntempo canary` compares both, `promote` goes on to all, `rollback` takes them back.
    Each is an event in the case's log.
    """
    from stages.errors import InputError
    from stages.i18n import say
    from tuner.support.case import event, open_case, record
    from turntempo import screen, stderr
    from turntempo.fleet.broker import broker_of
    from turntempo.fleet.publishing import publication as publishing
    from turntempo.fleet.publishing.sending import recommend

    if auto_rollback and canary is None:
        raise click.UsageError("--auto-rollback compares a canary with a control: name its share, --canary 10%")
    share, found = _share(canary), broker_of(broker)
    held = open_case(case)
    given = publishing.given(held, settings_file)
    if not given.proven:
        raise InputError(say("fleet.nothing_recommended", case=case))
    settings = given.settings
    publishing.require_deployable(held, settings, vendor)
    made = publishing.new(held, given, settings, pattern, share, clock.now())
    to = publishing.recipients(store, made)
    _show_changes(store, made, to)
    if not yes:
        click.confirm(say("fleet.ask_publish", n=len(to.now), version=made.version), abort=True, err=True)
    evidence = publishing.evidence(held) if settings_file is None else None
    body = publishing.payload(made, evidence)
    said = say("fleet.published", version=made.version, n=len(to.now), others=len(to.later))
    record(held, event(made.at, who, "published", said, details=made.details()))  # first, so that it can be taken back
    recommend(found, {one.agent: body for one in to.now})
    if as_json:
        screen.show_json({**made.details(), "to": [one.agent for one in to.now], "control": len(to.later)})
    else:
        stderr.note(said)
    if not auto_rollback:
        return 0
    from turntempo.fleet.publishing.guarding import guarded

    return HARMED if guarded(case, store, found, who, _seconds(stay)) == "harm" else 0


def _share(text: str | None) -> float:
    """The share of a canary; 1 where there is none."""
    from turntempo.fleet.publishing.publication import LARGEST_SHARE

    if text is None:
        return 1.0
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = 0.0
    if not 0 < share <= LARGEST_SHARE:
        raise click.UsageError(f"--canary: write a share above 0% and up to {LARGEST_SHARE:.0%}, got {text!r}")
    return share


def _seconds(text: str) -> float:
    from turntempo.fleet.keeping import age_ms

    return age_ms(text) / 1000


def _show_changes(store: Path, made: Publication, to: Recipients) -> None:
    """What changes, for each set of settings that the agents have now, on stderr."""
    import json

    from stages.i18n import say
    from stages.settings import parse
    from tuner.statistics import numbers
    from turntempo import stderr
    from turntempo.fleet.publishing.publication import in_force

    for body, agents in in_force(store, to.now).items():
        if not body:
            stderr.note(say("fleet.changes_unknown", n=len(agents)))
            continue
        was, now = parse(json.loads(body), str(store)).flat(), made.settings.flat()
        stderr.note(say("fleet.changes", n=len(agents)))
        for name in was:
            if was[name] != now[name]:
                stderr.note(f"  {name}  {numbers.setting(was[name])} -> {numbers.setting(now[name])}")
