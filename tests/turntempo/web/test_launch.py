"""The file that opens a browser, and what the list of processes shows."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.turntempo.web.clients import free_port
from turntempo.web.launch import LaunchFile, can_open

TOKEN = re.compile(r"token=([\w-]{40,})")


def test_the_address_stands_in_a_file_that_only_its_owner_reads() -> None:
    launch = LaunchFile("http://127.0.0.1:8000/launch?token=a&b")
    modes = [oct(path.stat().st_mode & 0o777) for path in (launch.path.parent, launch.path)]
    text = launch.path.read_text()
    launch.remove()
    assert modes == ["0o700", "0o600"]
    assert 'content="0;url=http://127.0.0.1:8000/launch?token=a&amp;b"' in text
    assert not launch.path.parent.exists()


def test_no_browser_is_opened_where_there_is_no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", "")
    without = can_open()
    monkeypatch.setenv("DISPLAY", ":0")
    assert (without, can_open()) == (False, True)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_token_is_printed_and_in_no_command_line(root: Path, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    browser = tmp_path / "browser"
    browser.write_text(
        f'#!/bin/sh\necho "$@" > {seen}.part\ncp "${{1#file://}}" {tmp_path}/opened.html\nmv {seen}.part {seen}\n'
    )
    browser.chmod(0o755)
    command = [sys.executable, "-m", "turntempo", "tui", "--web", "--open", "--port", str(free_port())]
    environment = os.environ | {"BROWSER": f"{browser} %s", "PYTHONPATH": str(root), "XDG_STATE_HOME": str(tmp_path)}
    with subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as server:
        try:
            printed = TOKEN.findall(server.stderr.readline() if server.stderr else "")
            for _ in range(200):
                if seen.exists():
                    break
                with pytest.raises(subprocess.TimeoutExpired):
                    server.wait(0.05)
            listed = b" ".join(path.read_bytes() for path in Path(f"/proc/{server.pid}").glob("cmdline"))
            environ = Path(f"/proc/{server.pid}/environ").read_bytes()
        finally:
            server.send_signal(signal.SIGINT)
            code = server.wait(20)
    opened = TOKEN.findall((tmp_path / "opened.html").read_text())
    assert (len(printed), len(opened), code) == (1, 1, 0)
    assert printed != opened
    assert TOKEN.findall(seen.read_text()) == []
    assert [token for token in (*printed, *opened) if token.encode() in listed + environ] == []
