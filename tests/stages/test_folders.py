import sys
from pathlib import Path

import pytest

from stages.folders import cache_folder, state_folder


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="XDG base directories are those of Linux")
def test_on_linux_the_folders_are_those_of_xdg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert (cache_folder(), state_folder()) == (Path("/cache/turntempo"), Path("/state/turntempo"))
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("XDG_STATE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "turntempo"
    assert state_folder() == Path.home() / ".local" / "state" / "turntempo"


def test_the_folders_are_the_products_own_and_two() -> None:
    assert "turntempo" in cache_folder().parts
    assert "turntempo" in state_folder().parts
    assert cache_folder() != state_folder()
