"""`turntempo connect simulate`: a simulated recording of calls."""

from __future__ import annotations

from pathlib import Path

import click

from turntempo import options


def _list(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from pipeline.connect.simulation import ConnectProfile, profile_names

        for name in profile_names():
            click.echo(f"{name}: {ConnectProfile.load(name).about}")
        context.exit()


@click.command()
@click.argument("profile")
@click.option("-n", "calls", type=click.IntRange(1), required=True, metavar="N", help="How many first calls.")
@options.seed_option
@options.settings_option
@click.option("-o", "--output", type=options.FILE, required=True, metavar="FILE", help="A .jsonl or .jsonl.gz file.")
@click.option("--list", is_flag=True, is_eager=True, expose_value=False, callback=_list, help="List the profiles.")
@options.force_option
@options.json_option
def command(
    profile: str, calls: int, seed: int, settings_file: Path | None, output: Path, force: bool, as_json: bool
) -> None:
    """Simulate N calls of PROFILE, and those of users who try again, as an app with these settings would log them.

    `turntempo connect simulate --list` names the profiles. Same arguments: same bytes.
    """
    from pipeline.connect.recording import require_suffix, write
    from pipeline.connect.simulation import ConnectProfile, simulate
    from pipeline.recordings import require_free
    from tuner.connect.inputs import settings_in
    from turntempo import screen, stderr

    require_suffix(output)
    require_free(output, force)
    settings = settings_in(settings_file)
    made = simulate(ConnectProfile.load(profile), calls, seed, settings)
    write(output, made, settings, force=force)
    stderr.note(f"wrote {output}: {len(made):,} calls")
    if as_json:
        screen.show_json({"profile": profile, "seed": seed, "calls": len(made), "file": str(output)})
