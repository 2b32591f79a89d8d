"""What most screens are made of beside tables: headings, and sentences one below the other."""

from __future__ import annotations

from rich.text import Text

from tui.text.document import listed

__all__ = ["heading", "listed"]


def heading(text: str) -> Text:
    """A line that stands out."""
    return Text(text, style="bold")
