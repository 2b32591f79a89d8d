"""A recommendation under headings: what was found, before and after, the limits, the changes, what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stages.i18n import say
from tui.i18n.translator import Translator
from tui.text.card import SIGNS
from tuner.recommendation.holdout import Judgement
from tuner.recommendation.recommendation import Recommendation
from tuner.recommendation.sentences import sentences
from tuner.space.fixed import unpriced
from tuner.statistics.numbers import NONE, figure, setting, span
from tuner.statistics.verdict import Verdict
from tuner.statistics.vocabulary import named as in_words
from tuner.support.report.changes import without

ALWAYS = ("response_ms.p50", "response_ms.p90", "response_ms.p95", "response_ms.p99")
"""Figures of the table, whatever became of them; of the others those that changed."""


def judged(found: Recommendation, filled_in: Mapping[str, str], tr: Translator) -> Group:
    """All of it, for a column of some 76 cells or more; `filled_in`: field -> what was taken where it is missing."""
    parts: list[RenderableType] = [status(found, tr), _sentences(sentences(found), tr)]
    if found.changes:
        parts += [*_before_and_after(found, tr), *_changes(found, tr)]
    parts += [*_limits(found, tr), *_rests_on(found, filled_in, tr)]
    return Group(*parts)


def status(found: Recommendation, tr: Translator) -> Text:
    """What came of it in a word or two."""
    sign = {"recommended": "✓", "unchanged": "=", "too small": "?", "infeasible": "!"}[found.status]
    told = tr(f"result.{found.status.replace(' ', '_')}")
    more = [tr("result.provisional")] if found.provisional else []
    more += [tr("result.interrupted")] if found.interrupted else []
    return Text(
        f"{sign} {tr.translate(say('result.status', told=told, more=''.join(f' · {one}' for one in more)))}", "bold"
    )


def verdict_word(one: Verdict) -> str:
    """✓ met; the sign tells it to those who see no colour."""
    return say("result.verdict", sign=SIGNS[one.status], told=say(f"status.{one.status.replace(' ', '_')}"))


def _before_and_after(found: Recommendation, tr: Translator) -> Sequence[RenderableType]:
    told = found.held_out or found.tuning
    key = "result.on_tuning" if found.provisional else "result.on_held_out"
    drawn = _table(tr, ("table.figure", "table.before", "result.after", "table.range", "table.n"), 1)
    for name in _shown(told):
        before, after = told.before[name], told.after[name]
        values = (figure(name, before.value), figure(name, after.value), span(name, after.low, after.high))
        drawn.add_row(tr.translate(in_words(name)), *map(tr.translate, values), f"{after.n:,}")
    return [*_heading(tr(key, turns=told.turns)), drawn]


def _shown(told: Judgement) -> list[str]:
    return [
        name
        for name, after in told.after.items()
        if name in ALWAYS or (told.before[name].value != after.value and not name.startswith("response_ms"))
    ]


def _changes(found: Recommendation, tr: Translator) -> Sequence[RenderableType]:
    drawn = _table(tr, ("table.setting", "table.now", "table.then", "table.without"), 1)
    for one in sorted(found.changes, key=lambda change: -(change.worth_ms or 0.0)):
        drawn.add_row(one.name, setting(one.before), setting(one.after), tr.translate(without(one)))
    return [*_heading(tr("result.changes" if found.estimate is None else "result.estimates")), drawn]


def _limits(found: Recommendation, tr: Translator) -> Sequence[RenderableType]:
    headers = ("table.figure", "table.limit", "result.seen", "table.at_most", "result.verdict_title")
    drawn = _table(tr, headers, 1)
    told = [one for one in found.tuning.verdicts if not one.note]
    sure = [tr.translate(in_words(one.limit.name)) for one in found.tuning.verdicts if one.note]
    for one in told:
        shown = one.limit.shown
        most = NONE if one.upper is None else shown(one.upper)
        drawn.add_row(
            tr.translate(in_words(one.limit.name)),
            shown(one.limit.value),
            tr.translate(shown(one.estimate)),
            most,
            tr.translate(verdict_word(one)),
            style="" if one.met else "bold",
        )
    parts: list[RenderableType] = [*_heading(tr("result.limits", turns=found.tuning.turns)), drawn]
    if sure:
        parts.append(Text(tr("limits.sure", names=", ".join(sure)), style="dim"))
    return parts


def _rests_on(found: Recommendation, filled_in: Mapping[str, str], tr: Translator) -> Sequence[RenderableType]:
    unmoved = set(unpriced(found.task.limits))
    left = {name: why for name, why in found.space.locks.items() if name not in unmoved}
    return [
        *_section(tr("result.left"), together(left, tr)),
        *_section(tr("opening.filled"), together(filled_in, tr)),
    ]


def together(told: Mapping[str, str], tr: Translator) -> list[str]:
    """What is the same of several names in one line."""
    names: dict[str, list[str]] = {}
    for name, why in told.items():
        names.setdefault(tr.translate(why), []).append(name)
    return [f"{', '.join(same)}: {why}" for why, same in names.items()]


def _sentences(found: Iterable[str], tr: Translator) -> Table:
    grid = Table.grid(padding=(0, 1))
    for sentence in found:
        grid.add_row("-", Text(tr.translate(sentence)))
    return grid


def _section(heading: str, lines: Sequence[str]) -> Sequence[RenderableType]:
    grid = Table.grid(padding=(0, 1))
    for line in lines:
        grid.add_row("-", Text(line))
    return [*_heading(heading), grid] if lines else []


def _heading(text: str) -> tuple[RenderableType, RenderableType]:
    return Text(), Text(text, style="bold")


def _table(tr: Translator, headers: Sequence[str], left: int) -> Table:
    """The first columns to the left, figures to the right, the last to the left where it is words."""
    drawn = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 1, 0, 0))
    for place, key in enumerate(headers):
        words_last = place == len(headers) - 1 and key not in ("table.n",)
        drawn.add_column(tr(key), justify="left" if place < left or words_last else "right")
    return drawn
