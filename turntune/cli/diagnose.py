"""`turntune diagnose`: where the time goes, and what each setting costs."""

from __future__ import annotations

from pathlib import Path

import click

from turntune import options


@click.command()
@options.turns_argument
@options.settings_option
@options.goal_option
@options.limit_option
@options.seed_option
@options.profile_option
@options.skip_bad_option
@options.json_option
def command(
    turns: tuple[str, ...],
    settings_file: Path | None,
    goal: str,
    limits: tuple[str, ...],
    seed: int,
    profile: str | None,
    skip_bad: bool,
    as_json: bool,
) -> None:
    """Say where the time goes in TURNS, what each setting costs, and what no setting can fix.

    Each setting is changed alone to the value that answers soonest without missing a limit that is kept now. The
    findings are sentences to be pasted.
    """
    from tuner.diagnosis import diagnose
    from tuner.limits import limits_with, parse_limit
    from tuner.objective import parse_goal
    from turntune import inputs, screen, talk
    from turntune.show import diagnosis, figures, origin

    wanted, kept = parse_goal(goal), limits_with(parse_limit(limit) for limit in limits)
    given = inputs.load(turns, settings_file, seed, profile, skip_bad)
    found = diagnose(given.recorded, given.complete, given.settings, wanted, kept, seed=seed)
    if as_json:
        screen.show_json(found.json_dict() | {"seed": seed, **given.json_dict()})
        return
    if found.turns < found.of_turns:
        talk.note(f"judged on {found.turns:,} of the {found.of_turns:,} turns: whole sessions, drawn by the seed")
    screen.show(origin.replayed(given), figures.line(found.figures), "", diagnosis.whole(found), "")
    screen.show(origin.filled_in(given.filled_in))
