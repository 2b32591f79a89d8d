"""`turntempo schema`: the forms of the files."""

from __future__ import annotations

import click


@click.command()
@click.argument("form", type=click.Choice(("turn", "settings", "outcome")))
@click.option("--json", "_json", is_flag=True, help="Accepted for symmetry: a schema is JSON anyway.")
def command(form: str, _json: bool) -> None:
    """Print the JSON Schema of a turn, of settings, or of an outcome.

    Check a recording's lines, or a settings file, against it before you write an exporter.
    """
    from turntempo.schemas import SCHEMAS
    from turntempo.screen import show_json

    show_json(SCHEMAS[form]())
