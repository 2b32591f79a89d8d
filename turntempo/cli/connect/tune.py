"""`turntempo connect tune`: settings with which more calls connect, within limits."""

from __future__ import annotations

from pathlib import Path

import click

from turntempo import options
from turntempo.cli.connect.check import MISSED, limit_option


@click.command()
@click.argument("calls")
@options.settings_option
@limit_option
@click.option("-o", "--output", type=options.FILE, metavar="FILE", help="Write the settings here, as JSON.")
@options.seed_option
@options.skip_bad_option
@options.force_option
@options.json_option
def command(
    calls: str,
    settings_file: Path | None,
    limits: tuple[str, ...],
    output: Path | None,
    seed: int,
    skip_bad: bool,
    force: bool,
    as_json: bool,
) -> int:
    """Find the settings with which most of CALLS connect within limits, and judge them on calls not used for that.

    Only what the recording can judge is changed. Exit code 1, and nothing is written: no settings keep the limits, or
    those found are not shown to keep them.
    """
    from pipeline.connect.settings_file import write_settings
    from pipeline.recordings import require_free
    from pipeline.writing import remove
    from tuner.connect.limits import limits_with
    from tuner.connect.search import tune
    from tuner.pages import connect
    from turntempo import screen, stderr
    from turntempo.given.calls import load
    from turntempo.show import document

    wanted = limits_with(limits)
    if output is not None:
        require_free(output, force)
    completed = load(calls, settings_file, seed, skip_bad)
    found = tune(completed, wanted, seed)
    if as_json:
        screen.show_json(found.json_dict() | {"assumed": completed.assumed, "seed": seed})
    else:
        screen.show(connect.head(len(completed.names)), "")
        chapters = connect.tuned(found, wanted, document.TERMINAL)
        screen.show(document.shown((*chapters, *connect.assumptions(completed.assumed))))
    if found.recommended is None:
        if output is not None:
            remove(output)
            stderr.warn(f"{output} is not written: {connect.why_not(found)}")
        return MISSED
    if output is not None:
        write_settings(output, found.recommended, force)
        stderr.note(f"wrote {output}")
    return 0
