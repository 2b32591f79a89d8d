"""`turntempo compare`: two sets of settings on the same turns."""

from __future__ import annotations

from pathlib import Path

import click

from turntempo import options

NOW = "now"
"""Stands for the settings in force while the turns were recorded."""


@click.command()
@click.argument("a")
@click.argument("b")
@options.turns_argument
@options.set_option
@options.names_of_option
@options.by_option
@options.seed_option
@options.profile_option
@options.skip_bad_option
@options.selection_options
@options.json_option
def command(
    a: str,
    b: str,
    turns: tuple[str, ...],
    sets: tuple[str, ...],
    vendor: str | None,
    by: str | None,
    seed: int,
    profile: str | None,
    skip_bad: bool,
    as_json: bool,
) -> None:
    """Show what changes on TURNS from settings A to settings B, what does not, and which setting causes it.

    A and B are settings files, folders that `turntempo tune` wrote, cases, or `now`: the settings in force. --set
    changes B: `turntempo compare now now TURNS --set endpointing.silence_ms=600`.

    Every difference is paired: the same turns under both; its 95% interval is from resampled sessions.
    """
    from turntempo.given.files import require_files

    sources = [None if name == NOW else Path(name) for name in (a, b)]
    require_files((), *sources)
    require_files(turns)
    from tuner.comparison.comparing import compare
    from tuner.comparison.result_json import comparison_json
    from tuner.deploy.named_settings import named_settings
    from tuner.pages.settings_comparison import settings_comparison_page
    from turntempo import screen, stderr
    from turntempo.given import inputs
    from turntempo.show import document

    first, second = (named_settings(source) for source in sources)
    in_force = None in (first.settings, second.settings)
    given = inputs.for_comparison(turns, seed, profile, skip_bad, first.settings, in_force=in_force)
    before = first.settings or given.settings
    after = inputs.with_sets(second.settings or given.settings, turns, sets, vendor)
    for name, settings in (("A", before), ("B", after)):
        for doubt in settings.doubts():
            stderr.warn(f"{name}: {doubt}")
    found = compare(given.complete, before, after, seed=seed, by=by)
    if as_json:
        origins = {"a_from": first.description, "b_from": second.description, "set": list(sets), "seed": seed}
        rests_on = {
            name: value for name, value in given.json_dict().items() if name in ("recording", "filled_in", "fit")
        }
        screen.show_json(comparison_json(found) | origins | rests_on)
        return
    if found.turns < found.of_turns:
        stderr.note(f"judged on {found.turns:,} of the {found.of_turns:,} turns: whole sessions, drawn by the seed")
    second_name = second.description + (f", with {', '.join(sets)}" if sets else "")
    page = settings_comparison_page(found, given.fit, first.description, second_name, document.TERMINAL)
    screen.show(document.shown(page.chapters))
