"""`turntempo export-turns`: turns as a recording, such as those of a store."""

from __future__ import annotations

from pathlib import Path

import click

from turntempo import options


@click.command()
@options.turns_argument
@click.option(
    "-o",
    "--output",
    type=options.FILE,
    required=True,
    metavar="FILE",
    help="The recording to write: .parquet, .jsonl or .jsonl.gz.",
)
@options.skip_bad_option
@options.selection_options
@options.force_option
@options.json_option
def command(turns: tuple[str, ...], output: Path, skip_bad: bool, force: bool, as_json: bool) -> None:
    """Write TURNS as one recording, Parquet or JSON Lines: of a store, those that are selected.

    The settings in force go with them.
    """
    from pipeline.recordings import require_free, require_suffix, write
    from turntempo.given.files import require_files

    require_suffix(output)
    require_free(output, force)
    require_files(turns)
    from pipeline.importers.any_recording import read_any
    from stages.i18n import say
    from turntempo import screen, stderr

    found = read_any(turns, skip_bad).recording
    write(output, found.columns, found.settings, force=force)
    facts = {"file": str(output), "turns": len(found.columns), "sessions": len(found.columns.session_names)}
    if as_json:
        screen.show_json(facts | {"settings": None if found.settings is None else found.settings.json_dict()})
    else:
        stderr.note(say("fleet.exported_turns", **facts))
