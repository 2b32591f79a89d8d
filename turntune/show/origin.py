"""What a result rests on: which turns, which settings, what was filled in."""

from __future__ import annotations

from rich.padding import Padding
from rich.text import Text

from pipeline.columns import Columns
from pipeline.completion import Report
from turntune.inputs import Inputs


def corpus(turns: Columns) -> str:
    """3,000 turns of 240 sessions"""
    return f"{len(turns):,} turns of {len(turns.session_names):,} sessions"


def replayed(given: Inputs) -> Text:
    """3,000 turns of 240 sessions, under the settings in S.json"""
    source = given.settings_from
    under = source if source == "the defaults" else f"the settings in {source}"
    return Text(f"{corpus(given.complete)}, under {under}")


def filled_in(report: Report) -> Padding | Text:
    """A line a field that was filled in; so a number that rests on invented data says so."""
    lines = report.lines()
    if not lines:
        return Text("Nothing had to be filled in.", style="dim")
    text = Text("Filled in, as the recording does not show it:", style="dim")
    for line in lines:
        text.append(f"\n  {line}")
    return text
