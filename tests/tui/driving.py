"""Drive the app in tests: make one, wait until it has settled, read what it shows."""

from collections.abc import Callable
from typing import Any

from textual.app import App

from stages.settings import Settings
from tui.app import TurntempoApp

CAUTIOUS = Settings().replace({"endpointing.silence_ms": 1200, "barge_in.mode": "append"})

MakeApp = Callable[..., TurntempoApp]


async def settled(app: App[Any], pilot: Any) -> None:
    """Wait until no worker runs."""
    for _ in range(3):
        await pilot.pause()
        await app.workers.wait_for_complete()
    await pilot.pause()


def shown(app: TurntempoApp) -> str:
    """The text on the screen."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)
