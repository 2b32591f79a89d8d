import re
from pathlib import Path

import pytest

from pipeline.kernel.compiled import LAYOUT, SOURCES, compiled_folder


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    here = tmp_path / "package"
    here.mkdir()
    for name in SOURCES:
        (here / name).write_text(f"# {name}\n")
    return here


def test_a_change_in_any_of_the_sources_moves_the_cache(sources: Path, tmp_path: Path) -> None:
    folders = {compiled_folder(sources, tmp_path / "cache")}
    for name in SOURCES:
        (sources / name).write_text("changed")
        folders.add(compiled_folder(sources, tmp_path / "cache"))
    assert len(folders) == 1 + len(SOURCES)


def test_a_change_in_the_order_of_settings_or_choices_moves_the_cache(sources: Path, tmp_path: Path) -> None:
    assert compiled_folder(sources, tmp_path, "a layout") != compiled_folder(sources, tmp_path, LAYOUT)
    assert "vad.silence_ms" in LAYOUT
    assert "interrupt" in LAYOUT


def test_every_module_with_compiled_code_and_every_one_that_it_takes_constants_from_is_a_source(root: Path) -> None:
    here = root / "pipeline" / "kernel"
    texts = {path.name: path.read_text() for path in here.glob("*.py")}
    compiled = {name for name, text in texts.items() if "\n@inlined" in text or "\n@compiled" in text}
    imported = {
        f"{module}.py" for name in compiled for module in re.findall(r"from pipeline\.kernel\.(\w+)", texts[name])
    }
    assert set(SOURCES) == (compiled | imported) - {"compiled.py"}


def test_the_cache_stands_beside_the_sources(sources: Path, tmp_path: Path) -> None:
    assert compiled_folder(sources, tmp_path / "cache").parent == sources / "__pycache__"


def test_where_nothing_can_be_written_beside_the_sources_the_cache_is_the_users(sources: Path, tmp_path: Path) -> None:
    (sources / "__pycache__").write_text("a file stands where the folder would")
    assert compiled_folder(sources, tmp_path / "cache").parent == tmp_path / "cache"


def test_where_nothing_can_be_written_at_all_the_cache_lasts_for_one_run(sources: Path, tmp_path: Path) -> None:
    (sources / "__pycache__").write_text("")
    (tmp_path / "cache").write_text("")
    assert compiled_folder(sources, tmp_path / "cache").is_dir()
