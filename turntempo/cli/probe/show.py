"""`turntempo probe show`: what a file of records shows."""

from __future__ import annotations

from pathlib import Path

import click

from turntempo import options
from turntempo.cli.probe.measuring import profile_options, shown


@click.command()
@click.argument("records", type=options.FILE)
@click.option("--price", multiple=True, metavar="UNIT=AMOUNT", help="As of the probe that wrote them. Repeatable.")
@profile_options
@options.force_option
@options.json_option
def command(
    records: Path, price: tuple[str, ...], profile_out: Path | None, at_level: int | None, force: bool, as_json: bool
) -> int:
    """Show what RECORDS of an earlier probe hold, also where it was killed, and write a stage profile of them."""
    from pipeline.recordings import require_free
    from turntempo.probe.cells import prices
    from turntempo.probe.journal import read_records

    by_unit = prices(price, read_records(records).head.stage).by_unit
    if profile_out is not None:
        require_free(profile_out, force)
    return shown(records, profile_out, at_level, by_unit, as_json, force=force)
