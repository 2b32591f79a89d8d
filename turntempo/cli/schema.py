"""`turntempo schema`: the forms of the files."""

from __future__ import annotations

import click

FORMS = (
    "turn",
    "settings",
    "outcome",
    "session",
    "connect-settings",
    "fleet-turns",
    "fleet-settings",
    "fleet-recommended",
    "fleet-status",
)


@click.command()
@click.argument("form", type=click.Choice(FORMS))
@click.option("--json", "_json", is_flag=True, help="Accepted for symmetry: a schema is JSON anyway.")
def command(form: str, _json: bool) -> None:
    """Print the JSON Schema of a turn, of settings, of an outcome, of a call, or of a payload of a fleet's MQTT topics.

    Check a recording's lines, a settings file or a message against it before you write an exporter.
    """
    from turntempo.fleet.schemas import FLEET_SCHEMAS
    from turntempo.schemas import SCHEMAS
    from turntempo.screen import show_json

    show_json((SCHEMAS | FLEET_SCHEMAS)[form]())
