"""What most screens are made of beside tables: headings, and sentences one below the other."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text


def heading(text: str) -> Text:
    """A line that stands out."""
    return Text(text, style="bold")


def listed(sentences: Iterable[str]) -> Table:
    """One below the other, with a hanging indent."""
    drawn = Table.grid(padding=(0, 1))
    for sentence in sentences:
        drawn.add_row("-", Text(sentence))
    return drawn
