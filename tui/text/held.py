"""What turns hold: how many, under which settings, what was measured, what is assumed, what they cannot judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tui.i18n.phrasing import Words
from tui.state.app_state import Opened
from tuner.diagnosis.assumed import assumptions


def held(opened: Opened, words: Words) -> Group:
    """All of it under headings, for a narrow column."""
    given, turns = opened.inputs, opened.inputs.complete
    parts: list[RenderableType] = [
        Text(opened.title, style="bold"),
        Text(f"{words.count('turn', len(turns))}, {words.count('session', len(turns.session_names))}"),
        Text(_settings(opened, words)),
    ]
    if case := opened.case:
        parts.append(Text(words("opening.case", severity=case.triage.severity, customer=case.intake.customer or "-")))
    parts += [Text(f"! {words.told(doubt)}", style="bold") for doubt in given.doubts()]
    if given.assumed is not None:
        profile = given.assumed
        told = [words("opening.profile", name=profile.name, about=profile.about)]
        parts += _section(
            words("opening.all_assumed"), [*told, *(one.sentence() for one in assumptions(profile))], words
        )
        return Group(*parts)
    if given.filled_in.measured:
        parts += _section(words("opening.measured"), [", ".join(given.filled_in.measured)], words)
    filled = given.filled_in.told()
    parts += _section(words("opening.filled"), _together(filled, words), words)
    if not filled:
        parts += [Text(), Text(words("opening.complete"))]
    parts += _section(words("opening.unjudged"), _together(dict(opened.locks), words), words)
    return Group(*parts)


def _settings(opened: Opened, words: Words) -> str:
    if opened.inputs.settings_assumed:
        return words("opening.default_settings")
    return words("opening.settings", source=words.told(opened.inputs.settings_from))


def _section(heading: str, lines: Iterable[str], words: Words) -> list[RenderableType]:
    grid = Table.grid(padding=(0, 1))
    for line in lines:
        grid.add_row("-", Text(words.told(line)))
    return [Text(), Text(heading, style="bold"), grid] if grid.row_count else []


def _together(told: Mapping[str, str], words: Words) -> list[str]:
    """What is the same of several names in one line."""
    names: dict[str, list[str]] = {}
    for name, why in told.items():
        names.setdefault(words.told(why), []).append(name)
    return [f"{', '.join(same)}: {why}" for why, same in names.items()]
