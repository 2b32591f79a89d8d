"""`turntempo diagnose`: where the time goes, and what each setting costs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from turntempo import options

if TYPE_CHECKING:
    from stages.settings import Settings
    from tuner.deploy.inputs import Inputs
    from tuner.space.deployable import DeployableSpace


@click.command()
@options.optional_turns_argument
@options.settings_option
@options.set_option
@options.goal_option
@options.limit_option
@options.complaint_option
@options.by_option
@options.seed_option
@options.assumed_option
@options.count_option
@click.option(
    "--target",
    "vendor",
    metavar="VENDOR",
    help="Change only what this vendor's stack can be set to. Without it: of a case, the vendor of its configuration.",
)
@options.skip_bad_option
@options.selection_options
@options.json_option
def command(
    turns: tuple[str, ...],
    settings_file: Path | None,
    sets: tuple[str, ...],
    goal: str,
    limits: tuple[str, ...],
    complaint: str | None,
    by: str | None,
    vendor: str | None,
    seed: int,
    profile: str | None,
    count: int | None,
    skip_bad: bool,
    as_json: bool,
) -> None:
    """Show where the time goes in TURNS, what each setting costs, and what no setting can fix.

    Each setting is changed alone to the value that answers soonest without missing a limit that is kept now. The
    findings are sentences to copy, each with the page of docs/guide that explains it.

    Of a case only what its vendor's stack can be set to is changed, unless --target says otherwise.

    Without a recording, or with a case that has none yet, --profile NAME --settings S.json works on simulated
    turns.
    """
    from tuner.statistics.limits import limits_with, parse_limit
    from tuner.statistics.objective import parse_goal
    from turntempo.given.files import require_files

    wanted, kept = parse_goal(goal), limits_with(parse_limit(limit) for limit in limits)
    require_files(turns, settings_file)
    from tuner.deploy.inputs import case_among
    from tuner.deploy.vendor_words import vendor_naming
    from tuner.diagnosis import diagnose, diagnosis_json
    from tuner.pages.diagnosis import diagnosis_page
    from turntempo import screen, stderr
    from turntempo.given import inputs
    from turntempo.given.complaint import complaint_of
    from turntempo.show import assumed as assumed_profile
    from turntempo.show import document, origin

    given = inputs.recorded_or_assumed(
        turns, settings_file, seed, profile, count, skip_bad, sets=sets, vendor=vendor, command="diagnose"
    )
    assumed = given.assumed
    in_force, deployable = _reach(turns, vendor, given)
    found = diagnose(
        given.recorded,
        given.complete,
        in_force,
        wanted,
        kept,
        seed=seed,
        assumed=None if assumed is None else assumed.name,
        deployable=deployable,
        complaint=complaint_of(complaint, case_among(turns)),
        fit=given.fit,
        by=by,
        as_measured=given.settings == given.in_force,
    )
    naming = vendor_naming(vendor or given.vendor, case_among(turns), in_force)
    if as_json:
        rests_on = None if assumed is None else assumed_profile.assumed_json(given, assumed, seed)
        screen.show_json(given.json_dict() | diagnosis_json(found, naming) | {"assumed": rests_on, "seed": seed})
        return
    if found.turns < found.of_turns:
        stderr.note(f"judged on {found.turns:,} of the {found.of_turns:,} turns: whole sessions, drawn by the seed")
    page = diagnosis_page(found, document.TERMINAL, links=True, naming=naming).without("stages")
    screen.show(origin.replayed(given), "", document.shown(page.chapters), "")
    screen.show(origin.filled_in(given.filled_in) if assumed is None else assumed_profile.assumed(assumed))


def _reach(turns: tuple[str, ...], vendor: str | None, given: Inputs) -> tuple[Settings, DeployableSpace]:
    """The settings in force and what may be changed: by the vendor named, or that of the settings file or the case."""
    from tuner.deploy.deployment import deployable_of_form, deployable_on, form_of
    from tuner.deploy.inputs import case_among
    from tuner.targets import target
    from turntempo import stderr

    settings, case = given.settings, case_among(turns)
    if (whose := vendor or given.vendor) is not None:
        found = deployable_on(target(whose), settings)
        if found.doubt:
            stderr.warn(found.doubt)
        settings, deployable = found.settings, found.deployable
    else:
        deployable = deployable_of_form(form_of(case) if case else None, settings)
    if deployable.name and vendor is None:
        stderr.note(f"only what {deployable.name} can be set to is changed; --target json looks at all there is")
    return settings, deployable
