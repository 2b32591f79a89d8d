"""`turntempo connect report`: the report of a recording of calls, and the draft of a reply."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from turntempo import clock, options
from turntempo.cli.connect.check import limit_option


@click.command()
@click.argument("calls")
@options.settings_option
@limit_option
@click.option(
    "--lang", type=click.Choice(("en", "zh", "both")), default="both", help="English, Chinese, or a file of each."
)
@click.option(
    "-o", "--output", type=options.FILE, metavar="DIR", help="Folder to write to. Of a case without it: its report/."
)
@options.seed_option
@options.skip_bad_option
@clock.at_option
@clock.who_option
@options.json_option
def command(
    calls: str,
    settings_file: Path | None,
    limits: tuple[str, ...],
    lang: str,
    output: Path | None,
    seed: int,
    skip_bad: bool,
    at: datetime,
    who: str,
    as_json: bool,
) -> None:
    """Write the report of CALLS, a recording or a case, as HTML and Markdown, and the draft of a reply.

    Why calls do not connect, the settings within the limits, and what that rests on; replaces those written before.
    """
    from turntempo.cli.connect import written_report

    given = written_report.Given(calls, settings_file, limits, lang, output, seed, skip_bad)
    written_report.report(given, at, who, as_json)
