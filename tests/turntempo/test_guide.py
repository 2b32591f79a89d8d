from pathlib import Path

import pytest

from stages.i18n.glossary import glossary
from tuner.diagnosis.words.guide import PAGES
from turntempo import guide


def test_the_pages_are_listed_with_what_they_say(run) -> None:
    done = run("guide")
    assert (done.code, done.err) == (0, "")
    assert "A longer wait cuts off fewer users, and makes every answer later." in " ".join(done.out.split())
    assert {one["name"] for one in run("guide", "--json").json} == set(guide.pages())


def test_every_page_that_findings_and_terms_point_to_is_there() -> None:
    terms = {one.guide for one in glossary("en").values() if one.guide}
    assert set(PAGES) | terms <= set(guide.pages())


def test_a_page_is_shown_without_its_markdown_and_none_of_its_values_is_cut(run) -> None:
    done = run("guide", "floor")
    assert done.code == 0
    assert "**" not in done.out
    assert "<!--" not in done.out
    assert "…" not in done.out
    assert max(len(line) for line in done.out.splitlines()) <= 80


def test_plain_is_the_page_as_it_is_written(run, root: Path) -> None:
    assert run("guide", "floor", "--plain").out == (root / "docs" / "guide" / "floor.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["early-start", "early_start", "Early-Start.md", "docs/guide/early-start.md"])
def test_a_page_is_found_however_it_is_named(run, name: str) -> None:
    assert run("guide", name, "--json").json["name"] == "early-start"


def test_a_typo_is_refused_with_the_closest_and_the_list(run) -> None:
    done = run("guide", "endpointin")
    assert (done.code, done.out) == (2, "")
    assert "Did you mean endpointing?" in done.err
    assert "support-case" in done.err
