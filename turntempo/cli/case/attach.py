"""`turntempo case attach`: the customer's recording, configuration and other files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from turntempo import clock, options
from turntempo.cli.importing import named_values


@click.command()
@click.argument("case", type=options.FILE)
@click.argument("files", nargs=-1, type=options.FILE)
@click.option(
    "--recording", multiple=True, metavar="FILE", help="Turns under the settings in force. Repeatable: one recording."
)
@click.option(
    "--after", multiple=True, metavar="FILE", help="Turns under the recommended settings. Repeatable: one recording."
)
@click.option("--calls", metavar="FILE", help="Calls that connect or do not, as `turntempo connect` reads them.")
@click.option("--format", "format_name", metavar="FORMAT", help="Of these two, where they must be imported.")
@click.option(
    "--option", "chosen", multiple=True, metavar="NAME=VALUE", callback=named_values, help="For the format. Repeatable."
)
@click.option(
    "--settings",
    "settings_file",
    type=options.FILE,
    multiple=True,
    callback=options.once,
    metavar="FILE",
    help="The settings in force, ours.",
)
@click.option("--config", type=options.FILE, metavar="FILE", help="The customer's own configuration.")
@click.option(
    "--vendor", metavar="VENDOR", help="Whose configuration it is: agora, livekit, ...; recognised where left out."
)
@options.version_option
@options.requirements_option
@options.profile_option
@options.skip_bad_option
@options.force_option
@clock.at_option
@clock.who_option
@options.json_option
def command(
    case: Path,
    files: tuple[Path, ...],
    recording: tuple[str, ...],
    after: tuple[str, ...],
    calls: str | None,
    format_name: str | None,
    chosen: dict[str, str],
    settings_file: Path | None,
    config: Path | None,
    vendor: str | None,
    vendor_version: str | None,
    requirements: Path | None,
    profile: str | None,
    skip_bad: bool,
    force: bool,
    at: datetime,
    who: str,
    as_json: bool,
) -> None:
    """Attach to CASE the customer's recording and configuration; FILES are kept as received.

    A vendor's configuration becomes the settings in force (settings.json); what it does not say is taken from the
    recording, else --settings, else the defaults. A recording taken under the recommended settings (--after) shows
    whether the recommendation kept its promise.
    """
    from pipeline.connect.recording import is_calls
    from turntempo import attaching
    from turntempo.given.vendor import vendor_of

    if config is None and vendor is not None:
        raise click.UsageError("--vendor VENDOR says whose configuration it is: name the file with --config FILE")
    if config is None and (vendor_version or requirements):
        raise click.UsageError("--vendor-version and --requirements go with --config FILE")
    if format_name and not (recording or after):
        raise click.UsageError("--format says how a recording is read: name one with --recording or --after")
    if calls is None and len(recording) == 1 and is_calls(recording[0]):
        calls, recording = recording[0], ()
    if not (files or recording or after or calls or settings_file or config):
        raise click.UsageError("name what is attached: FILES, --recording, --after, --calls, --settings or --config")
    if config is not None:
        vendor = vendor_of(vendor, config, vendor_version, requirements, recording)
    asked: dict[str, Any] = {"format_name": format_name, "chosen": chosen, "skip_bad": skip_bad}
    attaching.attach(
        attaching.Given(files, recording, after, calls, settings_file, config, vendor, profile, force, **asked),
        case,
        at,
        who,
        as_json,
    )
