"""Messages for people, on stderr; data go to stdout."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import RenderableType

    from tuner.deploy.readback import ReadBack

MISSED = 1
"""The exit code where a configuration is not written, as it would not mean what was judged."""


def error(text: str) -> None:
    """Print an error."""
    _say("error: ", text, fg="red", bold=True)


def warn(text: str) -> None:
    """Print a warning: the command goes on."""
    _say("warning: ", text, fg="yellow", bold=True)


def hint(text: str) -> None:
    """Print a hint: the next step."""
    _say("hint: ", text, fg="cyan", bold=True)


def note(text: str) -> None:
    """Print what was done or assumed."""
    _echo(text)


def warn_of_read_back(found: ReadBack, form: str) -> None:
    """Print how a written configuration differs from what was judged, and the way out. `form`: such as agora-flat."""
    from stages.i18n import say

    for line in found.sentences():
        warn(line)
    hint(say("readback.way_out", form=form))
    if not found.replayed:
        hint(say("readback.name_turns"))


def show(*parts: RenderableType) -> None:
    """Print tables, with control characters escaped."""
    from turntempo.screen import Screen

    screen = Screen(stderr=True)
    for part in parts:
        screen.print(part)


def _say(label: str, text: str, **style: Any) -> None:
    click.secho(label, err=True, nl=False, color=False if os.environ.get("NO_COLOR") else None, **style)
    _echo(text)


def _echo(text: str) -> None:
    """Print with control characters escaped."""
    from stages.escaping import visible

    click.echo(visible(text), err=True)
