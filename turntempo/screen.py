"""Printing to stdout; here text of others is made harmless for the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import click
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from stages.escaping import in_json, visible
from turntempo.stdout import to_a_reader


class Screen(Console):
    """rich's console without highlighting and markup. A closed stdout is handled here, not by rich."""

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, soft_wrap=False, **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """As in rich, but control characters in text are escaped; only rich's own reach the terminal."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(visible(segment.text), segment.style)

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def width() -> int:
    """Columns of the terminal, at least 60 and at most 120; 80 where there is none."""
    return min(max(Screen().width, 60), 120)


def show(*parts: RenderableType) -> None:
    """Print these one below the other; no line in a file or a pipe ends in blanks."""
    screen = Screen()
    with to_a_reader():
        if screen.is_terminal:
            for part in parts:
                screen.print(part)
        else:
            click.echo(printed(screen, *parts), nl=False)


def printed(screen: Screen, *parts: RenderableType) -> str:
    """What a screen would show of these, without the blanks that tables and wrapped lines end in."""
    with screen.capture() as held:
        for part in parts:
            screen.print(part)
    return "\n".join(line.rstrip(" ") for line in held.get().split("\n"))


def say(text: str) -> None:
    """Print lines without wrapping them."""
    with to_a_reader():
        click.echo(visible(text))


def data(text: str) -> None:
    """Print data for programs: byte for byte, or with escapes in a terminal."""
    with to_a_reader():
        click.echo(visible(text) if sys.stdout.isatty() else text, nl=False, color=True)  # color: strip nothing


def show_json(value: Any) -> None:
    """Print one JSON value, indented, numbers in full."""
    with to_a_reader():
        click.echo(in_json(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)))
