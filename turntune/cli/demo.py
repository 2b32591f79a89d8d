"""`turntune demo`: the case the product was made for, end to end."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

import click

from turntune import options

FOLDER = Path("turntune-demo")


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

    Takes a few seconds (the very first run some more: it compiles). Run it as often as you like: its own folder is
    written anew each time.
    """
    from pipeline.recordings import written
    from tuner.diagnosis import diagnose
    from tuner.dossier import open_dossier, recommendation_json, write_dossier
    from tuner.limits import default_limits
    from tuner.objective import DEFAULT_GOAL
    from tuner.recommendation import Task, recommend
    from turntune import inputs, progress, screen
    from turntune.show import demo

    anew = force or output == FOLDER
    journal = open_dossier(output, force=anew)
    with as_file(files("turntune") / "data" / demo.RECORDING) as bundled:
        with written(output / demo.RECORDING, force=anew) as copy:
            copy.write(bundled.read_bytes())
        given = inputs.load((str(bundled),), None, seed=0, profile=None)
    found = diagnose(given.recorded, given.complete, given.settings, DEFAULT_GOAL, default_limits())
    if not as_json:
        screen.show(demo.before(given, found))
    with progress.shown() as watch:
        task = Task(given.recorded, given.settings, DEFAULT_GOAL, default_limits())
        recommended = recommend(task, journal=journal, watch=watch)
    write_dossier(output, recommended)
    if as_json:
        screen.show_json({"diagnosis": found.json_dict(), "recommendation": recommendation_json(recommended)})
    else:
        screen.show(demo.after(recommended, output))
