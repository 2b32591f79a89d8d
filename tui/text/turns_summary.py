"""What a source holds: its turns, settings, what was measured, what is assumed, and what cannot be judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tui.i18n.translator import Translator
from tui.state.app_state import Opened
from tui.state.calls import OpenedCalls
from tui.text.document import document
from tuner.diagnosis.assumed import assumptions
from tuner.pages import connect


def turns_summary(opened: Opened, tr: Translator) -> Group:
    """All of it under headings, for a narrow column."""
    given, turns = opened.inputs, opened.inputs.complete
    parts: list[RenderableType] = [
        Text(opened.title, style="bold"),
        Text(f"{tr.count('turn', len(turns))}, {tr.count('session', len(turns.session_names))}"),
        Text(_settings(opened, tr)),
    ]
    if case := opened.case:
        parts.append(Text(tr("opening.case", severity=case.triage.severity, customer=case.intake.customer or "-")))
    parts += [Text(f"! {tr.translate(doubt)}", style="bold") for doubt in given.doubts()]
    if given.assumed is not None:
        profile = given.assumed
        lines = [tr("opening.profile", name=profile.name, about=profile.about)]
        parts += _section(tr("opening.all_assumed"), [*lines, *(one.sentence() for one in assumptions(profile))], tr)
        return Group(*parts)
    parts += [Text(tr.translate(one)) for one in (*given.fit.sentences(), *given.assumptions())]
    if given.filled_in.measured:
        parts += _section(tr("opening.measured"), [", ".join(given.filled_in.measured)], tr)
    filled = given.filled_in.by_field()
    parts += _section(tr("opening.filled"), _together(filled, tr), tr)
    if not filled:
        parts += [Text(), Text(tr("opening.complete"))]
    parts += _section(tr("opening.unjudged"), _together(dict(opened.locks), tr), tr)
    return Group(*parts)


def calls_summary(calls: OpenedCalls, tr: Translator) -> Group:
    """A recording of calls: how many, and what is assumed."""
    given, n = calls.given, len(calls.completed.names)
    parts: list[RenderableType] = [Text(calls.source.title, style="bold")]
    if given.settings_assumed:
        parts.append(Text(tr("connecting.calls", n=n)))
        parts.append(Text(f"! {tr('opening.default_settings')}", style="bold"))
    else:
        parts.append(Text(tr.translate(connect.head(n, given.settings_from))))
    if given.left_out.count:
        parts.append(Text(f"! {tr('opening.left_out', n=given.left_out.count)}", style="bold"))
    return Group(*parts, Text(), document(connect.assumptions(calls.completed.assumed), tr.translate))


def _settings(opened: Opened, tr: Translator) -> str:
    if opened.inputs.settings_assumed:
        return tr("opening.default_settings")
    return tr("opening.settings", source=tr.translate(opened.inputs.settings_from))


def _section(heading: str, lines: Iterable[str], tr: Translator) -> list[RenderableType]:
    grid = Table.grid(padding=(0, 1))
    for line in lines:
        grid.add_row("-", Text(tr.translate(line)))
    return [Text(), Text(heading, style="bold"), grid] if grid.row_count else []


def _together(reasons: Mapping[str, str], tr: Translator) -> list[str]:
    """One line for all names with the same reason."""
    names: dict[str, list[str]] = {}
    for name, why in reasons.items():
        names.setdefault(tr.translate(why), []).append(name)
    return [f"{', '.join(same)}: {why}" for why, same in names.items()]
