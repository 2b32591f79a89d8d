"""A term of the glossary as text: for a dialog, and as Markdown for the help beside the keys."""

from __future__ import annotations

from stages.i18n.glossary import Term
from tui.i18n.translator import Translator


def explanation(term: Term, tr: Translator) -> str:
    """What it is, its unit, two or three sentences, its other names, and the page of the guide."""
    about = ", ".join(part for part in (tr(f"glossary.{term.kind}"), term.unit) if part)
    lines = [about, "", term.text]
    if term.also:
        lines += ["", tr("glossary.also", names=", ".join(term.also))]
    if term.guide:
        lines += ["", tr("glossary.guide", page=term.guide)]
    return "\n".join(lines)


def help_of(term: Term) -> str:
    """The same in short, as Markdown."""
    return f"**{term.name}**\n\n{term.text}\n\n{term.unit}"
