"""`turntempo settings template`: settings to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from turntempo.options import json_option

if TYPE_CHECKING:
    from tuner.support.templates import Template

STYLES = ("fast", "balanced", "patient")
TURNS, SEED = 20_000, 13
"""The turns on which a template is judged again where a vendor cannot have all its values."""


@click.command(epilog="fast: answers soonest; patient: lets users finish; balanced: in between.")
@click.argument("style", metavar="|".join(STYLES))
@click.option(
    "--for", "profile", required=True, metavar="PROFILE", help="Kind of conversation; `turntempo simulate --list`."
)
@click.option("--target", "vendor", metavar="VENDOR", help="Print this vendor's configuration instead of ours.")
@json_option
def command(style: str, profile: str, vendor: str | None, as_json: bool) -> None:
    """Print settings to start from, tuned on the turns of PROFILE; their figures and limits go to stderr.

    For an agent without a recording. All figures are assumed from the profile: with calls of your own, `turntempo
    tune`.
    """
    from tuner.support.templates import template
    from turntempo import screen, stderr
    from turntempo.show import templates

    found = template(style, profile)
    if vendor is not None:
        _print_for(found, vendor, as_json)
        return
    if as_json:
        screen.show_json(found.json_dict() | {"assumed": True})
        return
    stderr.note("\n".join(templates.lines(found)))
    screen.show_json(templates.settings_json(found.settings))


def _print_for(found: Template, vendor: str, as_json: bool) -> None:
    """The vendor's configuration, and the figures without the values that it cannot have."""
    from tuner.targets import target
    from tuner.targets.export import new_file
    from turntempo import screen, stderr
    from turntempo.show import templates

    wanted = target(vendor)
    export = new_file(wanted, found.settings)
    carried = templates.carried_by(wanted, export, found.settings)
    judged = None if carried == found.settings else found.checked(TURNS, SEED, carried)
    if as_json:
        document = found.json_dict() | {"assumed": True, "vendor": wanted.name, "configuration": export.text}
        apart = {"elsewhere": export.writing.elsewhere, "inexpressible": export.writing.inexpressible}
        document |= {kind: {one.name: one.value for one in ones} for kind, ones in apart.items()}
        document |= {"carried": carried.json_dict(), "carried_judged": None if judged is None else judged.json_dict()}
        screen.show_json(document)
        return
    stderr.note("\n".join(templates.lines(found)))
    stderr.note("\n".join(templates.vendor_lines(found, wanted, export, judged)))
    click.echo(export.text, nl=not export.text.endswith("\n"))
