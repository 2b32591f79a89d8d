"""What is said to the person at the terminal, on stderr: never data."""

from __future__ import annotations

import os
from typing import Any

import click

from stages.harmless import visible


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
    click.echo(visible(text), err=True)


def _say(label: str, text: str, **style: Any) -> None:
    click.secho(label, err=True, nl=False, color=False if os.environ.get("NO_COLOR") else None, **style)
    click.echo(visible(text), err=True)
