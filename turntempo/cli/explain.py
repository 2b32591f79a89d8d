"""`turntempo explain`: what a term means."""

from __future__ import annotations

import click

from turntempo.options import json_option


@click.command()
@click.argument("term", nargs=-1)
@click.option("--lang", type=click.Choice(("en", "zh")), default="en", help="English or Chinese.")
@json_option
def command(term: tuple[str, ...], lang: str, as_json: bool) -> None:
    """Explain TERM: a figure, a part of the response time, a setting, a finding, or a word of the field.

    Without TERM it lists all of them.
    """
    from stages.i18n import Language
    from stages.i18n.glossary import explained, glossary
    from turntempo import screen
    from turntempo.show.reference import explanation

    language: Language = "zh" if lang == "zh" else "en"
    if not term:
        known = glossary(language)
        if as_json:
            screen.show_json([one.json_dict() for one in known.values()])
        else:
            screen.show(explanation.every_term(known.values(), language))
        return
    found = explained(" ".join(term), language)
    if as_json:
        screen.show_json(found.json_dict())
    else:
        screen.show(explanation.whole(found, language))
