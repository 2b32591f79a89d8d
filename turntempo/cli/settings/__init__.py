"""`turntempo settings`: all settings, and templates to start from."""

from __future__ import annotations

import click

from turntempo.app import Lazy
from turntempo.options import json_option

COMMANDS = ("from", "template")
MODULES = {"from": "reading"}


@click.group(cls=Lazy, package="turntempo.cli.settings", names=COMMANDS, modules=MODULES, invoke_without_command=True)
@click.option("--markdown", is_flag=True, help="As a Markdown table, as in the README.")
@json_option
@click.pass_context
def command(context: click.Context, markdown: bool, as_json: bool) -> None:
    """List every setting: range, default, meaning.

    `held` marks settings that describe the stack: `tune` does not change them unless --vary names them.
    """
    if context.invoked_subcommand is not None:
        return
    from stages.settings import SETTINGS
    from turntempo import screen
    from turntempo.show.settings import json_rows, listing, markdown_table

    rows = tuple(SETTINGS.values())
    if as_json:
        screen.show_json(json_rows(rows))
    elif markdown:
        click.echo(markdown_table(rows))
    else:
        screen.show(listing(rows))
