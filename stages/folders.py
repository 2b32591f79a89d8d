"""The folders for state and cache of the user, in the places of each system (XDG on Linux)."""

from __future__ import annotations

from pathlib import Path

import platformdirs

NAME = "turntempo"


def cache_folder() -> Path:
    """The folder for data that can be computed again: the compiled kernel."""
    return platformdirs.user_cache_path(NAME, appauthor=False)


def state_folder() -> Path:
    """The folder for what the app keeps between two runs."""
    return platformdirs.user_state_path(NAME, appauthor=False)
