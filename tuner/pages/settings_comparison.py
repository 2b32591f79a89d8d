"""Two sets of settings on the same turns, as a document: what changes, what does not, and what each setting does."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.completion.fit import Fit
from stages.i18n import say
from tuner.comparison.comparing import SettingsComparison
from tuner.comparison.difference import Difference
from tuner.comparison.effect import Effect
from tuner.comparison.sentences import effect, headline, unchanged
from tuner.pages.blocks import Block, Chapter, Listed, Page, Paragraph, Table
from tuner.pages.wording import REPORT, Wording
from tuner.statistics import numbers
from tuner.statistics.by_tag import SHOWN

ALWAYS = ("response_ms.p50", "response_ms.p95")
"""Figures that the table always has; of the others it has those that differ beyond chance."""


def settings_comparison_page(found: SettingsComparison, fit: Fit, a: str, b: str, wording: Wording = REPORT) -> Page:
    """All of it: summary, settings, figures, unchanged, by_tag, effects; chapters without content are left out.

    `a` and `b` say where the settings come from. The fit of the model stands after the result, or before it where the
    model fits badly.
    """
    chapters = (
        Chapter("", _summary(found, fit), "summary"),
        Chapter("", _sides(found, a, b), "settings"),
        Chapter("", (figures_table(found.figures, wording),) if found.turns_changed else (), "figures"),
        Chapter("", (Listed(tuple(unchanged(found))),) if found.turns_changed else (), "unchanged"),
        *(() if found.by is None else (_by_tag(*found.by, wording),)),
        Chapter(say("page.effects"), (_effects(found.effects),) if found.effects else (), "effects"),
    )
    return Page(say("page.settings_comparison"), "", tuple(one for one in chapters if one.blocks))


def _summary(found: SettingsComparison, fit: Fit) -> tuple[Block, ...]:
    result, fits = Paragraph(headline(found)), tuple(map(Paragraph, fit.sentences()))
    return (*fits, result) if fit.is_bad else (result, *fits)


def _sides(found: SettingsComparison, a: str, b: str) -> tuple[Block, ...]:
    judged = say("page.judged_on", turns=found.turns, sessions=found.sessions)
    return (Paragraph(say("page.side_a", whence=a)), Paragraph(say("page.side_b", whence=b)), Paragraph(judged))


def figures_table(figures: Mapping[str, Difference], wording: Wording) -> Table:
    """A row a figure that changes: under A, under B, and B less A with its interval."""
    headers = ("table.figure", "table.a", "table.b", "table.b_less_a", "table.range", "table.n")
    shown = [one for one in figures.values() if one.shown or one.name in ALWAYS or _appears(one)]
    return Table(
        tuple(map(say, headers)),
        tuple(_figure_row(one, wording) for one in shown),
        frozenset(range(1, len(headers))),
        frozenset(row for row, one in enumerate(shown) if one.status == "worse"),
    )


def _figure_row(one: Difference, wording: Wording) -> tuple[str, ...]:
    return (
        wording.figure(one.name),
        numbers.figure(one.name, one.before),
        numbers.figure(one.name, one.after),
        numbers.signed(one.name, one.change),
        numbers.signed_span(one.name, one.low, one.high, one.change),
        f"{one.n:,}",
    )


def _by_tag(tag: str, values: Mapping[str, Mapping[str, Difference]], wording: Wording) -> Chapter:
    """A row a value of the tag and figure: the typical and the slow answer, and of the risks those that change."""
    headers = ("table.figure", "table.a", "table.b", "table.b_less_a", "table.range", "table.n")
    rows: list[tuple[str, ...]] = []
    worse = set()
    for value, figures in values.items():
        for name in SHOWN:
            one = figures[name]
            if name in ALWAYS or one.shown:
                worse |= {len(rows)} if one.status == "worse" else set()
                rows.append((value, *_figure_row(one, wording)))
    table = Table((tag, *map(say, headers)), tuple(rows), frozenset(range(2, len(headers) + 1)), frozenset(worse))
    return Chapter(say("page.by_tag", tag=tag), (table,), "by_tag")


def _appears(one: Difference) -> bool:
    """Whether a figure has a value under only one of the two."""
    return (one.before is None) != (one.after is None)


def _effects(effects: tuple[Effect, ...]) -> Table:
    """A row a setting that differs: its values, and what it does alone."""
    headers = ("table.setting", "table.a", "table.b", "table.alone")
    return Table(tuple(map(say, headers)), tuple(map(_effect_row, effects)), frozenset({1, 2}))


def _effect_row(one: Effect) -> tuple[str, ...]:
    values = numbers.settings_apart(one.before, one.after) or tuple(map(numbers.setting, (one.before, one.after)))
    return (one.name, *values, effect(one))
