"""Takes the pictures of the terminal app in docs/pictures, in a scripted run on the bundled support case."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tui.app import TurntempoApp
from tui.state import opener
from tui.state.memory import Memory
from turntempo.__main__ import main as turntempo

ROOT = Path(__file__).parents[1]
DATA, PICTURES = ROOT / "turntempo" / "data", ROOT / "docs" / "pictures"
SIZE = (140, 44)
NOW = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)

SHOTS: dict[str, tuple[str, ...]] = {
    "open": ("1",),
    "diagnose": ("2",),
    "turn": ("t", "down", "down", "enter", *["down"] * 9),
    "try": ("escape", "3", "down", *["shift+left"] * 2, "down", *["shift+left"] * 3),
    "tune": ("4", "ctrl+r"),
    "export": ("5", "v"),
}
"""Picture -> the keys that lead to it from the picture before."""

_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""Fonts that the picture would load from another host."""


async def shoot(case: Path, memory: Path) -> None:
    app = TurntempoApp(opener.source_at(str(case)), memory=Memory(memory), now=lambda: NOW, who="lea")
    async with app.run_test(size=SIZE) as pilot:
        await settled(app, pilot)
        for name, keys in SHOTS.items():
            for key in keys:
                await pilot.press(key)
                await settled(app, pilot)
            app.clear_notifications()
            await settled(app, pilot)
            picture = _FONTS.sub("", app.export_screenshot(title="turntempo tui"))
            (PICTURES / f"{name}.svg").write_text(picture, encoding="utf-8")


async def settled(app: TurntempoApp, pilot: Any) -> None:
    """Wait until no worker runs."""
    for _ in range(3):
        await pilot.pause()
        await app.workers.wait_for_complete()


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # so that the pictures show no path of this machine
        case = Path("slow-tutor")
        at = ("--at", NOW.isoformat(), "--who", "lea")
        turntempo(["case", "new", str(case), "--form", str(DATA / "intake.toml"), *at])
        files = ("--recording", str(DATA / "tutor.jsonl.gz"), "--config", str(DATA / "join.json"), "--vendor", "agora")
        turntempo(["case", "attach", str(case), *files, *at])
        asyncio.run(shoot(case, Path(folder) / "state"))


if __name__ == "__main__":
    main()
