"""Settings beside others: only what differs, under the names of its groups."""

from __future__ import annotations

from textual.content import Content

from stages.settings import Settings
from tui.shapes.changed import changed
from tui.words import Words


def grouped(before: Settings, after: Settings, words: Words) -> Content:
    """`silence_ms  2000 ms → 640 ms` under `endpointing`; says so where nothing differs."""
    rows = [(*name.split(".", 1), *values) for name, values in changed(before, after).items()]
    if not rows:
        return Content.styled(words("moved.as_now"), "$text-muted")
    width, size = (max(len(row[place]) for row in rows) for place in (1, 2))
    lines, group = [], ""
    for row in rows:
        if row[0] != group:
            group = row[0]
            lines.append(Content.styled(group, "bold"))
        lines.append(
            Content.assemble(f"  {row[1]:{width}}  {row[2]:>{size}} ", ("→ ", "$text-muted"), (row[3], "bold"))
        )
    return Content("\n").join(lines)
