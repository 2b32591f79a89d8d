"""`turntempo check`: a gate for CI."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from turntempo import options

MISSED = 1
"""The exit code where a limit is missed, or not shown to be kept."""


@click.command()
@options.turns_argument
@options.settings_option
@options.limit_option
@click.option(
    "--point",
    is_flag=True,
    help="Let the estimate decide; without it the one-sided 95% upper bound does.",
)
@click.option(
    "--baseline", type=options.FILE, metavar="FILE", help="An earlier `check --json`: a figure clearly worse is a miss."
)
@click.option(
    "--despite-fit",
    is_flag=True,
    help="Judge settings that were not in force even where the model does not fit what was measured.",
)
@click.option("--junit", type=options.FILE, metavar="FILE", help="Write a JUnit report here, for the build server.")
@options.seed_option
@options.profile_option
@options.skip_bad_option
@options.selection_options
@options.force_option
@options.json_option
def command(
    turns: tuple[str, ...],
    settings_file: Path | None,
    limits: tuple[str, ...],
    point: bool,
    baseline: Path | None,
    despite_fit: bool,
    junit: Path | None,
    seed: int,
    profile: str | None,
    skip_bad: bool,
    force: bool,
    as_json: bool,
) -> int:
    """Check that settings keep limits on TURNS. Exit code 0: all kept, 1: one is missed or not shown to be kept.

    Only the limits given are checked; with none, the default ones. Settings that were in force while recording are
    judged by the response times that were measured.
    """
    from pipeline.recordings import require_free, write_text
    from tuner.statistics.limits import limits_with, parse_limit
    from turntempo.given.files import require_files

    wanted = tuple(parse_limit(limit) for limit in limits) or limits_with(())
    before = None if baseline is None else _baseline(baseline)
    if junit is not None:
        require_free(junit, force)
    require_files(turns, settings_file)
    from tuner.statistics.check import check
    from turntempo import screen, stderr
    from turntempo.given import inputs
    from turntempo.show import checked, origin
    from turntempo.show.junit import junit_xml

    given = inputs.load(turns, settings_file, seed, profile, skip_bad)
    found = check(
        given.complete,
        given.settings,
        wanted,
        point=point,
        baseline=before,
        in_force=given.settings == given.in_force,
        fit=given.fit,
        despite_fit=despite_fit,
    )
    if found.other_recording:
        stderr.warn("the baseline is of another recording: what got worse may be the calls, and not the settings")
        stderr.hint("store a baseline of this recording: turntempo check TURNS --settings BEFORE --json")
    if junit is not None:
        write_text(junit, junit_xml(found), force)
    if as_json:
        screen.show_json(found.json_dict() | given.json_dict())
    else:
        before_all = (*given.fit.sentences(), *given.assumptions())
        screen.say("\n".join([origin.replayed(given).plain, *before_all, *checked.lines(found)]))
    return 0 if found.met else MISSED


def _baseline(path: Path) -> dict[str, Any]:
    """The figures of an earlier check; InputError where the file holds none."""
    from stages.errors import InputError
    from tuner.recommendation.documents import read_json

    if not path.exists():
        raise InputError(f"--baseline {path}: there is no such file")
    try:
        return read_json(path)
    except InputError as error:
        raise InputError(f"--baseline {error}") from None
