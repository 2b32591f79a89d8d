"""What has no end or waits for ever is no file."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from pipeline.recordings.regular_file import open_regular


def test_a_file_is_opened(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    with open_regular(tmp_path / "a") as stream:
        assert stream.read() == b"abc"


def test_a_device_is_refused() -> None:
    with pytest.raises(OSError, match="no regular file"):
        open_regular("/dev/zero")


def test_a_named_pipe_that_nobody_writes_into_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="no regular file"):
        open_regular(tmp_path / "pipe")


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as held:
        held.bind("s")
        with pytest.raises(OSError, match=r"."):
            open_regular("s")


def test_a_folder_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        open_regular(tmp_path)


def test_what_the_shell_hands_over_is_read() -> None:
    reader, writer = os.pipe()
    os.write(writer, b"abc")
    os.close(writer)
    with open_regular(f"/dev/fd/{reader}") as stream:
        assert stream.read() == b"abc"
    os.close(reader)
