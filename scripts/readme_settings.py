"""Puts the table of all settings into the README, from their definition: `python scripts/readme_settings.py`."""

import re
from pathlib import Path

from stages.settings import SETTINGS
from turntempo.show.settings import markdown_table

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- settings: scripts/readme_settings.py writes this -->", "<!-- end of settings -->"


def renewed(page: str) -> str:
    """The page with the table as it should be."""
    table = f"{BEGIN}\n{markdown_table(tuple(SETTINGS.values()))}\n{END}"
    return re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: table, page, flags=re.DOTALL)


if __name__ == "__main__":
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")
