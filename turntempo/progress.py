"""The progress of a search on stderr: a live line in a terminal, nothing elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from tuner.search.search import Progress


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
