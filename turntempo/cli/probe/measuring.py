"""Options that the commands of `turntempo probe` share, and the run that they end in."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from turntempo import options

if TYPE_CHECKING:
    from turntempo.probe.askers.asking import Asker
    from turntempo.probe.cells import Wanted
    from turntempo.probe.endpoint import Endpoint
    from turntempo.probe.records import Question
    from turntempo.probe.running import Progress, Run

INTERRUPTED, STOPPED = 130, 1
"""Exit codes: left with ctrl+c; ended because nothing was answered."""


@dataclass(frozen=True)
class Given:
    """The options of every probe."""

    url: str
    api: str
    model: str
    n: int
    concurrency: str
    only: str | None
    http: str
    timeout_s: float
    patience_s: float
    key_env: str | None
    auth: str | None
    ca: Path | None
    price: tuple[str, ...]
    output: Path | None
    profile_out: Path | None
    at_level: int | None
    plan: bool
    resume: bool
    seed: int
    force: bool
    as_json: bool


def profile_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--profile-out and --at."""
    at = click.option(
        "--at",
        "at_level",
        type=click.IntRange(1),
        metavar="C",
        help="With so many requests at once: the stage profile holds the times under that load. Without it: the least.",
    )
    out = click.option(
        "--profile-out",
        type=options.FILE,
        metavar="FILE.toml",
        help="Write a stage profile, for --stages and `compare`.",
    )
    return out(at(command))


