"""Opens a browser without its address in the list of processes: the address stands in a file of the user's own."""

from __future__ import annotations

import html
import os
import sys
import tempfile
import webbrowser
from pathlib import Path

LASTS_S = 60.0
"""How long the address in the file lets a browser in."""


def can_open() -> bool:
    """Whether there is a screen for a browser with windows: one in the terminal would take it from the messages."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class LaunchFile:
    """A page that goes on to an address, in a folder that only the user can read (0700, the file 0600)."""

    def __init__(self, address: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="turntempo-")
        self.path = Path(self._folder.name) / "open.html"
        target = html.escape(address, quote=True)
        page = '<!DOCTYPE html><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
        page += f'<meta http-equiv="refresh" content="0;url={target}">\n'
        with open(self.path, "x", encoding="utf-8", opener=_private) as file:
            file.write(page)

    def open(self) -> bool:
        """Show it in the browser of this machine; False: there is none."""
        try:
            return webbrowser.open(self.path.as_uri())
        except webbrowser.Error:
            return False

    def remove(self) -> None:
        """Remove the file and its folder; once is enough."""
        self._folder.cleanup()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
