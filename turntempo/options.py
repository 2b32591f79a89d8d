"""Options that several commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

FILE = click.Path(path_type=Path)
"""A path to read or write; errors come from the code that opens it."""

_SELECTION = "turntempo.selection"
"""Where a context keeps --agent, --since, --until and --under until the recordings are known."""

_STAGES = "turntempo.stages"
"""Where a context keeps --stages until the profile is known."""


def _select(context: click.Context, parameter: click.Parameter, given: str | None) -> None:
    if given is not None:
        context.meta.setdefault(_SELECTION, {})[str(parameter.name)] = given


def selected(context: click.Context, _: click.Parameter, turns: Any) -> Any:
    """The recordings, each with the selection that the options name, as `store.db?agent=...`."""
    asked = context.meta.get(_SELECTION)
    if not asked or not turns:
        return turns
    from turntempo.selecting import selection

    names = [selection(name, asked) for name in ((turns,) if isinstance(turns, str) else turns)]
    return names[0] if isinstance(turns, str) else tuple(names)


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that choose turns of a store of `turntempo listen`; `selected` puts them into the recordings' names."""
    described = (
        ("--agent", "NAME", "Of a store: turns of these agents; * and ? stand for others."),
        ("--since", "TIME", "Of a store: turns received from then on, 2026-11-22T14:30, or 2h, 7d before now."),
        ("--until", "TIME", "Of a store: turns received before then."),
        ("--under", "DIGEST", "Of a store: turns under these settings, where several were in force."),
    )
    for name, shown, meaning in reversed(described):
        option = click.option(
            name, metavar=shown, help=meaning, callback=_select, is_eager=True, expose_value=False, show_default=False
        )
        command = option(command)
    return command


turns_argument = click.argument("turns", nargs=-1, required=True, callback=selected)
optional_turns_argument = click.argument("turns", nargs=-1, callback=selected)


def once(context: click.Context, parameter: click.Parameter, given: tuple[Path, ...]) -> Path | None:
    """The one file that an option names; UsageError where it is given twice, which would drop all but the last."""
    if len(given) > 1:
        names = ", ".join(str(one) for one in given)
        raise click.UsageError(
            f"{parameter.opts[0]} is there {len(given)} times ({names}); which one is meant?", context
        )
    return given[0] if given else None


settings_option = click.option(
    "--settings",
    "settings_file",
    type=FILE,
    multiple=True,
    callback=once,
    metavar="FILE",
    help="Settings, JSON or TOML, partial or whole: what it leaves out has its default. "
    "Without it: those in the recording, else the defaults.",
)
set_option = click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="NAME=VALUE",
    help="Change a setting, in our names (endpointing.silence_ms=600) or the vendor's "
    "(turn_handling.endpointing.min_delay=0.2). Repeatable.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout, for programs.")
skip_bad_option = click.option(
    "--skip-bad",
    is_flag=True,
    help="Leave out turns that break a rule, and count them. Without it the first one stops.",
)
seed_option = click.option(
    "--seed", type=click.IntRange(0), default=0, metavar="N", help="Seed of all that is drawn; same seed, same bytes."
)


def _add_stages(context: click.Context, _: click.Parameter, files: tuple[str, ...]) -> None:
    if files:
        context.meta[_STAGES] = files


def with_stages(context: click.Context, parameter: click.Parameter, profile: str | None) -> str | None:
    """The profile's name with the files of --stages."""
    if not (files := context.meta.get(_STAGES)):
        return profile
    if profile is None:
        raise click.UsageError(
            "--stages holds the stages alone: name the conversation with --profile, such as support-call", context
        )
    from pipeline.simulation import profile as profiles

    return profiles.with_stages(profile, files)


stages_option = click.option(
    "--stages",
    multiple=True,
    metavar="FILE",
    is_eager=True,
    expose_value=False,
    callback=_add_stages,
    show_default=False,
    help="With --profile: stages that `turntempo probe` measured, in the place of the profile's own. Repeatable.",
)


