"""The house is kept: what no linter looks at."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

from turntempo import guide

PACKAGES = ("turntempo", "tui", "tuner", "pipeline", "stages")
LOCKS = ("requirements.lock", "requirements-vendors.lock", "requirements-local.lock", "requirements-fuzz.lock")
MOST_MODULES = 16
VAGUE = {"common", "helper", "helpers", "manager", "misc", "util", "utils"}


def package_files(root: Path) -> list[Path]:
    found = (path for package in PACKAGES for path in (root / package).rglob("*") if path.is_file())
    return sorted(path.relative_to(root) for path in found if "__pycache__" not in path.parts)


def pins(lock: Path) -> list[str]:
    text = lock.read_text().replace("\\\n", "")
    return [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]


def test_no_module_is_longer_than_400_lines(root: Path) -> None:
    modules = [path for path in package_files(root) if path.suffix == ".py"]
    lengths = {str(path): len((root / path).read_text().splitlines()) for path in modules}
    assert {path: length for path, length in lengths.items() if length > 400} == {}


def test_modules_are_named_for_what_they_are(root: Path) -> None:
    assert [str(path) for path in package_files(root) if path.stem in VAGUE] == []


def test_a_folder_holds_at_most_16_modules_or_says_why_it_is_one(root: Path) -> None:
    modules = [path for path in package_files(root) if path.suffix == ".py" and path.stem != "__init__"]
    counts = Counter(path.parent for path in modules)
    crowded = [folder for folder, count in counts.items() if count > MOST_MODULES]
    assert [str(folder) for folder in crowded if "because" not in first_line(root / folder / "__init__.py")] == []


def first_line(module: Path) -> str:
    return (ast.get_docstring(ast.parse(module.read_text())) or "").partition("\n")[0]


def test_no_module_imports_itself_through_others(imports: dict[str, set[str]]) -> None:
    order = tuple(TopologicalSorter(imports).static_order())  # a CycleError names the modules
    assert set(order) == set(imports)


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """Module -> the modules of the product that it imports, at its top or in a function."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index_host_or_path(lock: str, root: Path) -> None:
    text = (root / lock).read_text()
    assert re.findall(r".*(?:://|@|file:|--(?!hash=)|\.(?:com|org|io|net)\b|(?<![\w.])/\w).*", text) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_by_version_and_hash(lock: str, root: Path) -> None:
    pinned = re.compile(r"[\w.-]+(\[[\w,-]+\])?==[\w.]+ (; [^;]+ )? *--hash=sha256:[0-9a-f]{64}")
    assert [line for line in pins(root / lock) if not pinned.match(line)] == []


def test_the_locks_hold_every_dependency(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())
    of_both = project["project"]["dependencies"] + project["build-system"]["requires"]
    extras, groups = project["project"]["optional-dependencies"], project["dependency-groups"]
    local = groups["local"] + extras["audio"] + [line for line in extras["local"] if line != "turntempo[audio]"]
    groups = (extras["dev"], groups["vendors"] + extras["audio"], local, extras["dev"] + groups["fuzz"])
    for lock, group in zip(LOCKS, groups, strict=True):
        names = {re.split(r"[^\w.-]", line)[0].replace(".", "-") for line in of_both + group}
        assert names - {re.split(r"==|\[", line)[0] for line in pins(root / lock)} == set()


@pytest.fixture(scope="session")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=root, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_packages_and_the_guide(root: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    pages = {f"turntempo/guide/{path.name}" for path in (root / "docs" / "guide").iterdir()}
    assert held == {path.as_posix() for path in package_files(root)} | pages


def test_the_guide_of_an_installed_wheel_is_that_of_the_checkout(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert guide.pages(zipfile.Path(archive, "turntempo/")) == guide.pages()
