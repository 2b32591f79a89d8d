"""Terms of the glossary for the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.text import Text

from stages.i18n import Language, say, translate
from stages.i18n.glossary import Term
from turntempo.show.prose import heading


def whole(term: Term, language: Language) -> Group:
    """The term with its unit, its text, and where to read on."""
    kind = translate(say(f"glossary.{term.kind}"), language)
    about = ", ".join(part for part in (kind, term.unit) if part)
    parts: list[RenderableType] = [Text(term.name, style="bold").append(f"  {about}", style="not bold dim")]
    parts.append(Text(term.text))
    if term.also:
        parts.append(Text(translate(say("glossary.also", names=", ".join(term.also)), language), style="dim"))
    if term.guide:
        parts.append(Text(translate(say("glossary.guide", page=term.guide), language), style="dim"))
    return Group(*parts)


def every_term(terms: Iterable[Term], language: Language) -> Group:
    """The names of all, by kind."""
    of_kind: dict[str, list[str]] = {}
    for one in terms:
        of_kind.setdefault(one.kind, []).append(one.name)
    parts: list[RenderableType] = []
    for kind, names in of_kind.items():
        parts += [heading(translate(say(f"glossary.{kind}s"), language)), Text(", ".join(names)), Text()]
    return Group(*parts, Text(translate(say("glossary.how"), language)))
