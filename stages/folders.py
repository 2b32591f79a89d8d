"""The user's folders that turntempo writes to on its own: each system's own places (XDG on Linux)."""

from __future__ import annotations

from pathlib import Path

import platformdirs

NAME = "turntempo"


def cache_folder() -> Path:
    """For what can be computed again: the compiled kernel."""
    return platformdirs.user_cache_path(NAME, appauthor=False)


def state_folder() -> Path:
    """For what the app remembers between two runs."""
    return platformdirs.user_state_path(NAME, appauthor=False)
