"""Which settings differ between two sets: as a mapping, as a table, and as a list by group."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text
from textual.content import Content

from stages.settings import Settings
from tui.i18n.translator import Translator
from tui.state.slider_model import value_text


def changed(before: Settings, after: Settings) -> dict[str, tuple[str, str]]:
    """Setting -> its value before and after, in the documented order; only the settings that differ."""
    was, now = before.flat(), after.flat()
    return {name: (value_text(name, was[name]), value_text(name, now[name])) for name in was if was[name] != now[name]}


def changes_table(before: Settings, after: Settings, nothing: str) -> Table | Text:
    """One line a setting: endpointing.silence_ms  2000 ms → 1040 ms. `nothing`: the text where none differs."""
    found = changed(before, after)
    if not found:
        return Text(nothing, style="dim")
    table = Table.grid(padding=(0, 1))
    for name, (was, now) in found.items():
        table.add_row(name, Text(was, justify="right"), "→", Text(now, style="bold"))
    return table


def changes_by_group(before: Settings, after: Settings, tr: Translator) -> Content:
    """`silence_ms 2000 → 640` under the heading `endpointing`; a sentence where none differs."""
    rows = [(*name.split(".", 1), *map(_without_unit, values)) for name, values in changed(before, after).items()]
    if not rows:
        return Content.styled(tr("settings_diff.none"), "$text-muted")
    width = max(len(row[1]) for row in rows)
    lines, group = [], ""
    for row in rows:
        if row[0] != group:
            group = row[0]
            lines.append(Content.styled(group, "bold"))
        lines.append(Content.assemble(f" {row[1]:{width}} {row[2]} ", ("→ ", "$text-muted"), (row[3], "bold")))
    return Content("\n").join(lines)


def _without_unit(value: str) -> str:
    """The name of the setting already ends in the unit."""
    return value.removesuffix(" ms")
