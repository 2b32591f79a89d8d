"""How far a search has come, on stderr: a live line where somebody looks, nothing elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from tuner.recommendation import Progress


@contextmanager
def shown() -> Iterator[Callable[[Progress], None]]:
    """A function to tell how far it has come."""
    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(20), TimeElapsedColumn(), TextColumn("{task.fields[best]}"))
    with Bars(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("reading", total=None, best="")

        def tell(now: Progress) -> None:
            best = "" if now.best is None else f"best {now.best:,.0f} ms" + ("" if now.feasible else ", limits missed")
            bars.update(task, description=now.phase, completed=now.evaluations, total=now.budget, best=best)

        yield tell
