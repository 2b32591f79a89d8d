"""Messages for people, on stderr; data go to stdout."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Collection

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


def warn_of_nearest(inexact: Collection[str]) -> None:
    """Print of settings that are written as the nearest value that the vendor has that nothing shows what that does."""
    from stages.i18n import joined, say

    if inexact:
        warn(say("readback.nearest", names=joined(sorted(inexact), "comma")))
        hint(say("readback.name_turns"))


def show(*parts: RenderableType) -> None:
    """Print tables, with control characters escaped."""
    from turntempo.screen import Screen, printed

    screen = Screen(stderr=True)
    if not screen.is_terminal:
        click.echo(printed(screen, *parts), nl=False, err=True)
        return
    for part in parts:
        screen.print(part)


def _say(label: str, text: str, **style: Any) -> None:
    click.secho(label, err=True, nl=False, color=False if os.environ.get("NO_COLOR") else None, **style)
    _echo(text, len(label))


def _echo(text: str, before: int = 0) -> None:
    """Print with control characters escaped; in a terminal, lines end between words. `before`: characters there."""
    from stages.escaping import visible

    shown = visible(text)
    click.echo(wrapped(shown, before) if sys.stderr.isatty() else shown, err=True)


def wrapped(text: str, before: int = 0) -> str:
    """Lines no longer than the terminal is wide, where no letter is wider than another. `before`: see above."""
    if not text.isascii():
        return text
    import shutil
    import textwrap

    width = max(shutil.get_terminal_size().columns, 40)
    kept: dict[str, Any] = {
        "width": width,
        "break_long_words": False,
        "break_on_hyphens": False,
        "replace_whitespace": False,
    }
    first, *rest = text.split("\n")
    lines = [textwrap.fill(" " * before + first, **kept)[before:], *(textwrap.fill(one, **kept) for one in rest)]
    return "\n".join(lines)
