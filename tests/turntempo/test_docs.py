import re
import shlex
from pathlib import Path

import click
import pytest

from turntempo.app import app

PAGES = ("README.md", "docs/guide/ci.md", "docs/guide/probe.md", "docs/guide/support-case.md", "docs/targets.md")
BLOCK = re.compile(r"```(?:sh|yaml)\n(.*?)```", re.DOTALL)


def commands(page: Path) -> list[list[str]]:
    """The turntempo commands in a page's blocks, as their arguments."""
    lines = (
        line.strip() for block in BLOCK.findall(page.read_text()) for line in block.replace("\\\n", " ").split("\n")
    )
    return [shlex.split(line.split(">")[0], comments=True)[1:] for line in lines if line.startswith("turntempo ")]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_in_the_docs_is_one(page: str, root: Path) -> None:
    found = commands(root / page)
    assert len(found) >= 3
    context = click.Context(app)
    for name, *arguments in found:
        command = app.get_command(context, name)
        assert command is not None, name
        command.make_context(name, arguments, resilient_parsing=False) if "--list" not in arguments else None


def test_the_pages_speak_of_the_product_alone(root: Path) -> None:
    for page in PAGES:
        assert re.findall(r"/work|/tmp|/root|issue \d|TODO", (root / page).read_text()) == []


def test_a_decision_has_at_most_a_page(root: Path) -> None:
    pages = sorted((root / "docs" / "decisions").glob("*.md"))
    assert len(pages) >= 9
    for page in pages:
        lines = page.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 60, page.name
        assert [line for line in lines if len(line) >= 120 and not line.startswith("|")] == [], page.name


def test_every_file_that_a_page_names_exists(root: Path) -> None:
    named = re.compile(r"`((?:stages|pipeline|tuner|tui|turntempo|tests|scripts|benchmarks|docs)/[\w./-]*)`")
    pages = [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
    found = [(page.name, path) for page in pages for path in named.findall(page.read_text(encoding="utf-8"))]
    assert len(found) > 100
    assert [one for one in found if not list(root.glob(one[1].replace("NAME", "*")))] == []
