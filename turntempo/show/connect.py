"""What is found of connecting, as chapters of a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from stages.i18n import Said, say
from tuner.connect.diagnosis import ConnectDiagnosis
from tuner.connect.limits import ConnectVerdict
from tuner.connect.search import ConnectTuned
from tuner.pages.blocks import Block, Chapter, Listed, Paragraph, Table
from tuner.pages.tables import figures_table
from tuner.statistics.intervals import Estimate
from tuner.statistics.numbers import figure, setting
from turntempo.show.document import TERMINAL


def head(n: int, source: Path | None) -> Said:
    """3,210 calls, under the settings in now.json"""
    return say("connect.head", n=n, source=str(source) if source else say("connect.in_recording"))


def assumptions(assumed: Mapping[str, int]) -> Chapter:
    """What was filled in; without a block where nothing was."""
    lines = tuple(say("connect.assumed", what=say(f"connect.assumed_{name}", n=n)) for name, n in assumed.items())
    return Chapter("", (Listed(lines),) if lines else ())


def figures(before: Mapping[str, Estimate], after: Mapping[str, Estimate] | None = None) -> Table:
    """A row a figure."""
    return figures_table(before, after, before, TERMINAL)


def diagnosis(found: ConnectDiagnosis) -> Iterable[Chapter]:
    """Findings, then figures."""
    return (Chapter("", (Listed(found.findings),)), Chapter("", (figures(found.figures),)))


def tuned(found: ConnectTuned, limits: str) -> Iterable[Chapter]:
    """Changed settings, figures before and after on held-out calls, limits."""
    fixed: Block = Listed(found.fixed)
    if found.after is None:
        return (Chapter("", (Paragraph(say("connect.no_settings", limits=limits)), fixed)),)
    headers = (say("connect.setting"), say("connect.now"), say("connect.after"))
    rows = tuple((name, setting(now), setting(then)) for name, now, then in found.changes)
    judged = say("connect.judged", held=found.held_out, tuning=found.tuning, tried=found.tried)
    return (
        Chapter("", (Table(headers, rows, frozenset({1, 2})),)),
        Chapter("", (figures(found.figures_before, found.figures_after), Paragraph(judged))),
        Chapter("", (verdict_table(found.verdicts),)),
        Chapter("", (fixed,)),
    )


def verdict_table(found: Sequence[ConnectVerdict]) -> Table:
    """A row a limit."""
    headers = ("connect.limit", "connect.now", "connect.worst", "connect.verdict")
    rows = tuple(
        (
            one.limit.text(),
            figure(one.limit.name, one.estimate.value, 3),
            figure(one.limit.name, one.judged, 3),
            say("connect.kept" if one.met else _missed(one)),
        )
        for one in found
    )
    return Table(tuple(map(say, headers)), rows, frozenset({1, 2}))


def _missed(one: ConnectVerdict) -> str:
    return "connect.not_shown" if one.limit.kept(one.estimate.value) else "connect.missed"
