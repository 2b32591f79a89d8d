"""Text for a space of a given width: what does not fit is left out whole, as a figure that is cut is a wrong one."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len


def first_that_fits(cells: int, *texts: str) -> str:
    """The first of these texts that fits, or the last."""
    return next((text for text in texts if cell_len(text) <= cells), texts[-1])


def items_that_fit(cells: int, items: Sequence[str], separator: str, before: str = "") -> str:
    """`before` and the first items, as many as fit, then how many more there are: silence 2,000, llm 500 +2."""
    for shown in range(len(items), -1, -1):
        left = len(items) - shown
        text = before + separator.join(items[:shown]) + (f" +{left}" if left else "")
        if cell_len(text) <= cells:
            return text.strip()
    return ""
