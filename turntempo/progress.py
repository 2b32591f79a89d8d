"""The progress of a search on stderr: a live line in a terminal, nothing elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from tuner.search.search import Progress
from turntempo import clock, stderr

EVERY_MS = 15_000
"""Where stderr is no terminal, a line at most so often."""


@contextmanager
def shown() -> Iterator[Callable[[Progress], None]]:
    """A callback for the progress of a search."""
    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(20), TimeElapsedColumn(), TextColumn("{task.fields[best]}"))
    with Bars(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("getting ready", total=1.0, best="")

        def show(now: Progress) -> None:
            best = "" if now.best_ms is None else f"{now.evaluations:,} tried, best {now.best_ms:,.0f} ms"
            bars.update(task, description=now.label, completed=now.share, best=best)

        yield show


@contextmanager
def lines(text: Callable[[Any], tuple[float, str]]) -> Iterator[Callable[[Any], None]]:
    """A callback for progress of any kind. `text`: the share that is done, and what stands beside it.

    In a terminal one live line; elsewhere a line from time to time, so that a log shows that work goes on.
    """
    console = Console(stderr=True, highlight=False)
    live = console.is_terminal
    columns = (BarColumn(20), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    last = clock.monotonic_ms()
    with Bars(*columns, console=console, transient=True, disable=not live) as bars:
        task = bars.add_task("", total=1.0)

        def show(now: Any) -> None:
            nonlocal last
            share, shown = text(now)
            if live:
                bars.update(task, description=shown, completed=share)
            elif clock.monotonic_ms() - last >= EVERY_MS:
                last = clock.monotonic_ms()
                stderr.note(shown)

        yield show
