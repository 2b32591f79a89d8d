"""What each screen looks like; `pytest tests/tui/screens/test_pictures.py --snapshot-update` takes the pictures anew.

What keys do is tested elsewhere: these are to be looked at when they change.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.recordings import write
from pipeline.simulation import Profile, censor, simulate
from tests.slow_agent import SLOW
from tests.tui.driving import MakeApp, settled
from tui.state.turn_source import TurnSource

SCREENS: dict[str, tuple[str, ...]] = {
    "open": ("1",),
    "diagnose": ("2",),
    "turn": ("2", "t", "enter", "right", "right"),
    "try": ("3", "down", "down", "shift+left", "a", "left"),
    "tune": ("4",),
    "export": ("5",),
}
"""Screen -> the keys that lead there."""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TurnSource:
    """A recording whose path is the same wherever the tests run."""
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    folder = tmp_path / "recordings"
    folder.mkdir()
    monkeypatch.chdir(folder)
    write("calls.jsonl", censor(simulate(Profile.load("ai-tutor"), 400, seed=3), SLOW), SLOW)
    return TurnSource("recording", "calls.jsonl", profile="ai-tutor")


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_looks_as_it_did(
    make: MakeApp, source: TurnSource, size: tuple[int, int], name: str, snap_compare: Callable[..., bool]
) -> None:
    app = make(source)

    async def led(pilot: Any) -> None:
        await settled(app, pilot)
        for key in SCREENS[name]:
            await pilot.press(key)
            await settled(app, pilot)
        app.clear_notifications()
        await settled(app, pilot)

    assert snap_compare(app, terminal_size=size, run_before=led)


def test_the_light_theme_looks_as_it_did(make: MakeApp, source: TurnSource, snap_compare: Callable[..., bool]) -> None:
    app = make(source)

    async def led(pilot: Any) -> None:
        await settled(app, pilot)
        await pilot.press("ctrl+t", "3")
        await settled(app, pilot)
        app.clear_notifications()
        await settled(app, pilot)

    assert snap_compare(app, terminal_size=(140, 44), run_before=led)


def test_chinese_looks_as_it_did(make: MakeApp, source: TurnSource, snap_compare: Callable[..., bool]) -> None:
    app = make(source, language="zh")

    async def led(pilot: Any) -> None:
        await settled(app, pilot)
        await pilot.press("3")
        await settled(app, pilot)
        app.clear_notifications()
        await settled(app, pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=led)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_calls_look_as_they_did(
    make: MakeApp, calls: TurnSource, size: tuple[int, int], snap_compare: Callable[..., bool]
) -> None:
    app = make(calls, named=True)

    async def led(pilot: Any) -> None:
        await settled(app, pilot)
        for key in ("ctrl+r", "home"):
            await pilot.press(key)
            await settled(app, pilot)
        app.clear_notifications()
        await settled(app, pilot)

    assert snap_compare(app, terminal_size=size, run_before=led)
