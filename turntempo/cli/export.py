"""`turntempo export`: settings in a vendor's format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from turntempo import options

if TYPE_CHECKING:
    from tuner.deploy.deliverable import Deliverable
    from tuner.deploy.deployment import Deployment
    from tuner.deploy.outgoing import Outgoing


@click.command()
@click.argument("source", type=options.FILE)
@click.option("--to", "vendor", metavar="VENDOR", help="Whose format. Without it: a case's own vendor.")
@click.option(
    "--base",
    type=options.FILE,
    metavar="FILE",
    help="The customer's own file: the same with the least change, and the diff. Without it: a case's own, else none.",
)
@click.option("-o", "--output", type=options.FILE, metavar="OUT", help="The file to write. Without it: stdout.")
@click.option(
    "--keep-secrets", is_flag=True, help="Leave keys, tokens, numbers and addresses of the base in what is written."
)
@click.option(
    "--turns", type=options.FILE, metavar="FILE", help="The recording to replay what is written on. Else the tuned one."
)
@click.option("--anyway", is_flag=True, help="Write a file that does not mean what was judged, too.")
@click.option("--ab", is_flag=True, help="Plan a trial of the vendor's settings that cannot be simulated, instead.")
@options.version_option
@options.requirements_option
@options.vendors_option
@options.force_option
@options.json_option
def command(
    source: Path,
    vendor: str | None,
    base: Path | None,
    output: Path | None,
    keep_secrets: bool,
    turns: Path | None,
    anyway: bool,
    ab: bool,
    vendor_version: str | None,
    requirements: Path | None,
    force: bool,
    as_json: bool,
) -> int:
    """Write the settings in SOURCE as VENDOR's configuration, and say what it does not carry.

    SOURCE is a case, a folder that `turntempo tune` wrote, or a settings file. Secrets in the base are removed and
    listed, unless --keep-secrets is given.

    The file is read back and replayed: where a figure differs from what was promised, or a limit breaks, nothing is
    written, and the exit code is 1.
    """
    if _trial(source, vendor, base, ab, as_json):
        return 0
    from pipeline.writing import require_free
    from tuner.deploy import deployment
    from tuner.deploy.deliverable import deliverable, file_name
    from tuner.targets import target
    from turntempo import screen, stderr
    from turntempo.given.vendor import with_version
    from turntempo.show import targets

    wanted = deployment.deployment(source)
    for doubt in wanted.doubts:
        stderr.warn(doubt)
    named = _vendor(wanted, vendor)
    base = base or _own_base(wanted, named)
    chosen = target(with_version(named, base, vendor_version, requirements))
    output = output or _own_output(wanted, file_name(chosen, base))
    if output is not None:
        require_free(output, force)
    made = deliverable(chosen, wanted.settings, wanted.in_force, base, keep_secrets, named=wanted.named)
    if not _means_what_was_judged(wanted, made, turns) and not anyway:
        return stderr.MISSED
    export, leaving = made.export, made.leaving
    lines = [*leaving.diff.splitlines(), *targets.writing_lines(export.writing, chosen)]
    beside = None if output is None else _write(wanted, output, leaving, chosen.title, force)
    if as_json:
        screen.show_json(
            targets.writing_json(export.writing)
            | {"file": None if output is None else str(output), "text": leaving.text, "diff": leaving.diff}
            | {"changes": {path: list(pair) for path, pair in export.changes.items()}}
            | {"taken_out": list(leaving.taken_out), "left_alone": list(export.left_alone)}
        )
    elif output is None:
        screen.data(leaving.text)
        stderr.note("\n".join(lines))
    else:
        screen.say("\n".join(lines).strip("\n"))
    _say(wanted, made)
    if wanted.named is not None:
        stderr.note(f"only what {source} states is written: {', '.join(sorted(wanted.named)) or 'nothing'}")
    if output is not None:
        stderr.note(f"wrote {output}")
        if beside is not None:
            stderr.note(f"wrote {beside}")
    return 0


def _trial(source: Path, vendor: str | None, base: Path | None, ab: bool, as_json: bool) -> bool:
    """Print an A/B plan, where one is asked for or the vendor has no setting that can be simulated."""
    from tuner.targets.trials.abstract import ABSTRACT
    from turntempo import screen, trial_plan
    from turntempo.show import trials

    own, config = trial_plan.own_of(source)
    vendor = vendor or own
    base = base or (config if vendor == own else None)
    if not ab and vendor not in ABSTRACT:
        return False
    if vendor is None:
        raise click.UsageError("--ab plans a trial at a vendor: name it with --to VENDOR")
    stack = trial_plan.stack_of(vendor)
    found = trial_plan.plan(source, stack, base)
    if as_json:
        screen.show_json(trials.json_dict(found, stack.name))
    else:
        screen.say("\n".join(trials.lines(found, stack.title)))
    return True


def _means_what_was_judged(wanted: Deployment, made: Deliverable, turns: Path | None) -> bool:
    """Whether the file, read back and replayed, keeps what was promised; else the difference is printed."""
    from tuner.deploy.deployment import Promise
    from tuner.deploy.inputs import promised_turns
    from tuner.statistics.limits import default_limits
    from turntempo import stderr

    promise = wanted.promise
    if turns is not None:
        promise = Promise((str(turns),), 0, None, promise.limits if promise else default_limits())
    if made.judged == made.meant:
        return True
    if promise is None:
        stderr.warn_of_nearest(made.export.writing.inexact)
        return True
    found = made.read_back(promised_turns(promise, wanted.in_force), promise.limits)
    if not found.holds:
        stderr.warn_of_read_back(found, made.form)
        for sentence in made.export.left_alone:
            stderr.hint(sentence)
        for one in made.export.writing.inexpressible:
            if one.name in found.settings():
                stderr.hint(f"{one.name}: {one.reason}")
    return found.holds


def _vendor(wanted: Deployment, vendor: str | None) -> str:
    """The vendor that is named, with the version that the case knows of it; else the case's own."""
    own = wanted.case.config_vendor if wanted.case else None
    if vendor is None and own is None:
        raise click.UsageError("name the vendor: --to VENDOR (`turntempo export --list` names them)")
    return own if own is not None and vendor in (None, own.partition("@")[0]) else vendor or ""


