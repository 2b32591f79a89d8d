"""One command at a time works in a folder; a lock whose owner is dead is taken over."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.writing import locked
from stages.errors import OutputError

HOLDS = """
import os, sys
from pathlib import Path
from pipeline.writing import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path, root: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the folder until its input ends."""
    arguments = [sys.executable, "-c", HOLDS, str(tmp_path)]
    with subprocess.Popen(arguments, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


def test_a_folder_that_is_held_is_refused_with_its_owner_and_since_when(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    with pytest.raises(OutputError, match=rf"process {holder.pid} of .*, since 20\d\d-"), locked(tmp_path):
        pass


def test_a_folder_that_is_given_up_meanwhile_is_waited_for(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    assert holder.stdin is not None
    holder.stdin.close()
    with locked(tmp_path, wait_s=60) as former:
        assert former is None
    assert holder.wait() == 0
    assert list(tmp_path.iterdir()) == []


def test_the_lock_of_a_killed_owner_is_taken_over_and_told(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    with locked(tmp_path) as former:
        assert former is not None
        assert former.process == holder.pid
    with locked(tmp_path) as former:
        assert former is None


def test_who_holds_a_folder_may_hold_it_again(tmp_path: Path) -> None:
    with locked(tmp_path), locked(tmp_path):
        pass
    assert os.listdir(tmp_path) == []


def test_a_link_in_the_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / ".turntempo.lock").symlink_to(tmp_path / "target")
    with pytest.raises(OutputError, match="cannot be written"), locked(tmp_path):
        pass
    assert not (tmp_path / "target").exists()
