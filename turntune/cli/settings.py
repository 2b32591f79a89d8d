"""`turntune settings`: every setting there is."""

from __future__ import annotations

import click

from turntune.options import json_option


@click.command()
@click.option("--markdown", is_flag=True, help="As a Markdown table, as in the README.")
@json_option
def command(markdown: bool, as_json: bool) -> None:
    """List every setting: range, default, meaning.

    `held` marks those that say how a stack works rather than what one tunes: `tune` does not move them unless --vary
    names them.
    """
    from turntune import screen
    from turntune.show.settings import every_setting, json_rows, listing, markdown_table

    rows = every_setting()
    if as_json:
        screen.show_json(json_rows(rows))
    elif markdown:
        click.echo(markdown_table(rows))
    else:
        screen.show(listing(rows))
