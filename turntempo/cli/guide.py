"""`turntempo guide`: the pages of the guide, in the terminal."""

from __future__ import annotations

import click

from turntempo.options import json_option


@click.command()
@click.argument("name", required=False)
@click.option("--plain", is_flag=True, help="Print the page's Markdown as it is written.")
@json_option
def command(name: str | None, plain: bool, as_json: bool) -> None:
    """Print the page NAME of the guide: what a setting trades, a gate in CI, a support case step by step.

    Without NAME it lists the pages.
    """
    from turntempo import guide, screen
    from turntempo.show.reference import guide_page

    if name is None:
        known = guide.pages().values()
        if as_json:
            screen.show_json([{"name": one.name, "title": one.title, "says": one.says} for one in known])
        else:
            screen.show(guide_page.listing((one.name, one.says) for one in known))
        return
    found = guide.page(name)
    if as_json:
        screen.show_json({"name": found.name, "title": found.title, "markdown": found.text})
    elif plain:
        screen.data(found.text)
    else:
        screen.show(guide_page.rendered(found.text))
