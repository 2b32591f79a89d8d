"""`turntempo connect check`: a gate for CI."""

from __future__ import annotations

from pathlib import Path

import click

from turntempo import options

MISSED = 1

limit_option = click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="NAME=VALUE",
    help="At least for connected_rate and within_..., at most for the others: connected_rate=95%, "
    "connect_ms.p95=4000, bad_let_through_rate=5%, wasted_attempts=0.3. Repeatable.",
)


@click.command()
@click.argument("calls")
@options.settings_option
@limit_option
@click.option("--point", is_flag=True, help="Let the estimate decide; without it the end of the 95% interval does.")
@options.seed_option
@options.skip_bad_option
@options.json_option
def command(
    calls: str,
    settings_file: Path | None,
    limits: tuple[str, ...],
    point: bool,
    seed: int,
    skip_bad: bool,
    as_json: bool,
) -> int:
    """Check that CALLS keep limits under settings, else under those in force. Exit code 1: one is missed."""
    from tuner.connect.estimates import estimates
    from tuner.connect.inputs import settings_in
    from tuner.connect.limits import limits_with, parse_limit, verdicts
    from tuner.pages import connect
    from tuner.pages.blocks import Chapter
    from turntempo import screen
    from turntempo.given.calls import load
    from turntempo.show import document

    wanted = tuple(map(parse_limit, limits)) or limits_with(())
    completed = load(calls, settings_file, seed, skip_bad)
    settings = completed.in_force if settings_file is None else settings_in(settings_file)
    found = verdicts(wanted, estimates(completed, settings), point)
    met = all(one.met for one in found)
    if as_json:
        screen.show_json({"met": met, "limits": {one.limit.name: one.json_dict() for one in found}})
    else:
        screen.show(connect.head(len(completed.names), settings_file), "")
        screen.show(document.shown((Chapter("", (connect.verdict_table(found, document.TERMINAL),)),)))
    return 0 if met else MISSED
