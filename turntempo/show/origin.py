"""What a result rests on: which turns, which settings, what was filled in."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.text import Text

from pipeline.completion import CompletionReport
from pipeline.turns.columns import Columns
from tuner.deploy.inputs import DEFAULTS, Inputs
from turntempo.show.prose import listed


def corpus(turns: Columns) -> str:
    """3,000 turns of 240 sessions"""
    return counted(len(turns), len(turns.session_names))


def counted(turns: int, sessions: int) -> str:
    """The same from numbers."""
    return f"{_number(turns, 'turn')} of {_number(sessions, 'session')}"


def _number(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"


def replayed(given: Inputs) -> Text:
    """3,000 turns of 240 sessions, under the settings in S.json; those that nobody recorded say so."""
    source = given.settings_from
    under = source if source == DEFAULTS else f"the settings in {source}"
    made = "" if given.assumed is None else f" simulated from the profile {given.assumed.name}"
    changed = f", with {', '.join(given.sets)}" if given.sets else ""
    return Text(f"{corpus(given.complete)}{made}, under {under}{changed}")


def opening(given: Inputs) -> RenderableType:
    """What stands before every figure: the turns and settings, and measured beside modelled response times."""
    if given.assumed is not None:
        return replayed(given)
    return Group(replayed(given), *(Text(one) for one in given.fit.sentences()))


def filled_in(report: CompletionReport) -> RenderableType:
    """A line a field that the recording lacks; so a number that rests on invented data says so."""
    texts = report.by_field()
    if not texts:
        return Text("The recording was complete: nothing had to be filled in.", style="dim")
    heading = Text("What the recording does not show, and what was taken instead", style="bold")
    return Group(heading, listed(together(texts)))


def together(told: Mapping[str, str]) -> list[str]:
    """What is the same of several names in one line: "llm.attempts, llm.hedge: why"."""
    names: dict[str, list[str]] = {}
    for name, what in told.items():
        names.setdefault(what, []).append(name)
    return [f"{', '.join(same)}: {what}" for what, same in names.items()]
