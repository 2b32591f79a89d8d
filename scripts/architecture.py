"""Writes docs/pictures/rooms.svg from the imports, and the tables of docs/architecture.md: `make architecture`."""

from __future__ import annotations

from scripts.page_blocks import ROOT, between_marks
from scripts.rooms import folders, imports, rooms
from scripts.rooms_picture import picture
from stages.i18n.glossary import glossary

PAGE, PICTURE = ROOT / "docs" / "architecture.md", ROOT / "docs" / "pictures" / "rooms.svg"
SCRIPT = "scripts/architecture.py"

TERMS = (
    *("turn", "session", "recording", "setting", "settings in force", "outcome", "replay", "commit", "premature"),
    *("pause", "end-of-turn score", "final transcript", "ttft", "ttfb", "overlap", "interrupt", "backchannel", "echo"),
    *("completion", "censored", "profile", "fit", "goal", "limit", "bound", "interval", "held out", "frontier"),
    *("budget", "seed"),
)
"""Of the product's glossary, those that the page repeats."""


def page(text: str) -> str:
    """The page with its tables renewed."""
    text = between_marks(text, "rooms", SCRIPT, rooms_table())
    return between_marks(text, "glossary", SCRIPT, glossary_table())


def rooms_table() -> str:
    """One row for each folder, with the first line of its docstring."""
    rows = [f"| `{room.path}/` | {_cell(room.holds)} |" for room in folders()]
    return "\n".join(["| folder | what it holds |", "|---|---|", *rows])


def glossary_table() -> str:
    """One row for each term, with its first sentence."""
    known = glossary("en")
    rows = [f"| {name} | {_cell(known[name].text.partition('. ')[0].rstrip('.'))} |" for name in TERMS]
    return "\n".join(["| term | meaning |", "|---|---|", *rows])


def drawing() -> str:
    """The picture of the imports of today."""
    return picture(rooms(), imports())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PICTURE.write_text(drawing(), encoding="utf-8")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
