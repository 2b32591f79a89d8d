import re
from pathlib import Path

import pytest

from scripts import guide
from scripts.guide_tables import TABLES
from tuner.diagnosis.words.guide import PAGES

FOLDER = "docs/guide"
RENEW = "run `python -m scripts.guide`"


@pytest.mark.parametrize("name", PAGES)
def test_the_tables_of_a_page_are_what_the_engine_says(name: str, root: Path) -> None:
    page = (root / FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert page == guide.renewed(page, name), RENEW


def test_the_guide_lists_every_page(root: Path) -> None:
    page = (root / FOLDER / "README.md").read_text(encoding="utf-8")
    assert page == guide.index(page), RENEW


def test_every_page_shows_a_trade_off_with_what_it_was_counted_on(root: Path) -> None:
    for name in PAGES:
        page = (root / FOLDER / f"{name}.md").read_text(encoding="utf-8")
        assert "20,000 simulated turns of" in page
        rows = [line for line in page.splitlines() if line.startswith("| ")]
        assert len(rows) >= 4
        assert any(re.search(r"\(\S+ - \S+\)", row) for row in rows)


def test_the_links_between_pages_lead_somewhere(root: Path) -> None:
    links = [
        (path, target)
        for path in (root / FOLDER).glob("*.md")
        for target in re.findall(r"\]\(([\w./-]+\.md)\)", path.read_text(encoding="utf-8"))
    ]
    assert links
    for path, target in links:
        assert (path.parent / target).is_file(), f"{path.name}: {target}"


def test_a_figure_that_is_not_of_all_turns_says_of_how_many() -> None:
    voice = next(table for table in TABLES if table.page == "barge-in")
    never = guide.drawn(voice).splitlines()[-3]
    assert re.match(r"\| never \(append\) \| `█{8}` 100% \(100 - 100%\) of \d\d,\d{3} \| ` {8}` 0% ", never)


def test_a_page_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="<!-- wait: "):
        guide.renewed("# Endpointing", "endpointing")
