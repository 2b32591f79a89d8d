"""A comparison of two sets of settings for the terminal."""

from __future__ import annotations

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.completion.fit import Fit
from tuner.comparison.comparing import SettingsComparison
from tuner.comparison.difference import Difference
from tuner.comparison.sentences import effect, headline, unchanged
from tuner.statistics import numbers
from turntempo.show.prose import heading, listed

ALWAYS = ("response_ms.p50", "response_ms.p95")
"""Figures of the table whatever became of them; of the others those that differ beyond chance."""


def page(found: SettingsComparison, fit: Fit, a: str, b: str) -> list[RenderableType]:
    """The sentence, the figures that change, those that do not, and what each setting does.

    Whether the model fits what was measured stands second, and first where it fits badly.
    """
    sentence, fits = Text(headline(found), style="bold"), [Text(one) for one in fit.sentences()]
    parts: list[RenderableType] = [*fits, sentence] if fit.verdict == "fits badly" else [sentence, *fits]
    parts += [
        Text(),
        Text(f"A: {a}"),
        Text(f"B: {b}"),
        Text(f"{found.turns:,} turns of {found.sessions:,} sessions"),
        Text(),
    ]
    if found.turns_changed:
        parts += [figures_table(found), Text(), listed(unchanged(found)), Text()]
    if found.effects:
        parts += [heading("What each setting does: A with only this one of B"), settings_table(found)]
    return parts


def figures_table(found: SettingsComparison) -> Table:
    """The figures that change: under A, under B, and B less A."""
    drawn = Table(box=None, pad_edge=False, header_style="dim")
    drawn.add_column("figure")
    for title in ("A", "B", "B less A", "95% interval", "n"):
        drawn.add_column(title, justify="right")
    for one in found.figures.values():
        if one.shown or one.name in ALWAYS or _appears(one):
            drawn.add_row(
                one.name,
                numbers.figure(one.name, one.before),
                numbers.figure(one.name, one.after),
                numbers.signed(one.name, one.change),
                numbers.signed_span(one.name, one.low, one.high, one.change),
                f"{one.n:,}",
            )
    return drawn


def _appears(one: Difference) -> bool:
    """Whether a figure has a value under one of both alone."""
    return (one.before is None) != (one.after is None)


def settings_table(found: SettingsComparison) -> Table:
    """A row a setting that differs."""
    drawn = Table(box=None, pad_edge=False, header_style="dim")
    drawn.add_column("setting")
    for title in ("A", "B"):
        drawn.add_column(title, justify="right")
    drawn.add_column("alone")
    for one in found.effects:
        shown = numbers.settings_apart(one.before, one.after) or (
            numbers.setting(one.before),
            numbers.setting(one.after),
        )
        drawn.add_row(one.name, *shown, effect(one))
    return drawn
