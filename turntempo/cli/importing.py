"""`turntempo import`: recordings of other tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from turntempo import options

if TYPE_CHECKING:
    from pipeline.importers import ImportReport

NOTES_SHOWN = 5
"""How many notes of one severity are printed; --json has them all."""


def _list_formats(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Print the formats there are with their options, and stop."""
    if not wanted:
        return
    from pipeline.importers import IMPORTERS

    for name, importer in IMPORTERS.items():
        click.echo(f"{name}: {importer.reads}")
        for option, field in importer.options.model_fields.items():
            click.echo(f"  --option {option}=...  {field.description or ''} (default: {field.default})")
    context.exit()


def named_values(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """NAME=VALUE pairs; `words-column=n` and `words_column=n` are the same."""
    pairs = [text.partition("=") for text in given]
    if wrong := next((text for text, pair in zip(given, pairs, strict=True) if not (pair[0] and pair[1])), None):
        raise click.BadParameter(f"write NAME=VALUE, got {wrong!r}", context, parameter)
    return {name.strip().replace("-", "_"): value for name, _, value in pairs}


@click.command()
@click.argument("format")
@click.argument("files", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    type=options.FILE,
    required=True,
    metavar="OUT",
    help="The recording to write: .jsonl, .jsonl.gz or .parquet.",
)
@click.option(
    "--option", "chosen", multiple=True, metavar="NAME=VALUE", callback=named_values, help="For the format. Repeatable."
)
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_formats,
    help="List the formats and their options.",
)
@options.force_option
@options.json_option
def command(
    format: str, files: tuple[str, ...], output: Path, chosen: dict[str, Any], force: bool, as_json: bool
) -> None:
    """Turn FILES of another tool into a recording, with a report of what was lost or is doubtful.

    FORMAT: see `turntempo import --list`. FILES may be folders.
    """
    from pipeline.importers import import_recording
    from pipeline.recordings import require_free, require_suffix, write
    from pipeline.turns.builder import from_turns
    from stages.errors import RecordingError
    from turntempo import screen, stderr
    from turntempo.show import origin

    require_suffix(output)
    require_free(output, force)
    imported = import_recording(format, files, chosen)
    if not imported.turns:
        raise RecordingError("no turn was found", file=", ".join(files))
    write(output, from_turns(imported.turns), imported.settings, force=force)
    stderr.note(f"wrote {output}: {origin.counted(imported.report.turns, imported.report.sessions)}")
    if as_json:
        screen.show_json(imported.report.json_dict() | {"file": str(output)})
    else:
        _show_report(imported.report)


def _show_report(report: ImportReport) -> None:
    """Print the report of an import on stderr."""
    from turntempo import stderr

    for what, times in report.counts.items():
        stderr.note(f"  {what}: {times:,}")
    for field in report.fields:
        where = f" in {field.turns:,} turns" if field.turns else ""
        stderr.note(f"  {field.field}: {field.origin}{where}, {field.how}")
    for severity in ("lost", "doubtful", "info"):
        notes = report.of(severity)
        for note in notes[:NOTES_SHOWN]:
            stderr.note(f"  {severity}: {': '.join(part for part in (note.turn, note.field, note.message) if part)}")
        if len(notes) > NOTES_SHOWN:
            stderr.note(f"  {severity}: {len(notes) - NOTES_SHOWN:,} more; --json has them all")
