"""What a recording does not show is said not to be known on every screen, and never shown as zero."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Input

from pipeline.recordings import write
from pipeline.simulation import Profile, simulate
from tests.tui.driving import MakeApp, settled, shown
from tui.state.turn_source import TurnSource

SCREENS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "open": (("1",), ("No response time was measured",)),
    "diagnose, findings": (("2", "f"), ("not known from this recording: users cut off",)),
    "diagnose, figures": (("g",), ("not known",)),
    "diagnose, turns": (("t",), ("cut off ?", "missed intr. ?")),
    "turn": (("enter",), ("pauses not known", "speech over the agent not known")),
    "try": (("escape", "3"), ("not known", "interrupts not known")),
    "tune, setup": (("4",), ("not known ?",)),
    "tune, trade-off": (("ctrl+r", "v"), ("Users cut off: not known from this recording",)),
}
"""Screen -> the keys that lead there from the screen before, and what is said there."""


@pytest.fixture
def bare(tmp_path: Path) -> TurnSource:
    """60 turns of 12 sessions of which nobody recorded pauses or overlaps."""
    path, lines = tmp_path / "bare.jsonl", []
    write(path, simulate(Profile.load("receptionist"), 60, seed=1))
    for line in path.read_text().splitlines():
        turn = json.loads(line)
        turn["speech"].pop("pauses", None)
        turn.pop("overlaps", None)
        lines.append(json.dumps(turn))
    path.write_text("\n".join(lines) + "\n")
    return TurnSource("recording", str(path))


async def test_what_is_not_known_is_said_on_every_screen(make: MakeApp, bare: TurnSource) -> None:
    app = make(bare)
    missing: dict[str, list[str]] = {}
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(app, pilot)
        await pilot.press("4")
        await settled(app, pilot)
        app.screen.query_one("#budget-control", Input).value = "60"
        for name, (keys, said) in SCREENS.items():
            for key in keys:
                await pilot.press(key)
                await settled(app, pilot)
            text = " ".join(shown(app).split())
            missing[name] = [one for one in said if one not in text]
    assert {name: one for name, one in missing.items() if one} == {}
