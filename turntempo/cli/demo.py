"""`turntempo demo`: a typical case, end to end."""

from __future__ import annotations

import io
import os
import shlex
import shutil
from contextlib import redirect_stderr, redirect_stdout
from importlib.resources import files
from pathlib import Path

import click

from turntempo import clock, options

FOLDER = Path("turntempo-demo")

FORMER = ".turntempo.former"
"""The case of an earlier run, while it is removed."""

CASE = """\
case new {0}/case --form {0}/intake.toml
case attach {0}/case --recording {0}/tutor.jsonl.gz --config {0}/join.json --vendor agora
tune {0}/case --budget 5000
export {0}/case
report {0}/case
"""
"""The same as a support case: the commands, with the demo's folder for {0}."""


@click.command()
@click.option(
    "-o",
    "--output",
    type=options.FILE,
    default=FOLDER,
    metavar="DIR",
    help="Folder for the settings, the proof and the recording itself.",
)
@options.force_option
@options.json_option
def command(output: Path, force: bool, as_json: bool) -> None:
    """Diagnose and tune an AI tutor that waits too long and cannot be interrupted, on a bundled recording.

    Takes half a minute, the first run one to two minutes more: it compiles. Each run replaces its own folder.
    """
    from tuner.diagnosis import diagnose, diagnosis_json
    from tuner.recommendation.recommendation import Task, recommend
    from tuner.recommendation.result_files import open_dossier, recommendation_json, write_dossier
    from tuner.statistics.limits import default_limits
    from tuner.statistics.objective import DEFAULT_GOAL
    from turntempo import progress, screen, stderr
    from turntempo.given import inputs
    from turntempo.show import demo

    anew = force or output == FOLDER
    journal = open_dossier(output, force=anew)
    _lay_out(output, anew)
    given = inputs.load((str(output / demo.RECORDING),), None, seed=0, profile=None)
    found = diagnose(given.recorded, given.complete, given.settings, DEFAULT_GOAL, default_limits())
    if not as_json:
        screen.show(demo.before(given, found))
    with progress.shown() as watch:
        task = Task(given.recorded, given.settings, DEFAULT_GOAL, default_limits(), in_force=given.in_force)
        recommended = recommend(task, completed=given.completion, journal=journal, watch=watch)
    write_dossier(output, recommended)
    if not as_json:
        screen.show(demo.after(recommended, output))
        stderr.note("and once more as a support case, which takes a few seconds")
    typed = [shlex.split(line.format(output)) for line in CASE.splitlines()]
    for arguments in typed:
        _run(arguments)
    exported = (output / "case" / "export" / "config.json.diff").read_text(encoding="utf-8")
    if as_json:
        case = {"commands": [shlex.join(["turntempo", *one]) for one in typed], "diff": exported}
        proof = {"diagnosis": diagnosis_json(found), "recommendation": recommendation_json(recommended)}
        screen.show_json(proof | {"case": case})
    else:
        screen.show(demo.as_case(typed, exported, output))


def _lay_out(folder: Path, anew: bool) -> None:
    """Copy the bundled files of the demo to a folder."""
    from pipeline.writing import written
    from tuner.support.case import is_case

    former = folder / FORMER
    if anew and is_case(folder / "case"):
        shutil.rmtree(former, ignore_errors=True)
        (folder / "case").rename(former)  # at once, so that no half of a case stays
    shutil.rmtree(former, ignore_errors=True)
    for bundled in (files("turntempo") / "data").iterdir():
        with written(folder / bundled.name, force=anew) as copy:
            copy.write(bundled.read_bytes())


def _run(arguments: list[str]) -> None:
    """Run a turntempo command without its output."""
    from turntempo.app import app

    os.environ.setdefault(clock.WHO, "demo")
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        app.main(args=arguments, standalone_mode=False)
