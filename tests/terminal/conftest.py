"""A real terminal: tmux, driven from outside."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


class Terminal:
    """One window of a new tmux server."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    def run(self, *arguments: str) -> str:
        """Runs a tmux command and returns its output."""
        command = ["tmux", "-S", str(self._socket), "-f", "/dev/null", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def press(self, *keys: str) -> None:
        """Keys as tmux names them: C-q, Left, Enter, 3."""
        self.run("send-keys", *keys)

    def type(self, text: str) -> None:
        self.run("send-keys", "-l", text)

    def resize(self, columns: int, rows: int) -> None:
        self.run("resize-window", "-x", str(columns), "-y", str(rows))

    def screen(self) -> str:
        return self.run("capture-pane", "-p")

    def wait(self, part: str, within_s: float = 90, *, gone: bool = False) -> None:
        """Wait until this text is on the screen, or until it is `gone`."""
        until = time.monotonic() + within_s
        while (part in (seen := self.screen())) is gone:
            if time.monotonic() > until:
                raise AssertionError(f"{part!r} never {'went' if gone else 'came'}; the screen shows\n{seen}")
            time.sleep(0.1)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """80 x 24 characters, with a shell in a new folder."""
    if shutil.which("tmux") is None:
        pytest.exit("no tmux on the PATH, which these tests are for: apt-get install tmux", returncode=2)
    found = Terminal(tmp_path / "tmux")
    found.run("new-session", "-d", "-x", "80", "-y", "24", "-c", str(tmp_path), "env", "PS1=$ ", "sh")
    yield found
    found.run("kill-server")
