"""One function writes every file: what it replaces, what it leaves, and who may read it."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.recordings import make_folder, require_free, write_text, written
from stages.errors import OutputError


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def fifo(path: Path) -> None:
    os.mkfifo(path)


def unix_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as found:
        found.bind(str(path))


def link(path: Path) -> None:
    (path.parent / "held.txt").write_text("held")
    path.symlink_to(path.parent / "held.txt")


def dangling(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    ("make", "says"),
    [(fifo, "is a pipe"), (unix_socket, "is a socket"), (link, "is a link to"), (dangling, "is a link to")],
)
def test_only_regular_files_are_replaced(tmp_path: Path, make, says: str, force: bool) -> None:
    path = tmp_path / "out"
    make(path)
    before = path.lstat()
    for write in (require_free, lambda where, force: write_text(where, "new", force)):
        with pytest.raises(OutputError, match=says):
            write(path, force)
    assert (path.lstat().st_ino, path.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert not (tmp_path / "nowhere").exists()
    assert [one.read_text() for one in tmp_path.glob("held.txt")] in ([], ["held"])
    assert not list(tmp_path.glob(".*"))


def test_what_comes_while_a_file_is_written_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "out"

    def meanwhile() -> None:
        with written(path, force=True) as stream:
            stream.write(b"new")
            os.mkfifo(path)

    with pytest.raises(OutputError, match="is a pipe"):
        meanwhile()
    assert stat.S_ISFIFO(path.lstat().st_mode)
    assert os.listdir(tmp_path) == ["out"]


def test_a_link_in_the_place_of_the_part_is_not_followed(tmp_path: Path) -> None:
    held = tmp_path / "held.txt"
    held.write_text("held")
    for number in range(3):
        (tmp_path / f".out.{os.getpid()}.{number}.turntempo.part").symlink_to(held)
    write_text(tmp_path / "out", "new")
    assert (held.read_text(), (tmp_path / "out").read_text()) == ("held", "new")


@pytest.mark.parametrize("before", [0o600, 0o640, 0o644])
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path, before: int) -> None:
    path = tmp_path / "out"
    path.write_text("old")
    tmp_path.chmod(0o755)
    path.chmod(before)
    write_text(path, "new", force=True)
    assert (path.read_text(), mode(path)) == ("new", before)


def test_files_and_folders_are_as_private_as_the_folder_they_are_in(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    old = os.umask(0o022)
    try:
        make_folder(tmp_path / "open" / "deep")
        make_folder(tmp_path / "own", private=True)
        make_folder(tmp_path / "own" / "deep" / "deeper")
        for folder in ("open/deep", "own", "own/deep/deeper"):
            write_text(tmp_path / folder / "file", "text")
    finally:
        os.umask(old)
    modes = {path.relative_to(tmp_path).as_posix(): oct(mode(path)) for path in sorted(tmp_path.rglob("*"))}
    assert modes == {
        "open": "0o755",
        "open/deep": "0o755",
        "open/deep/file": "0o644",
        "own": "0o700",
        "own/deep": "0o700",
        "own/deep/deeper": "0o700",
        "own/deep/deeper/file": "0o600",
        "own/file": "0o600",
    }


KILLED = """
import os, signal, sys
from pipeline.recordings import written
with written(sys.argv[1]) as stream:
    stream.write(b"half")
    stream.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_part_of_a_killed_process_is_swept_by_the_next_write_into_its_folder(tmp_path: Path, root: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "out")], cwd=root, check=False)
    left = [path.name for path in tmp_path.iterdir()]
    (tmp_path / ".other.1.2.part").write_text("of another program")
    write_text(tmp_path / "another", "text")
    assert killed.returncode == -9
    assert len(left) == 1
    assert left[0].endswith(".turntempo.part")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".other.1.2.part", "another"]


def test_the_part_of_a_file_that_is_still_written_stays(tmp_path: Path) -> None:
    with written(tmp_path / "slow") as stream:
        stream.write(b"slow")
        write_text(tmp_path / "quick", "quick")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"slow": "slow", "quick": "quick"}


def test_an_error_while_writing_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("old")

    def broken_off() -> None:
        with written(path, force=True) as stream:
            stream.write(b"new")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_off()
    assert (path.read_text(), os.listdir(tmp_path)) == ("old", ["out"])


@pytest.mark.parametrize("name", ["x" * 250, "é" * 120, "x" * 300, "a\0b"])
def test_names_of_any_length_are_written_or_refused(tmp_path: Path, name: str) -> None:
    fits = "\0" not in name and len(name.encode()) <= 255
    if fits:
        write_text(tmp_path / name, "text")
    else:
        with pytest.raises(OutputError, match="cannot be written"):
            write_text(tmp_path / name, "text")
    assert os.listdir(tmp_path) == ([name] if fits else [])
