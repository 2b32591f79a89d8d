"""What is said to the person at the terminal, on stderr: never data."""

from __future__ import annotations

import os
from typing import Any

import click


def error(text: str) -> None:
    """Why it could not be done. What follows the first line of the text stands below it."""
    _say("error: ", text, fg="red", bold=True)


def warn(text: str) -> None:
    """What may not be meant, and is done all the same."""
    _say("warning: ", text, fg="yellow", bold=True)


def hint(text: str) -> None:
    """What to do next."""
    _say("hint: ", text, fg="cyan", bold=True)


def note(text: str) -> None:
    """What was done, or taken for granted."""
    _echo(text)


def _say(label: str, text: str, **style: Any) -> None:
    click.secho(label, err=True, nl=False, color=False if os.environ.get("NO_COLOR") else None, **style)
    _echo(text)


def _echo(text: str) -> None:
    """Text of others does nothing to the terminal."""
    from stages.escaping import visible

    click.echo(visible(text), err=True)
