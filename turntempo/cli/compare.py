"""`turntempo compare`: two sets of settings on the same turns."""

from __future__ import annotations

from pathlib import Path

import click

from turntempo import options

NOW = "now"
"""Stands for the settings in force while the turns were recorded."""

PROBE_TURNS = 3_000
"""Simulated to compare two probes, where no other number is asked for."""


@click.command()
@click.argument("a")
@click.argument("b")
@options.optional_turns_argument
@options.settings_option
@options.set_option
@options.names_of_option
@options.by_option
@options.seed_option
@options.profile_option
@options.count_option
@options.skip_bad_option
@options.selection_options
@options.json_option
def command(
    a: str,
    b: str,
    turns: tuple[str, ...],
    settings_file: Path | None,
    sets: tuple[str, ...],
    vendor: str | None,
    by: str | None,
    seed: int,
    profile: str | None,
    count: int | None,
    skip_bad: bool,
    as_json: bool,
) -> None:
    """Show what changes on TURNS from settings A to settings B, what does not, and which setting causes it.

    Or from one probe to another, A.toml to B.toml as `turntempo probe --profile-out` writes them: on simulated turns
    of --profile NAME, both under the settings of --settings and --set. TURNS are not given then.

    A and B are settings files, folders that `turntempo tune` wrote, cases, or `now`: the settings in force. --set
    changes B: `turntempo compare now now TURNS --set endpointing.silence_ms=600`.

    Every difference is paired: the same turns under both; its 95% interval is from resampled sessions.
    """
    from pipeline.simulation.stage_file import is_stage_file
    from turntempo.given.files import require_files

    probes = [is_stage_file(name) for name in (a, b)]
    if any(probes):
        if not all(probes):
            raise click.UsageError(f"{(b if probes[0] else a)}: a probe is compared with another probe alone")
        if turns or by is not None:
            raise click.UsageError("two probes are compared on simulated turns: leave TURNS and --by out")
        _probes(a, b, profile, settings_file, sets, vendor, seed, count, as_json)
        return
    if not turns:
        raise click.UsageError("name a recording (TURNS); two probes need none, but files of `probe --profile-out`")
    if settings_file is not None or count is not None:
        raise click.UsageError("--settings and -n are for two probes: A and B name the settings here")
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


def _probes(
    a: str,
    b: str,
    profile: str | None,
    settings_file: Path | None,
    sets: tuple[str, ...],
    vendor: str | None,
    seed: int,
    count: int | None,
    as_json: bool,
) -> None:
    """Print what changes from the endpoints of one probe to those of another."""
    from pipeline.simulation import Profile
    from pipeline.simulation.profile import with_stages
    from stages.i18n import say
    from tuner.comparison.of_stages import DRAWS, compare_stages
    from tuner.deploy.probes import probe_doubts
    from tuner.pages.stages_comparison import stages_comparison_page
    from turntempo import progress, screen, stderr
    from turntempo.given import inputs
    from turntempo.show import document

    if profile is None:
        raise click.UsageError(say("probing.compare_conversation"))
    first, second = (Profile.load(with_stages(profile, [file])) for file in (a, b))
    for name, one in (("A", first), ("B", second)):
        for doubt in (doubt for probed in one.probed for doubt in probe_doubts(probed)):
            stderr.warn(f"{name}: {doubt}")
    given = inputs.assumed(profile, PROBE_TURNS, seed, settings_file, sets=sets, vendor=vendor)
    with progress.lines(lambda done: (done / DRAWS, say("probing.compare_progress", done=done, of=DRAWS))) as watch:
        found = compare_stages(first, second, given.settings, count or PROBE_TURNS, seed, watch=watch)
    if as_json:
        screen.show_json(found.json_dict() | {"a_from": a, "b_from": b, "set": list(sets), "seed": seed})
        return
    changed = f", with {', '.join(sets)}" if sets else ""
    page = stages_comparison_page(found, a, b, given.settings_from + changed, document.TERMINAL)
    screen.show(document.shown(page.chapters))
