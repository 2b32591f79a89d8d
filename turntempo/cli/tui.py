"""`turntempo tui`: the terminal app, and the same in a browser."""

from __future__ import annotations

import gc
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from turntempo import options

UNUSABLE = 2

DRIVER = "TEXTUAL_DRIVER"
"""Set where a browser shows the app, not a terminal."""

if TYPE_CHECKING:
    from tui.state.allowed import Allowed
    from tui.state.turn_source import TurnSource


@click.command()
@click.argument("source", metavar="[CASE|RECORDING]", required=False, callback=options.selected)
@options.settings_option
@options.profile_option
@options.skip_bad_option
@options.selection_options
@options.seed_option
@click.option("--lang", type=click.Choice(("en", "zh")), default="en", help="Labels in English or Chinese.")
@click.option("--web", is_flag=True, help="Serve the app to a browser on this machine, at the address that is printed.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, metavar="N", help="With --web: the port.")
@click.option(
    "--allow",
    "allow",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    multiple=True,
    metavar="DIR",
    help="Read and write files below this folder alone; may be repeated. With --web: the working folder, else all.",
)
@click.option(
    "--open/--no-open",
    "opens",
    default=None,
    help="With --web: open a browser. By default where a person reads the messages and there is a screen.",
)
def command(
    source: str | None,
    settings_file: Path | None,
    profile: str | None,
    skip_bad: bool,
    seed: int,
    lang: str,
    web: bool,
    port: int,
    opens: bool | None,
    allow: tuple[Path, ...],
) -> int:
    """See where the time goes, try settings with their effect at once, tune and export, all in the terminal.

    Opens a case, or a recording of turns or of calls; without one, with --profile, simulated turns of that profile;
    else what was open last. The keys are at the foot of each screen.
    """
    from pipeline.simulation import Profile
    from tui.state.turn_source import TurnSource

    wanted = None if source is None else _source(source, settings_file, profile, skip_bad, seed)
    if source is None and profile is not None:
        Profile.load(profile)
        wanted = TurnSource("profile", profile, seed=seed, settings_file=_text(settings_file))
    if web:
        return _serve(wanted, lang, port, opens, allow or (Path(),))
    if not (DRIVER in os.environ or (sys.stdin.isatty() and sys.stdout.isatty())):
        raise click.UsageError("the app needs a terminal; --web serves it to a browser")
    return _run(wanted, lang, allow)


def _source(name: str, settings_file: Path | None, profile: str | None, skip_bad: bool, seed: int) -> TurnSource:
    """The turns to open, checked before the app starts. Raises InputError."""
    from dataclasses import replace

    from stages.errors import InputError
    from tui.state import opener

    found = opener.source_at(name)
    if not found.exists:
        raise InputError(f"{name}: there is no such file or folder")
    if found.kind == "recording" and Path(name).is_dir():
        raise InputError(f"{name}: is a folder and no case; name a recording, or make a case with `turntempo case new`")
    return replace(found, settings_file=_text(settings_file), profile=profile, skip_bad=skip_bad, seed=seed)


def _run(wanted: TurnSource | None, lang: str, allow: tuple[Path, ...]) -> int:
    from importlib.resources import as_file, files

    from tui.app import TurntempoApp
    from tui.state import opener
    from turntempo import clock, stderr

    with as_file(files("turntempo") / "data" / "tutor.jsonl.gz") as tutor:
        app = TurntempoApp(
            wanted,
            examples=(opener.source_at(str(tutor)),),
            allowed=_allowed(allow, wanted, tutor),
            language="zh" if lang == "zh" else "en",
            now=clock.now,
            who=clock.who(),
            debug=bool(click.get_current_context().find_root().params.get("debug")),
        )
        gc.freeze()  # imported modules stay; without this, garbage collection would block the screen for 0.1 s at times
        app.run()
    if app.exit_message:
        stderr.error(app.exit_message)
        return UNUSABLE
    return app.return_code or 0


def _allowed(folders: tuple[Path, ...], wanted: TurnSource | None, example: Path) -> Allowed:
    """The folders, and to read what was named on the command line; a case that was named is written into, too."""
    from pipeline.recordings.store import selection_of
    from tui.state.allowed import EVERYWHERE, Allowed

    if not folders:
        return EVERYWHERE
    below, readable = list(folders), [example]
    if wanted is not None:
        if wanted.kind == "case":
            below.append(Path(wanted.name))
        elif wanted.kind in ("recording", "calls"):
            readable.append(Path(selection_of(wanted.name).file))
        readable += [Path(wanted.settings_file)] if wanted.settings_file else []
        readable += map(Path, wanted.stage_files)
    return Allowed(tuple(one.resolve() for one in below), tuple(one.resolve() for one in readable))


def _serve(wanted: TurnSource | None, lang: str, port: int, opens: bool | None, allow: tuple[Path, ...]) -> int:
    """Serve the app on the loopback address, one process for each browser tab."""
    from turntempo import web
    from turntempo.web.launch import can_open

    arguments = [sys.executable, "-m", "turntempo", "tui", "--lang", lang]
    for folder in allow:
        arguments += ["--allow", str(folder.resolve())]
    if wanted is not None:
        if wanted.kind == "profile":
            arguments += ["--profile", wanted.name]
        else:
            arguments.append(str(Path(wanted.name).resolve()))
            arguments += ["--profile", wanted.profile] if wanted.profile else []
        arguments += ["--settings", str(Path(wanted.settings_file).resolve())] if wanted.settings_file else []
        arguments += ["--skip-bad"] if wanted.skip_bad else []
        arguments += ["--seed", str(wanted.seed)]
    shown = can_open() and sys.stderr.isatty() if opens is None else opens
    web.serve(shlex.join(arguments), port, "zh" if lang == "zh" else "en", shown)
    return 0


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