def _own_base(wanted: Deployment, vendor: str) -> Path | None:
    """The configuration that came with a case, if it is this vendor's."""
    own = wanted.case.config_vendor if wanted.case else None
    same = own is not None and own.partition("@")[0] == vendor.partition("@")[0]
    return wanted.case.config if wanted.case and same else None


def _own_output(wanted: Deployment, name: str) -> Path | None:
    from tuner.support.case.results import export_file

    return None if wanted.case is None else export_file(wanted.case, name)


def _say(wanted: Deployment, made: Deliverable) -> None:
    """Remarks on the export, on stderr."""
    from turntempo import stderr

    if not wanted.proven:
        stderr.warn(f"these are {wanted.description}")
    for line in made.leaving.taken_out:
        stderr.warn(f"taken out: {line}")
    if made.leaving.taken_out:
        stderr.hint("the customer puts their own back in; --keep-secrets leaves them as they are")
    for problem in made.refused:
        stderr.warn(f"the vendor's own types refuse it: {problem}")
    for doubt in made.doubts:
        stderr.warn(doubt)


def _write(wanted: Deployment, output: Path, leaving: Outgoing, title: str, force: bool) -> Path | None:
    """Write the file; for a case the diff beside it too, whose path this gives, and a line in the log: all or none."""
    from pipeline.writing import write_text
    from tuner.support.case.results import keep_exported
    from turntempo import clock
    from turntempo.changing import changing

    if wanted.case is None or output.parent != wanted.case.export:
        write_text(output, leaving.text, force)
        return None
    with changing(wanted.case.folder):
        write_text(output, leaving.text, force)
        return keep_exported(wanted.case, output, leaving.diff, wanted.description, title, clock.now(), clock.who())
