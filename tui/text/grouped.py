"""Settings beside others: only what differs, under the names of its groups."""

from __future__ import annotations

from textual.content import Content

from stages.settings import Settings
from tui.i18n.translator import Translator
from tui.text.settings_diff import changed


def grouped(before: Settings, after: Settings, tr: Translator) -> Content:
    """`silence_ms 2000 → 640` under `endpointing`; says so where nothing differs."""
    rows = [(*name.split(".", 1), *map(_bare, values)) for name, values in changed(before, after).items()]
    if not rows:
        return Content.styled(tr("moved.as_now"), "$text-muted")
    width = max(len(row[1]) for row in rows)
    lines, group = [], ""
    for row in rows:
        if row[0] != group:
            group = row[0]
            lines.append(Content.styled(group, "bold"))
        lines.append(Content.assemble(f" {row[1]:{width}} {row[2]} ", ("→ ", "$text-muted"), (row[3], "bold")))
    return Content("\n").join(lines)


def _bare(value: str) -> str:
    """The unit stands in the setting's name."""
    return value.removesuffix(" ms")
