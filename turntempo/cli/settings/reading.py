"""`turntempo settings from`: a customer's configuration as our settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from turntempo import options

if TYPE_CHECKING:
    from tuner.targets.readings import Reading


@click.command("from")
@click.argument("given", nargs=-1, required=True, metavar="[VENDOR] FILE")
@click.option("-o", "--output", type=options.FILE, metavar="S.json", help="Also write them as a settings file.")
@options.version_option
@options.requirements_option
@options.vendors_option
@options.force_option
@options.json_option
def command(
    given: tuple[str, ...],
    output: Path | None,
    vendor_version: str | None,
    requirements: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Read FILE, a configuration of VENDOR's, as our settings. Without VENDOR it is recognised.

    Lists what was not understood, and what the file does not say: there the vendor's default is taken, or ours.
    """
    from pipeline.recordings import require_free, write_settings
    from tuner.formats.document import read_document
    from tuner.targets.trials.abstract import ABSTRACT
    from turntempo import screen, stderr, trial_plan
    from turntempo.given.vendor import vendor_of
    from turntempo.show import targets

    named, file = _named(given)
    vendor = vendor_of(named, file, vendor_version, requirements)
    if output is not None and vendor in ABSTRACT:
        raise click.UsageError(f"{ABSTRACT[vendor].title} says nothing of our settings: there is none to write")
    if output is not None:
        require_free(output, force)
    reading = trial_plan.stack_of(vendor).read(read_document(file), str(file))
    if output is not None:
        write_settings(output, reading.settings, force)
    if as_json:
        screen.show_json(targets.reading_json(reading, str(file)))
    else:
        _show(reading, vendor, file)
    _warn(reading, vendor, file)
    if output is not None:
        stderr.note(f"wrote {output}")


def _named(given: tuple[str, ...]) -> tuple[str | None, Path]:
    """The vendor, where one is named, and the file."""
    from tuner.targets import all_targets
    from tuner.targets.trials.abstract import ABSTRACT

    if len(given) > 2:
        raise click.UsageError("give one FILE, or VENDOR and FILE")
    if len(given) == 1 and given[0].partition("@")[0] in {*all_targets(), *ABSTRACT} and not Path(given[0]).exists():
        raise click.UsageError(f"Missing argument 'FILE': which configuration of {given[0]}'s?")
    return (given[0] if len(given) == 2 else None), Path(given[-1])


def _show(reading: Reading, vendor: str, file: Path) -> None:
    from tuner.targets.trials.abstract import ABSTRACT, untimed_settings
    from turntempo import screen, stderr
    from turntempo.show import targets, trials

    if vendor in ABSTRACT:
        screen.say("\n".join(trials.untimed_lines(untimed_settings(vendor), reading.stated)))
        stderr.hint(f"turntempo export SETTINGS --to {vendor} --base {file} plans a trial of them on real calls")
        return
    screen.show(targets.read_table(reading))
    stderr.note(f"not known from it, so ours is taken: {', '.join(targets.not_known(reading))}")


def _warn(reading: Reading, vendor: str, file: Path) -> None:
    """What the person should know of what was read."""
    from tuner.targets.trials.abstract import ABSTRACT, untimed_settings
    from turntempo import stderr
    from turntempo.show import trials

    if reading.version:
        stderr.note(f"read as {reading.version} has it")
    if reading.asked:
        stderr.warn(f"{file}: {reading.asked}")
    for path in reading.unknown:
        stderr.warn(f"{file}: {path}: not understood")
    for doubt in reading.doubts:
        stderr.warn(doubt)
    for line in trials.untimed_lines(untimed_settings(vendor), reading.stated) if vendor not in ABSTRACT else ():
        stderr.warn(line)
