"""What a person reads on stdout."""

from __future__ import annotations

import json
from typing import Any

import click
from rich.console import Console, RenderableType


class Screen(Console):
    """rich's console, without its guesses at what words mean. A reader who has gone is the command's to handle."""

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, soft_wrap=False, **options)

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def width() -> int:
    """Columns of the terminal, at least 60 and at most 120; 80 where there is none."""
    return min(max(Screen().width, 60), 120)


def show(*parts: RenderableType) -> None:
    """Print these one below the other."""
    screen = Screen()
    for part in parts:
        screen.print(part)


def show_json(value: Any) -> None:
    """Print one JSON value, indented, numbers in full."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))