def probe_options(*apis: str, versions: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The options that every probe has, as one parameter `given`."""
    described: list[Any] = [
        click.option("--url", required=True, metavar="URL", help="The address, such as https://api.openai.com/v1."),
        click.option("--api", type=click.Choice(apis), default=apis[0], help="Which interface it has."),
        click.option("--model", required=True, metavar="NAME", help="The model that is asked."),
        click.option("-n", "n", type=click.IntRange(4), default=100, metavar="N", help="Requests at each load."),
        click.option("--concurrency", default="1,4,16", metavar="C,...", help="How many at once."),
        click.option(
            "--only",
            metavar="WHAT,...",
            help="Ask less: load (the times themselves), cold (new connections), twins (two at once: are hedges worth "
            "it), history, http, tools. Without it: all that apply.",
        ),
        click.option(
            "--timeout",
            "timeout_s",
            type=click.FloatRange(0.05, 600),
            default=60,
            metavar="S",
            help="Give a request up where nothing came for so long; after twice that in all.",
        ),
        click.option(
            "--patience",
            "patience_s",
            type=click.FloatRange(0),
            default=300,
            metavar="S",
            help="Wait at most so long where the server asks for it (Retry-After); else stop, to be resumed.",
        ),
        click.option(
            "--key-env",
            metavar="VARIABLE",
            help="The environment variable that holds the key. Else OPENAI_API_KEY, "
            "ELEVENLABS_API_KEY or DEEPGRAM_API_KEY. No option takes the key itself.",
        ),
        click.option("--auth", metavar="HOW", help="How it is sent: bearer, xi-api-key, api-key, token, none."),
        click.option(
            "--ca", type=options.FILE, metavar="FILE", help="Certificates to trust, in place of the system's."
        ),
        click.option(
            "--price",
            multiple=True,
            metavar="UNIT=AMOUNT",
            help="What it costs: in=, out= a million tokens; "
            "chars= a million characters; minute= of audio. Repeatable.",
        ),
        click.option("-o", "--output", type=options.FILE, metavar="FILE.jsonl", help="The records, a line a request."),
        click.option(
            "--plan",
            is_flag=True,
            help="Send nothing: say what would be sent, what it would cost, and how "
            "many requests show p95 to 10 %. With -o FILE that exists: by the times in it.",
        ),
        click.option("--resume", is_flag=True, help="Go on with the records in FILE."),
        options.seed_option,
        options.force_option,
        options.json_option,
    ]
    http = click.option("--http", default="auto", metavar="V", help="HTTP version: auto, 1, 2, or 1,2 to compare them.")
    described += [http] if versions else []

    def decorated(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def wrapped(**given: Any) -> Any:
            own = {name: given.pop(name, "auto") for name in Given.__dataclass_fields__}
            return command(given=Given(**own), **given)

        found: Callable[..., Any] = profile_options(wrapped)
        for option in reversed(described):
            found = option(found)
        return found

    return decorated


def endpoint_of(given: Given) -> Endpoint:
    """The endpoint that the options name. Raises InputError."""
    from turntempo.probe.endpoint import endpoint

    return endpoint(given.url, given.api, given.model, given.key_env, given.auth)


def asked_for(given: Given) -> tuple[Question, ...]:
    """What is to be shown. Raises InputError."""
    from turntempo.probe.cells import questions
    from turntempo.probe.records import QUESTIONS

    return QUESTIONS if given.only is None else questions(given.only)


def measured(given: Given, wanted: Wanted, to: Endpoint, asker: Asker, asked: str, each: dict[str, float]) -> int:
    """Measure, or plan it; print what was found. `asked`: what requests come from; `each`: what one uses, by unit."""
    from pipeline.recordings import require_free
    from turntempo import screen, stderr
    from turntempo.probe import shown as probes
    from turntempo.probe.cells import prices
    from turntempo.probe.plan import plan

    costs, cells = prices(given.price, wanted.stage), wanted.cells()
    if given.at_level is not None and given.at_level not in wanted.levels:
        raise click.UsageError(f"--at {given.at_level} is none of the loads --concurrency {given.concurrency}")
    if given.plan:
        found = plan(wanted.stage, cells, each, costs, _before(given))
        if given.as_json:
            screen.show_json(found.json_dict())
        else:
            screen.show(probes.planned(found))
        return 0
    if given.output is None:
        raise click.UsageError("name the file for the records: -o FILE.jsonl")
    if given.profile_out is not None:
        require_free(given.profile_out, given.force or given.resume)
    run = _run(given, wanted, to, asker, asked)
    if given.profile_out is not None and run.interrupted:
        stderr.note("interrupted: the stage profile holds what was measured until then")
    code = shown(given.output, given.profile_out, given.at_level, costs.by_unit, given.as_json, force=True)
    if run.stopped is not None:
        stderr.error(probes.stopped(run.stopped))
        return STOPPED
    if run.interrupted:
        stderr.warn("interrupted: this is what there is; the same command with --resume goes on")
        return INTERRUPTED
    return code


def _before(given: Given) -> Any:
    from turntempo.probe.journal import read_records

    return read_records(given.output) if given.output is not None and given.output.exists() else None


def _run(given: Given, wanted: Wanted, to: Endpoint, asker: Asker, asked: str) -> Run:
    """Send what is not yet in the file of records."""
    from turntempo import clock
    from turntempo.probe.caller import tls_context
    from turntempo.probe.journal import Journal
    from turntempo.probe.records import SCHEMA, Head
    from turntempo.probe.running import Runner, run

    if given.output is None:
        raise click.UsageError("name the file for the records: -o FILE.jsonl")
    head = Head(
        schema=SCHEMA,
        stage=wanted.stage,
        api=given.api,
        endpoint=to.url,
        model=to.model,
        asked=asked,
        options=" ".join(cell.name + f"x{cell.n}" for cell in wanted.cells()),
        began=clock.now().isoformat(timespec="seconds"),
        timeout_s=given.timeout_s,
        seed=given.seed,
    )
    verify = tls_context(None if given.ca is None else str(given.ca))
    with Journal.begin(given.output, head, force=given.force, resume=given.resume) as journal, _watched() as watch:
        runner = Runner(to, asker, wanted.cells(), journal, verify, given.timeout_s, given.patience_s, watch)
        return run(runner)


def _watched() -> Any:
    from turntempo import progress
    from turntempo.probe.shown import progress_text

    def text(now: Progress) -> tuple[float, str]:
        return now.done / max(now.total, 1), progress_text(now)

    return progress.lines(text)


def shown(records: Path, profile_out: Path | None, at: int | None, by_unit: Any, as_json: bool, *, force: bool) -> int:
    """Print what a file of records shows, and write the stage profile where one is asked for."""
    from pipeline.recordings import write_text
    from turntempo import screen, stderr
    from turntempo.probe import shown as probes
    from turntempo.probe.cells import Prices
    from turntempo.probe.journal import read_records
    from turntempo.probe.measured_stage import stage_profile
    from turntempo.probe.summary import summary

    held = read_records(records)
    found = summary(held.head, held.records, at)
    cost = Prices(by_unit).of(found.amounts)
    if as_json:
        screen.show_json(found.json_dict() | {"cost": cost, "records": str(records)})
    else:
        screen.show(probes.summarized(found, cost))
    if profile_out is not None:
        text, _ = stage_profile(held.head, held.records, at)
        write_text(profile_out, text, force)
        stderr.note(f"wrote {profile_out}: turntempo tune --profile support-call --stages {profile_out} -o DIR")
    if not found.answered:
        stderr.error(probes.none_answered(found))
        return STOPPED
    return 0
