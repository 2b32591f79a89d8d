"""`turntempo import`: recordings of other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from turntempo import options


def _list_formats(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Print the formats there are with their options, and stop."""
    if not wanted:
        return
    from pipeline.importers import IMPORTERS

    click.echo("auto: the format is recognised by what the files hold")
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
    "--map",
    "mapped",
    multiple=True,
    metavar="NAME=COLUMN",
    help="Of a table: the column of a field (of otlp: the span of a stage), or a file with such lines or a JSON "
    "object. Repeatable. Without it a mapping is proposed from the names of columns; "
    "`turntempo guide log-table` lists the fields.",
)
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_formats,
    help="List the formats and their options.",
)
@click.option(
    "--grace",
    type=click.FloatRange(0, 10_000),
    metavar="MS",
    help="Speech that begins so soon after a reply is heard is the same turn going on; later it interrupts. "
    "[default: 500]",
)
@click.option(
    "--user",
    type=click.Choice(("left", "right")),
    help="Of audio: the user's channel, or the first or second of two files. [default: detected, asked in doubt]",
)
@click.option("--swap", is_flag=True, help="Of audio: the user is on the right, the agent on the left.")
@click.option(
    "--vad-threshold",
    type=click.FloatRange(0.05, 0.95),
    metavar="P",
    help="Of audio: the VAD takes sound for speech from this probability on. [default: 0.5]",
)
@click.option(
    "--min-silence",
    type=click.FloatRange(32, 3_000),
    metavar="MS",
    help="Of audio: a shorter silence is part of the speech. [default: 100]",
)
@click.option(
    "--labels",
    metavar="FILE",
    help="Of audio with one channel: who speaks when, as a label track of Audacity, RTTM, or CSV with start, end and "
    "speaker.",
)
@click.option(
    "--transcript",
    metavar="FILE",
    help="Of audio: words with their times, as JSON, or CSV with start, end, word, speaker. Words are counted alone.",
)
@options.profile_option
@click.option("--strict", is_flag=True, help="Refuse a source with known faults, such as delays below zero.")
@options.force_option
@options.json_option
def command(
    format: str,
    files: tuple[str, ...],
    output: Path,
    chosen: dict[str, Any],
    mapped: tuple[str, ...],
    grace: float | None,
    user: str | None,
    swap: bool,
    vad_threshold: float | None,
    min_silence: float | None,
    labels: str | None,
    transcript: str | None,
    profile: str | None,
    strict: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Turn FILES of another tool into a recording, with a report of what was lost or is doubtful.

    FORMAT: auto, or one of `turntempo import --list`. FILES may be folders, and gzipped.
    """
    from pipeline.recordings import require_free, require_suffix, write
    from stages.i18n import say
    from tuner.deploy.in_force import fit_of, settings_in_force
    from turntempo import screen, stderr
    from turntempo.given.channels import imported
    from turntempo.given.mapping import TABLE, agreed, mapping_text
    from turntempo.show import origin
    from turntempo.show.importing import imported as shown

    require_suffix(output)
    require_free(output, force)
    if mapped:
        chosen = chosen | {"map": mapping_text(mapped, format)}
    elif format == TABLE and not as_json:
        chosen = agreed(files, chosen)
    of_audio = {"user": user, "swap": swap or None, "vad_threshold": vad_threshold, "min_silence_ms": min_silence}
    named = {"grace_ms": grace, "labels": labels, "transcript": transcript, **of_audio}
    chosen = chosen | {name: value for name, value in named.items() if value is not None}
    done = imported(format, files, chosen, strict, ask=not as_json)
    settings = settings_in_force(done)
    write(output, done.columns, settings, force=force)
    stderr.note(f"wrote {output}: {origin.counted(done.report.turns, done.report.sessions)}")
    fit, instead = (None, "") if settings is None else fit_of(done.columns, settings, profile)
    if as_json:
        extra = {"file": str(output), "settings": settings and settings.json_dict(), "fit": fit and fit.json_dict()}
        screen.show_json(done.report.json_dict() | extra)
        return
    for line in shown.lines(done.report):
        stderr.note(line)
    stderr.show(shown.coverage(done.report))
    for sentence in fit.sentences() if fit is not None else ():
        stderr.note(sentence)
    if instead:
        stderr.warn(say("inputs.log_profile", profile=instead))
    if settings is None:
        stderr.hint("the source does not say which settings were in force: name them with --settings S.json later")
