"""Files that change together: all of them are new, or none is; whoever comes next ends a change that was cut."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.writing import append, finish, make_folder, remove, staged, together, write_text
from stages.errors import InputError, OutputError

CUT = """
import os, sys
from pathlib import Path
from pipeline.writing import append, remove, together, write_text
root, at = Path(sys.argv[1]), int(sys.argv[2])
replace, count = os.replace, 0
def counted(*arguments):
    global count
    count += 1
    if count == at:
        os._exit(9)
    replace(*arguments)
os.replace = counted
with together(root):
    write_text(root / "one", "new", force=True)
    write_text(root / "deep" / "two", "new", force=True)
    remove(root / "gone")
    append(root / "log", b"new\\n")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    make_folder(root / "deep")
    for name, text in (("one", "old"), ("deep/two", "old"), ("gone", "old"), ("log", "old\n")):
        (root / name).write_text(text)
    return root


def content(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): path.read_text() for path in sorted(root.rglob("*")) if path.is_file()}


OLD = {"one": "old", "deep/two": "old", "gone": "old", "log": "old\n"}
NEW = {"one": "new", "deep/two": "new", "log": "old\nnew\n"}


def test_a_change_is_made_at_its_end(folder: Path) -> None:
    with together(folder):
        write_text(folder / "one", "new", force=True)
        write_text(folder / "deep" / "two", "new", force=True)
        remove(folder / "gone")
        append(folder / "log", b"new\n")
        assert {path: (folder / path).read_text() for path in OLD} == OLD
        assert staged(folder / "one").read_text() == "new"
    assert content(folder) == NEW


def test_an_error_in_a_change_leaves_all_as_it_was(folder: Path) -> None:
    def broken_off() -> None:
        with together(folder):
            write_text(folder / "one", "new", force=True)
            append(folder / "log", b"new\n")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_off()
    assert content(folder) == OLD


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_change_that_a_kill_cut_never_happened_or_is_brought_to_its_end(folder: Path, root: Path, at: int) -> None:
    killed = subprocess.run([sys.executable, "-c", CUT, str(folder), str(at)], cwd=root, check=False)
    assert killed.returncode == 9
    finish(folder)
    with together(folder):
        pass
    assert content(folder) == (OLD if at == 1 else NEW)  # the first is the record that makes it valid


@pytest.mark.parametrize("torn", ["", "n", "new\n"], ids=["not", "in part", "whole"])
def test_lines_that_were_appended_before_a_kill_are_not_appended_twice(folder: Path, torn: str) -> None:
    (folder / ".turntempo.change").mkdir()
    record = {"moves": {}, "removals": [], "appended": {"log": [4, "new\n"]}}
    (folder / ".turntempo.change" / "commit.json").write_text(json.dumps(record))
    (folder / "log").write_text("old\n" + torn)
    finish(folder)
    assert (folder / "log").read_text() == "old\nnew\n"
    assert not (folder / ".turntempo.change").exists()


@pytest.mark.parametrize(
    "record",
    [
        "",
        "[]",
        '{"moves": {"0": "../evil"}, "removals": [], "appended": {}}',
        '{"moves": {"../../x": "one"}, "removals": [], "appended": {}}',
        '{"moves": {}, "removals": ["/etc/hostname"], "appended": {}}',
        '{"moves": {}, "removals": [], "appended": {"link/log": [0, "x"]}}',
    ],
)
def test_a_record_of_a_stranger_is_refused(folder: Path, record: str) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    (folder / "link").symlink_to(outside)
    (folder / ".turntempo.change").mkdir()
    (folder / ".turntempo.change" / "commit.json").write_text(record)
    with pytest.raises(InputError, match="is no record of a change"):
        finish(folder)
    assert list(outside.iterdir()) == []
    assert not (folder.parent / "evil").exists()


def test_a_change_within_a_change_is_part_of_it(folder: Path) -> None:
    with together(folder):
        with together(folder / "deep"):
            write_text(folder / "deep" / "two", "new", force=True)
        assert (folder / "deep" / "two").read_text() == "old"
    assert (folder / "deep" / "two").read_text() == "new"


def test_what_is_written_elsewhere_during_a_change_is_written_at_once(folder: Path) -> None:
    with together(folder):
        write_text(folder.parent / "beside", "new")
        assert (folder.parent / "beside").read_text() == "new"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="nowhere"), together(tmp_path / "nowhere"):
        pass