def _profile_option(meaning: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """--profile NAME and --stages FILE, as one parameter `profile`."""

    def decorated(command: Callable[..., Any]) -> Callable[..., Any]:
        named = click.option("--profile", metavar="NAME", help=meaning, callback=with_stages)
        return named(stages_option(command))

    return decorated


profile_option = _profile_option(
    "Simulated profile that fills in what the recording has too little of, such as support-call."
)
names_of_option = click.option(
    "--target",
    "vendor",
    metavar="VENDOR",
    help="With --set: whose names it takes beside ours. Without it: of a case, the vendor of its configuration; else "
    "the one that alone has such a name.",
)


assumed_option = _profile_option(
    "Simulated profile, such as support-call. With TURNS: fills in what they have too little of. "
    "Without: is reasoned from, and every figure says that it is assumed."
)
count_option = click.option(
    "-n", "count", type=click.IntRange(100), metavar="N", help="Without TURNS: how many to simulate (else 5000)."
)
complaint_option = click.option(
    "--complaint",
    metavar="WHAT",
    help="What users complain of; it is looked at and mended first: slow, cut-off, talks-over, not-interruptible, "
    "false-stops, silence, no-answer, stutter, forgets.",
)


def _list_vendors(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Print the vendors there are, and stop."""
    if not wanted:
        return
    from tuner.targets import all_targets
    from tuner.targets.trials.abstract import ABSTRACT

    for name, target in all_targets().items():
        click.echo(f"{name}: {target.title} ({target.format.name})")
    for name, target in ABSTRACT.items():
        click.echo(f"{name}: {target.title} (cannot be simulated: an A/B plan only)")
    context.exit()


version_option = click.option(
    "--vendor-version",
    "vendor_version",
    metavar="V",
    help="The version of the vendor's package that the customer has, such as 1.2.7: names and defaults are taken as it "
    "has them. Without it: what a requirements or lock file beside the configuration says, else the file's own words.",
)
requirements_option = click.option(
    "--requirements",
    type=FILE,
    metavar="FILE",
    help="A requirements, lock or package file of the customer's that says the version.",
)
vendors_option = click.option(
    "--list", is_flag=True, is_eager=True, expose_value=False, callback=_list_vendors, help="List the vendors."
)
signed_by_option = click.option(
    "--signed-by",
    type=FILE,
    metavar="FILE",
    help="Whose signature is wanted: a public key, or a file of allowed signers as ssh-keygen takes it.",
)
force_option = click.option("--force", is_flag=True, help="Replace files that are there already.")
limit_option = click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="NAME=VALUE",
    help="A figure that may not be higher: a rate (cut_off_rate=3%), milliseconds (p95=900, stop_ms.p95=700), "
    "requests (llm_starts_per_turn=1.2). Repeatable; replaces the default for that figure.",
)
goal_option = click.option(
    "--goal",
    default="p95",
    metavar="GOAL",
    help="What to make small: p50, p90, p95, p99 or mean of the response time, or a sum such as 0.5*p50+0.5*p95.",
)

by_option = click.option(
    "--by", metavar="TAG", help="Show the figures for each value of this tag of the turns, such as device or region."
)


@dataclass(frozen=True)
class BrokerOptions:
    """A broker as the options name it."""

    url: str
    ca: Path | None
    certificate: Path | None
    key: Path | None
    credentials: Path | None


_BROKER = (
    ("--ca", "ca", "With mqtts://: the certificate of the CA that signed the broker's. Else the system's."),
    ("--cert", "certificate", "With mqtts://: a certificate that shows the broker who this is."),
    ("--key", "key", "With --cert: its key, not encrypted."),
    (
        "--credentials",
        "credentials",
        "A file of two lines, user and password (mode 0600). Else TURNTEMPO_MQTT_USER and TURNTEMPO_MQTT_PASSWORD.",
    ),
)


def broker_options(required: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The options of a broker, as one parameter `broker`: `BrokerOptions`, or None where --broker is not given."""

    def decorated(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def wrapped(*arguments: Any, broker: str | None, **options: Any) -> Any:
            files = [options.pop(name) for _, name, _ in _BROKER]
            return command(*arguments, broker=None if broker is None else BrokerOptions(broker, *files), **options)

        for flag, name, meaning in reversed(_BROKER):
            wrapped = click.option(flag, name, type=FILE, metavar="FILE", help=meaning)(wrapped)
        address = "The MQTT broker: mqtt://HOST[:PORT], or mqtts:// with TLS."
        return click.option("--broker", required=required, metavar="URL", help=address)(wrapped)

    return decorated
