"""`turntempo replay`: the figures of a recording under some settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from turntempo import options
from turntempo.cli.importing import named_values

if TYPE_CHECKING:
    from pipeline.kernel.batch import Outcomes
    from tuner.deploy.inputs import Inputs
    from turntempo.listening.moments import Wanted


@click.command()
@options.turns_argument
@options.settings_option
@options.set_option
@options.names_of_option
@click.option(
    "--engine",
    type=click.Choice(("batch", "stream")),
    default="batch",
    help="batch is fast; stream runs every stage on a virtual clock. Both give the same figures.",
)
@click.option(
    "--outcomes", "outcomes_file", type=options.FILE, metavar="OUT.jsonl", help="Write one outcome a line here."
)
@click.option("--trace", metavar="TURN_ID", help="Print all that happens in this turn, step by step, instead.")
@click.option(
    "--listen-to",
    "wanted",
    type=click.Choice(("cut-offs", "stops")),
    help="Of audio: write the moments around predicted cut-offs and false stops (or around all stops of the agent) as "
    "short WAV files, with a page to click through.",
)
@click.option(
    "--listen-in",
    type=options.FILE,
    default=Path("listen"),
    metavar="DIR",
    help="The folder for these.  [default: listen]",
)
@click.option(
    "--option",
    "of_import",
    multiple=True,
    metavar="NAME=VALUE",
    callback=named_values,
    help="For the format of another tool's log or of audio, as `turntempo import --list` names it. Repeatable.",
)
@options.by_option
@options.seed_option
@options.profile_option
@options.skip_bad_option
@options.selection_options
@options.force_option
@options.json_option
def command(
    turns: tuple[str, ...],
    settings_file: Path | None,
    sets: tuple[str, ...],
    vendor: str | None,
    engine: str,
    outcomes_file: Path | None,
    trace: str | None,
    wanted: Wanted | None,
    listen_in: Path,
    of_import: dict[str, Any],
    by: str | None,
    seed: int,
    profile: str | None,
    skip_bad: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Replay TURNS under settings: response times, cut-offs, interrupts, each with a 95 % interval.

    TURNS is a recording: .jsonl, .jsonl.gz or .parquet, several, or - for standard input.
    """
    from pipeline.recordings import require_free
    from stages.errors import InputError
    from stages.i18n import say
    from turntempo.given.files import require_files

    if wanted is not None and listen_in.is_dir():
        require_free(listen_in / "index.html", force)
    if outcomes_file is not None:
        require_free(outcomes_file, force)
    require_files(turns, settings_file)
    from turntempo.given import inputs

    given = inputs.load(turns, settings_file, seed, profile, skip_bad, sets=sets, vendor=vendor, of_import=of_import)
    if wanted is not None and given.sound is None:
        raise InputError(say("listening.no_sound"))
    if trace is not None:
        _trace(given, trace, as_json)
        return
    from turntempo.engines import outcomes, write_outcomes

    found = outcomes("stream" if engine == "stream" else "batch", given.complete, given.settings)
    if outcomes_file is not None:
        write_outcomes(outcomes_file, given.complete, found, force)
    if wanted is not None:
        _listen(given, found, wanted, listen_in, force)
    _show(given, engine, seed, found, by, as_json)


def _listen(given: Inputs, found: Outcomes, wanted: Wanted, folder: Path, force: bool) -> None:
    """Write the moments to listen to."""
    from stages.i18n import say
    from turntempo import stderr
    from turntempo.listening import page
    from turntempo.listening.moments import MOST, moments

    if given.sound is None:
        return
    heard = moments(given.recorded, given.complete, found, given.settings, given.sound, wanted)
    if not heard:
        stderr.note(say("listening.none", wanted=wanted))
        return
    files = ", ".join(Path(name).name for name in given.names)
    title = say("listening.title", wanted=say(f"listening.{wanted.replace('-', '_')}"), files=files)
    doubt = say("inputs.log_profile", profile=given.instead) if given.instead else ""
    written = page.write(folder, heard, given.sound, title, doubt, force)
    stderr.note(say("listening.wrote", n=min(len(heard), MOST), page=written))


def _show(given: Inputs, engine: str, seed: int, found: Outcomes, by: str | None, as_json: bool) -> None:
    """Print the figures with their intervals, and the data behind them."""
    from pipeline.kernel.tally import figures_of
    from pipeline.turns.evidence import Evidence
    from tuner.pages.by_tag import by_tag
    from tuner.statistics.by_tag import by_tag_json, figures_by_tag
    from tuner.statistics.intervals import estimates
    from tuner.statistics.known import unknown_sentences
    from turntempo import screen
    from turntempo.show import document, figures, origin
    from turntempo.show.prose import listed

    ranges = estimates(found, given.complete.session)
    if as_json:
        intervals = {name: one.json_dict() for name, one in ranges.items()}
        rest = {"intervals": intervals, "engine": engine, "seed": seed, **given.json_dict()}
        if by is not None:
            rest["by"] = by_tag_json(by, figures_by_tag(found, given.complete, given.settings, by))
        screen.show_json(figures_of(found).json_dict() | rest)
    else:
        tagged = [] if by is None else [by_tag(by, figures_by_tag(found, given.complete, given.settings, by))]
        screen.show(origin.opening(given), "", figures.table(ranges), "")
        if unknown := unknown_sentences(ranges, Evidence.of(given.complete)):
            screen.show(listed(unknown), "")
        if tagged:
            screen.show(document.shown(tagged), "")
        screen.show(origin.filled_in(given.filled_in))


def _trace(given: Inputs, turn_id: str, as_json: bool) -> None:
    """Print all events of one turn."""
    from pipeline.streaming import stream
    from pipeline.trace import timeline
    from pipeline.turns.rows import turn_at
    from turntempo import screen

    place = given.place(turn_id)
    log = stream.run(turn_at(given.complete, place), given.settings)
    if as_json:
        screen.show_json([event.json_dict() for event in log.events])
    else:
        screen.say(timeline.render(log, screen.width()).removesuffix("\n"))
