"""What is found of connecting, as chapters of a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from stages.i18n import Said, say
from tuner.connect.diagnosis import ConnectDiagnosis
from tuner.connect.limits import ConnectLimit, ConnectVerdict
from tuner.connect.search import ConnectTuned
from tuner.pages.blocks import Chapter, Listed, Paragraph, Table
from tuner.pages.tables import figures_table
from tuner.pages.wording import Wording
from tuner.statistics.intervals import Estimate
from tuner.statistics.numbers import figure, ms, setting, share, span


def head(n: int, source: Path | None = None) -> Said:
    """3,210 calls, under the settings in now.json"""
    return say("connect.head", n=n, source=say("connect.in_recording") if source is None else str(source))


def assumptions(assumed: Mapping[str, int], heading: str = "") -> tuple[Chapter, ...]:
    """What was filled in; no chapter where nothing was."""
    lines = tuple(say("connect.assumed", what=say(f"connect.assumed_{name}", n=n)) for name, n in assumed.items())
    return (Chapter(heading, (Listed(lines),)),) if lines else ()


def figures(before: Mapping[str, Estimate], after: Mapping[str, Estimate] | None, wording: Wording) -> Table:
    """A row a figure."""
    return figures_table(before, after, before, wording)


def findings(found: ConnectDiagnosis) -> tuple[Chapter, ...]:
    """One below the other."""
    return (Chapter("", (Listed(found.findings),)),) if found.findings else ()


def diagnosis(found: ConnectDiagnosis, wording: Wording) -> tuple[Chapter, ...]:
    """Findings, then figures."""
    return (*findings(found), Chapter("", (figures(found.figures, None, wording),)))


def recommended(found: ConnectTuned, limits: Sequence[ConnectLimit], wording: Wording) -> tuple[Chapter, ...]:
    """The settings found and their figures on held-out calls in short, or why none are recommended."""
    if found.after is None:
        return (Chapter("", (Paragraph(no_settings(limits, wording)), Listed(found.fixed))),)
    judged = say("connect.judged", held=found.held_out, tuning=found.tuning, tried=found.tried)
    verdict = verdict_table(found.verdicts, wording)
    if found.recommended is None:
        return (Chapter("", (Paragraph(nothing_recommended(found)), verdict, Listed(found.fixed))),)
    blocks = (changes(found), Paragraph(gained(found)), verdict, Paragraph(judged), Listed(found.fixed))
    return (Chapter(say("connect.recommended"), blocks),)


def gained(found: ConnectTuned) -> Said:
    """Calls connected: 95% instead of 61% (95%: 93 - 96%)."""
    name = "connected_rate"
    before, after = found.figures_before[name], (found.figures_after or found.figures_before)[name]
    interval = span(name, after.low, after.high)
    return say("connect.gained", before=share(before.value), after=share(after.value), span=interval)


def nothing_recommended(found: ConnectTuned) -> Said:
    return say("connect.nothing_recommended", why=why_not(found))


def tuned(found: ConnectTuned, limits: Sequence[ConnectLimit], wording: Wording) -> tuple[Chapter, ...]:
    """Changed settings, figures before and after on held-out calls, limits."""
    fixed = Listed(found.fixed)
    if found.after is None:
        return (Chapter("", (Paragraph(no_settings(limits, wording)), fixed)),)
    judged = say("connect.judged", held=found.held_out, tuning=found.tuning, tried=found.tried)
    return (
        Chapter("", (changes(found),)),
        Chapter("", (figures(found.figures_before, found.figures_after, wording), Paragraph(judged))),
        Chapter("", (verdict_table(found.verdicts, wording),)),
        Chapter("", (fixed,)),
    )


def no_settings(limits: Sequence[ConnectLimit], wording: Wording) -> Said:
    """No settings keep the limits."""
    return say("connect.no_settings", limits=", ".join(limit_text(one, wording) for one in limits))


def why_not(found: ConnectTuned) -> Said:
    """Why nothing is recommended: none tried keep the limits, or not shown on the calls held out."""
    return say("connect.none_kept" if found.after is None else "connect.none_shown")


def worded(name: str, value: Any) -> str:
    """A value for readers who may not know the settings: none, off, 3,000 ms."""
    if value is None:
        return say("connect.no_check")
    if isinstance(value, bool):
        return say("value.on" if value else "value.off")
    return ms(value) if name.endswith("_ms") else setting(value)


def _plain(name: str, value: Any) -> str:
    return setting(value)


def changes(found: ConnectTuned, shown: Callable[[str, Any], str] = _plain) -> Table:
    """A row a setting that changes; `shown`: what becomes of a value."""
    headers = (say("connect.setting"), say("connect.now"), say("connect.after"))
    rows = tuple((name, shown(name, now), shown(name, then)) for name, now, then in found.changes)
    return Table(headers, rows, frozenset({1, 2}))


def verdict_table(found: Sequence[ConnectVerdict], wording: Wording) -> Table:
    """A row a limit, those not shown to be kept in strong."""
    headers = ("connect.limit", "table.seen", "connect.worst", "connect.verdict")
    rows = tuple(
        (
            limit_text(one.limit, wording),
            figure(one.limit.name, one.estimate.value, 3),
            figure(one.limit.name, one.judged, 3),
            verdict_text(one),
        )
        for one in found
    )
    missed = frozenset(row for row, one in enumerate(found) if not one.met)
    return Table(tuple(map(say, headers)), rows, frozenset({1, 2}), missed)


def limit_text(limit: ConnectLimit, wording: Wording) -> Said:
    """connected_rate >= 95%"""
    return say(
        "connect.at_least" if limit.at_least else "connect.at_most", name=wording.figure(limit.name), value=limit.shown
    )


def verdict_text(one: ConnectVerdict) -> Said:
    """met; missed; met on the estimate, but not shown."""
    return say({"met": "connect.kept", "not shown": "connect.not_shown", "missed": "connect.missed"}[one.status])
