"""`turntempo simulate`: a simulated recording."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from turntempo import options


def _list_profiles(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Print the profiles there are, and stop."""
    if not wanted:
        return
    from pipeline.simulation import Profile, profile_names

    for name in profile_names():
        click.echo(f"{name}: {Profile.load(name).about}")
    context.exit()


@click.command()
@click.argument("profile", callback=options.with_stages)
@click.option("-n", "turns", type=click.IntRange(1), required=True, metavar="N", help="How many turns.")
@options.stages_option
@options.seed_option
@click.option(
    "--censor-by",
    type=options.FILE,
    metavar="S.json",
    help="Write what a log taken under these settings would have shown: less than there was.",
)
@click.option(
    "-o",
    "--output",
    type=options.FILE,
    required=True,
    metavar="FILE",
    help="The recording to write: .jsonl, .jsonl.gz or .parquet.",
)
@click.option(
    "--list", is_flag=True, is_eager=True, expose_value=False, callback=_list_profiles, help="List the profiles."
)
@options.force_option
@options.json_option
def command(
    profile: str, turns: int, seed: int, censor_by: Path | None, output: Path, force: bool, as_json: bool
) -> None:
    """Simulate N turns of PROFILE and write them as a recording; `turntempo simulate --list` names the profiles.

    Same profile, N and seed: same bytes. Every number of a profile names its source.
    """
    from pipeline.recordings import require_free, require_suffix, write
    from pipeline.simulation import Profile, censor, simulate
    from tuner.deploy.our_settings import our_settings
    from turntempo import screen, stderr
    from turntempo.show import origin

    require_suffix(output)
    require_free(output, force)
    held = None if censor_by is None else our_settings(censor_by)
    settings = held.settings if held else None
    recording = simulate(Profile.load(profile), turns, seed)
    if settings is not None:
        recording = censor(recording, settings)
    write(output, recording, settings, force=force)
    for doubt in held.doubts if held else ():
        stderr.warn(doubt)
    stderr.note(f"wrote {output}: {origin.corpus(recording)}")
    if as_json:
        made: dict[str, Any] = {"profile": profile, "seed": seed, "turns": len(recording)}
        made |= {"sessions": len(recording.session_names), "file": str(output)}
        screen.show_json(made | {"censored_by": None if settings is None else settings.json_dict()})
