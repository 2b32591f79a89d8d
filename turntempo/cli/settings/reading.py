"""`turntempo settings from`: a customer's configuration as our settings."""

from __future__ import annotations

from pathlib import Path

import click

from turntempo import options


@click.command("from")
@click.argument("vendor")
@click.argument("file", type=options.FILE)
@click.option("-o", "--output", type=options.FILE, metavar="S.json", help="Also write them as a settings file.")
@options.vendors_option
@options.force_option
@options.json_option
def command(vendor: str, file: Path, output: Path | None, force: bool, as_json: bool) -> None:
    """Read FILE, a configuration of VENDOR's, as our settings.

    Lists what was not understood, and what the file does not say: there the vendor's default is taken, or ours.
    """
    from pipeline.recordings import require_free, write_settings
    from tuner.formats.document import read_document
    from tuner.targets.trials.abstract import ABSTRACT, knobs
    from turntempo import screen, stderr, trial_plan
    from turntempo.show import targets, trials

    if output is not None and vendor in ABSTRACT:
        raise click.UsageError(f"{ABSTRACT[vendor].title} says nothing of our settings: there is none to write")
    if output is not None:
        require_free(output, force)
    reading = trial_plan.stack_of(vendor).read(read_document(file), str(file))
    if output is not None:
        write_settings(output, reading.settings, force)
    if as_json:
        screen.show_json(targets.reading_json(reading, str(file)))
    elif vendor in ABSTRACT:
        screen.say("\n".join(trials.knob_lines(knobs(vendor), reading.stated)))
        stderr.hint(f"turntempo export SETTINGS --to {vendor} --base {file} plans a trial of them on real calls")
    else:
        screen.show(targets.read_table(reading))
        stderr.note(f"not known from it, so ours is taken: {', '.join(targets.not_known(reading))}")
    for path in reading.unknown:
        stderr.warn(f"{file}: {path}: not understood")
    for doubt in reading.doubts:
        stderr.warn(doubt)
    for line in trials.knob_lines(knobs(vendor), reading.stated) if vendor not in ABSTRACT else ():
        stderr.warn(line)
    if output is not None:
        stderr.note(f"wrote {output}")
