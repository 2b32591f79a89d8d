"""`turntempo tune`: better settings, with proof."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from turntempo import options

if TYPE_CHECKING:
    from pipeline.turns.columns import Columns
    from tuner.deploy.deliverable import Deliverable
    from tuner.recommendation.recommendation import Recommendation
    from tuner.targets.target import Target

INTERRUPTED = 130


@click.command()
@options.optional_turns_argument
@options.settings_option
@options.goal_option
@options.limit_option
@options.complaint_option
@click.option(
    "--vary",
    multiple=True,
    metavar="NAME[=LOW:HIGH]",
    help="Search this setting, group or pattern (llm.*), and no other that is not named; with a range or a list of "
    "values (ms where the name says so), only there. Repeatable. Without it: all that the recording can judge.",
)
@click.option(
    "--target",
    "vendor",
    metavar="VENDOR",
    help="Search only what this vendor's stack can be set to, and write its configuration into DIR too; livekit@1.2.7 "
    "is a version of it. Without it: of a case, the vendor of its configuration.",
)
@click.option(
    "--elsewhere",
    is_flag=True,
    help="With --target: also search what is set in another place, such as the timeouts of your own LLM service.",
)
@click.option("--lock", multiple=True, metavar="NAME", help="Leave this setting, group or pattern alone. Repeatable.")
@options.seed_option
@options.assumed_option
@options.count_option
@click.option(
    "--budget",
    default="8000",
    metavar="N|TIME",
    help="Evaluations, or time (30s, 2m). Only evaluations make a seed give the same bytes.",
)
@click.option(
    "--no-worse",
    is_flag=True,
    help="Where a default limit is missed now: recommend what is no worse than now, not what is within it.",
)
@click.option("--resume", is_flag=True, help="Go on with the journal of an earlier run in DIR.")
@click.option(
    "-o",
    "--output",
    type=options.FILE,
    metavar="DIR",
    help="Folder for settings, proof and journal; of a case its folder tuning, unless said.",
)
@options.skip_bad_option
@options.selection_options
@options.force_option
@options.json_option
def command(
    turns: tuple[str, ...],
    settings_file: Path | None,
    goal: str,
    limits: tuple[str, ...],
    complaint: str | None,
    vary: tuple[str, ...],
    vendor: str | None,
    elsewhere: bool,
    lock: tuple[str, ...],
    seed: int,
    profile: str | None,
    count: int | None,
    budget: str,
    resume: bool,
    output: Path | None,
    no_worse: bool,
    skip_bad: bool,
    force: bool,
    as_json: bool,
) -> int:
    """Find the settings that answer soonest on TURNS without missing a limit, and show that they do.

    Without a recording, or with a case that has none yet, --profile NAME searches on simulated turns, and everything
    says that it is assumed.

    TURNS may be a case: then its settings are in force, and its log gets a line with the result.

    Sessions are split: 70% to search on, 30% to judge the result on, once. Ctrl-C ends the search with the best so far.
    """
    from pipeline.simulation import Profile
    from tuner.search.budget import parse_budget
    from tuner.space.vary import names_of, parse_vary
    from tuner.statistics.limits import limits_with, parse_limit
    from tuner.statistics.objective import parse_goal
    from turntempo.given.files import require_files

    wanted: dict[str, Any] = {
        "goal": parse_goal(goal),
        "limits": limits_with(parse_limit(limit) for limit in limits),
        "vary": tuple(item for text in vary for item in parse_vary(text)),
        "lock": tuple(name for text in lock for name in names_of(text)),
        "budget": parse_budget(budget),
    }
    if profile is not None:
        Profile.load(profile)
    require_files(turns, settings_file)
    from tuner.deploy.deployment import deployable_on, form_of
    from tuner.deploy.inputs import case_among
    from tuner.pages.recommendation import recommendation_page
    from tuner.recommendation.against import recommend_against
    from tuner.recommendation.recommendation import Task
    from tuner.recommendation.result_files import open_dossier, recommendation_json, write_dossier
    from tuner.search.journal import torn
    from tuner.support.case.results import log_tuned
    from tuner.targets import target
    from turntempo import changing, clock, progress, screen, stderr
    from turntempo.given import inputs
    from turntempo.given.complaint import complaint_of
    from turntempo.show import document, origin

    case = case_among(turns)
    folder = output or (case.tuning if case else None)
    if folder is None:
        raise click.UsageError("name the folder for the results: -o DIR")
    if case and vendor is None and case.config_vendor:
        vendor = form_of(case)
        stderr.note(f"searched for {vendor}, whose configuration the case has; --target json searches all there is")

    given = inputs.recorded_or_assumed(turns, settings_file, seed, profile, count, skip_bad, command="tune")
    if vendor is None and given.vendor is not None:
        vendor = given.vendor
        stderr.note(f"searched for {vendor}, whose configuration was given; --target json searches all there is")
    stack = None if vendor is None else target(vendor)
    deployed = deployable_on(stack, given.settings, elsewhere)
    if deployed.doubt:
        stderr.warn(deployed.doubt)
    complained = complaint_of(complaint, case)
    with changing.alone(folder):
        journal = open_dossier(folder, force=force, resume=resume)
        if resume and (line := torn(journal)):
            stderr.warn(f"{journal}:{line}: is incomplete, as a killed run leaves it; it is cut off")
        with progress.shown() as watch:
            task = Task(
                recording=given.recorded,
                settings=deployed.settings,
                seed=seed,
                deployable=deployed.deployable,
                in_force=given.in_force,
                no_worse=no_worse,
                profile=given.completed.profile or given.assumed,
                assumed=None if given.assumed is None else given.assumed.name,
                **wanted,
            )
            how: dict[str, Any] = {"journal": journal, "resume": resume, "watch": watch, "clock": time.monotonic}
            found = recommend_against(complained, task, completed=given.completion, **how)
        with changing.changing(case.folder if case and case.holds(folder) else folder):
            write_dossier(folder, found, given.names)
            shown = stack if found.status != "infeasible" else None
            exported = None if shown is None else _exported(shown, folder, found, given.complete)
            if case:
                log_tuned(case, folder, found, clock.now(), clock.who())
    if stack is not None and exported is not None:
        _tell_exported(stack, found, given.complete, *exported)
    if as_json:
        screen.show_json(recommendation_json(found) | {"recording": list(given.names)})
    else:
        page = recommendation_page(found, document.TERMINAL, trade_offs=("cut_off_rate",))
        screen.show(origin.opening(given), "", document.shown(page.chapters, screen.width()))
    _say_written(folder, found)
    if found.interrupted:
        stderr.warn("interrupted: this is the best so far; the same command with --resume goes on")
        return INTERRUPTED
    return stderr.MISSED if found.status == "infeasible" else 0


def _say_written(folder: Path, found: Recommendation) -> None:
    """Name the files, and what settings.json holds where nothing is recommended."""
    from turntempo import stderr

    kept = "recommendation.json, frontier.csv, journal.jsonl"
    if found.status == "infeasible":
        stderr.note(f"wrote {folder}/{kept}")
        stderr.warn("no settings.json is written: none of the settings tried keep the limits")
        return
    stderr.note(f"wrote {folder}/settings.json, {kept}")
    if found.status == "too small":
        stderr.warn(
            "settings.json holds the settings in force, as nothing is recommended yet; the best on the estimates alone "
            "is in settings.estimate.json"
        )


def _exported(stack: Target, folder: Path, found: Recommendation, turns: Columns) -> tuple[Path | None, Deliverable]:
    """The vendor's configuration, written beside the settings."""
    from tuner.deploy.deliverable import write_beside

    return write_beside(folder, stack, found, turns)


def _tell_exported(stack: Target, found: Recommendation, turns: Columns, path: Path | None, made: Deliverable) -> None:
    """Say what the vendor's configuration beside the settings does not carry, and what a later version has."""
    from turntempo import stderr
    from turntempo.show import targets

    for doubt in made.doubts:
        stderr.warn(doubt)
    if path is None:
        stderr.warn_of_read_back(made.read_back(turns, found.limits), made.form)
    else:
        stderr.note("\n".join([f"wrote {path}", *targets.writing_lines(made.export.writing, stack)]))
    if lacks := stack.lacking():
        newest = stack.name.partition("@")[0]
        stderr.hint(f"a later version of {stack.title} also has {', '.join(lacks)}: --target {newest} searches them")
