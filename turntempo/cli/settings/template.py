"""`turntempo settings template`: settings to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from turntempo.options import json_option

if TYPE_CHECKING:
    from tuner.support.templates import Template

STYLES = ("fast", "balanced", "patient")
MISSED = 1
"""The exit code where the vendor's configuration cannot keep a limit of the template."""


@click.command(epilog="fast: answers soonest; patient: lets users finish; balanced: in between.")
@click.argument("style", metavar="|".join(STYLES))
@click.option(
    "--for", "profile", required=True, metavar="PROFILE", help="Kind of conversation; `turntempo simulate --list`."
)
@click.option("--target", "vendor", metavar="VENDOR", help="Print this vendor's configuration instead of ours.")
@click.option(
    "--despite",
    multiple=True,
    metavar="LIMIT",
    help="Print it although this limit is missed, such as cut_off_rate; repeatable.",
)
@json_option
def command(style: str, profile: str, vendor: str | None, despite: tuple[str, ...], as_json: bool) -> int:
    """Print settings to start from, tuned on the turns of PROFILE; their figures and limits go to stderr.

    For an agent without a recording. All figures are assumed from the profile: with calls of your own, `turntempo
    tune`. For a vendor, the settings are tuned among what its configuration can have. Where that cannot keep a limit,
    the exit code is 1, and nothing is printed until every such limit is named with --despite.
    """
    from tuner.support.templates import template
    from turntempo import screen, stderr
    from turntempo.show import templates

    found = template(style, profile)
    if vendor is not None:
        return _print_for(found, vendor, despite, as_json)
    if as_json:
        screen.show_json(found.json_dict() | {"assumed": True})
        return 0
    stderr.note("\n".join(templates.lines(found)))
    screen.show_json(templates.settings_json(found.settings))
    return 0


def _print_for(found: Template, vendor: str, despite: tuple[str, ...], as_json: bool) -> int:
    """The vendor's configuration with its figures; only why not, where it misses a limit that is not named."""
    from stages.errors import UnknownName
    from tuner.support.templates.form_template import for_form, written_and_meant
    from tuner.targets import target
    from turntempo import screen, stderr
    from turntempo.show import templates

    limited = [one.name for one in found.limits]
    if unknown := [name for name in despite if name not in limited]:
        raise UnknownName("limit", unknown[0], limited)
    wanted = target(vendor)
    carried = for_form(found, wanted)
    export, _ = written_and_meant(wanted, carried.settings)
    stderr.note("\n".join(templates.vendor_lines(found, carried, wanted, export)))
    if not {one.name for one in carried.missed} <= set(despite):
        stderr.warn(templates.cannot_keep(carried, wanted))
        stderr.hint(templates.asked_for(found, carried, wanted))
        return MISSED
    if as_json:
        document = found.json_dict() | {"assumed": True, "vendor": wanted.name, "configuration": export.text}
        apart = {"elsewhere": export.writing.elsewhere, "inexpressible": export.writing.inexpressible}
        document |= {kind: {one.name: one.value for one in ones} for kind, ones in apart.items()}
        screen.show_json(document | {"carried": carried.json_dict() | {"settings": carried.settings.json_dict()}})
        return 0
    click.echo(export.text, nl=not export.text.endswith("\n"))
    return 0
