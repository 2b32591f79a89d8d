"""`turntempo broker` where it cannot run: it says why, and what to do."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from stages.errors import InputError
from turntempo.fleet import mosquitto


def test_where_there_is_no_mosquitto_the_error_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(mosquitto, "ALSO_LOOKED_IN", ())
    with pytest.raises(InputError, match="apt-get install mosquitto"):
        mosquitto.program()


def test_a_port_that_is_taken_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found(monkeypatch, tmp_path, "sleep 60")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError, match=f"port {taken.getsockname()[1]}: cannot be listened on"):
            mosquitto.serve("127.0.0.1", taken.getsockname()[1], lambda port: None)


def test_an_address_that_is_none_of_this_machine_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found(monkeypatch, tmp_path, "sleep 60")
    with pytest.raises(InputError, match=r"192\.0\.2\.1, port 0"):
        mosquitto.serve("192.0.2.1", 0, lambda port: None)


def test_a_mosquitto_that_ends_by_itself_is_an_error_with_its_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found(monkeypatch, tmp_path, "exit 3")
    with pytest.raises(InputError, match="code 3"):
        mosquitto.serve("127.0.0.1", 0, lambda port: None)


def found(monkeypatch: pytest.MonkeyPatch, folder: Path, does: str) -> None:
    """A program in mosquitto's place."""
    program = folder / "mosquitto"
    program.write_text(f"#!/bin/sh\n{does}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(mosquitto, "program", lambda: str(program))
