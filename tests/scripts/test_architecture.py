"""The page that shows where things are: its picture and tables are current, and every path and name on it exists."""

import re
from pathlib import Path

import pytest

from scripts import architecture
from scripts.rooms import PACKAGES, imports, levels, reduced, rooms
from tuner.targets import MODULES

RENEW = "run `make architecture`"
PLACEHOLDER = "NAME"
"""Stands on the page for the name of a new file."""

PATHS = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:md|toml|lock))`")
NAMED = re.compile(r"`([\w./-]+\.py)`: ((?:`\w+`(?:, )?)+)")


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_picture_shows_the_imports_of_today(root: Path) -> None:
    assert (root / "docs" / "pictures" / "rooms.svg").read_text(encoding="utf-8") == architecture.drawing(), RENEW


def test_the_tables_of_rooms_and_terms_are_current(page: str) -> None:
    assert page == architecture.page(page), RENEW


def test_every_path_on_the_page_exists(page: str, root: Path) -> None:
    found = set(PATHS.findall(page))
    assert {"stages/settings.py", "CHANGELOG.md", "docs/targets.md", "tuner/targets/vendors/"} <= found
    assert [path for path in sorted(found) if not list(root.glob(path.replace(PLACEHOLDER, "*")))] == []


def test_every_path_of_the_page_for_contributors_exists(root: Path) -> None:
    found = set(PATHS.findall((root / "CONTRIBUTING.md").read_text(encoding="utf-8")))
    assert {"tests/strategies.py", "tests/turntempo"} <= found
    assert [path for path in sorted(found) if not (root / path).exists()] == []


def test_every_name_on_the_page_stands_in_its_file(page: str, root: Path) -> None:
    named = [(path, name) for path, names in NAMED.findall(page) for name in re.findall(r"\w+", names)]
    assert len(named) > 30
    lacking = [(path, name) for path, name in named if not re.search(rf"\b{name}\b", (root / path).read_text())]
    assert lacking == []


def test_the_links_lead_somewhere(page: str, root: Path) -> None:
    targets = re.findall(r"\]\(([\w./-]+)\)", page)
    assert len(targets) >= 3
    assert [target for target in targets if not (root / "docs" / target).is_file()] == []


def test_a_new_vendor_is_listed_where_the_page_says(root: Path) -> None:
    """No other file of the product names a vendor's module."""
    package, listing = root / "tuner" / "targets", root / "tuner" / "targets" / "__init__.py"
    assert "ultravox" in MODULES
    modules = [path for name in PACKAGES for path in (root / name).rglob("*.py")]
    naming = {path for path in modules if re.search(r"\bultravox\b", path.read_text(encoding="utf-8"))}
    assert naming == {listing, package / "vendors" / "ultravox.py"}


def test_every_room_is_above_what_it_imports() -> None:
    arrows = imports()
    for package in PACKAGES:
        names = [room.path for room in rooms() if room.package == package]
        level = levels(names, arrows)
        assert names, package
        for name in names:
            assert all(level[name] > level[other] for other in arrows[name] & set(names)), name


def test_a_circle_of_imports_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="in a circle: a, b"):
        levels(["a", "b", "c"], {"a": {"b"}, "b": {"a"}, "c": set()})


def test_an_arrow_that_follows_from_others_is_left_out() -> None:
    arrows = {"a": {"b", "c", "d"}, "b": {"c"}, "c": set(), "d": {"c"}}
    assert reduced(arrows, arrows) == [("a", "b"), ("a", "d"), ("b", "c"), ("d", "c")]
