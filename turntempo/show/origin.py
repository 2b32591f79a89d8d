"""What a result rests on: which turns, which settings, what was filled in."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from pipeline.completion import CompletionReport
from pipeline.turns.columns import Columns
from stages.i18n import say
from tuner.deploy.inputs import DEFAULTS, Inputs
from tuner.pages import recommendation
from turntempo.show import document


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
    return Group(replayed(given), *(Text(one) for one in (*given.fit.sentences(), *given.assumptions())))


def filled_in(report: CompletionReport) -> RenderableType:
    """What the recording lacks and what was taken instead; so a number that rests on invented data says so."""
    chapter = recommendation.filled_in(report)
    if not chapter.blocks:
        return Text(say("assumed.complete"), style="dim")
    return document.shown([chapter])
