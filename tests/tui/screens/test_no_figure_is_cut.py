"""At every size a figure is shown whole or not at all: labels and limits go first.

A figure that is cut looks like another one. So what a small screen shows is compared with a very large one, in the same
state of the same app: each figure of the small one stands on the large one too.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from stages.i18n import LANGUAGES
from tests import tutor_results
from tests.tui.driving import MakeApp, settled, shown
from tui.app import TurntempoApp
from tui.state.app_state import SearchResult
from tui.state.turn_source import TurnSource

LARGE = (240, 130)
SIZES = ((60, 20), (80, 24), (140, 44))

SCREENS: dict[str, tuple[str, ...]] = {
    "open": ("1",),
    "diagnose, findings": ("2", "f", "z"),
    "diagnose, parts": ("2", "w"),
    "diagnose, distribution": ("2", "d"),
    "diagnose, figures": ("2", "g"),
    "diagnose, turns": ("2", "t"),
    "diagnose, all areas": ("z",),
    "turn": ("t", "enter", "tab"),
    "turn beside other settings": ("x",),
    "try": ("escape", "3", "shift+left", "a", "left"),
    "tune, setup": ("4",),
    "tune, result": ("v", "v"),
    "tune, trade-off": ("v",),
    "export": ("5",),
    "export, difference": ("v",),
}
"""Screen -> the keys that lead there from the screen before."""

FIGURE = re.compile(r"(?<![A-Za-z\d])\d+(?:,\d+)*(?:\.\d+)?%?(?: ms)?")
LEFT_OUT = re.compile(r"\+\d+(?= |$)|[▲▼] \d+ more|[▲▼] 另有 \d+ 行|…\S+|\S+…|^(?:reply|应答) .*")
"""How many items do not fit; names that are cut; the lane of replies, which has their numbers."""
AXIS = re.compile(r"[┬┴]")


def figures(text: str) -> set[str]:
    """All figures but those on an axis, whose ticks depend on the width."""
    found: set[str] = set()
    below_axis = False
    for line in text.splitlines():
        if not below_axis and not AXIS.search(line) and "┤" not in line:
            found |= {one.removesuffix(" ms") for one in FIGURE.findall(LEFT_OUT.sub(" ", line))}
        below_axis = bool(AXIS.search(line))
    return found


async def led(app: TurntempoApp, pilot: Any, keys: tuple[str, ...]) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(app, pilot)
    app.clear_notifications()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_a_small_screen_shows_stands_on_a_large_one_too(
    make: MakeApp, source: TurnSource, language: str, tmp_path: Path
) -> None:
    app = make(source, language=language)
    wrong: dict[str, list[str]] = {}
    async with app.run_test(size=LARGE) as pilot:
        await settled(app, pilot)
        app.app_state.set_result(SearchResult(tutor_results.recommendation(), tmp_path))
        group, known = "", set[str]()
        for name, keys in SCREENS.items():
            await led(app, pilot, keys)
            seen_before = known if name.startswith(f"{group},") else set[str]()
            group, known = name.partition(",")[0], seen_before | figures(shown(app))
            assert known
            for size in SIZES:
                await pilot.resize_terminal(*size)
                await settled(app, pilot)
                small = shown(app)
                wrong[f"{name} at {size[0]}x{size[1]}"] = sorted(figures(small) - known)
                assert "\n" in small
            await pilot.resize_terminal(*LARGE)
            await settled(app, pilot)
    assert {place: cut for place, cut in wrong.items() if cut} == {}


def test_a_figure_that_is_cut_is_found() -> None:
    assert figures("cut off 9.≤3%") - figures("cut off 9.3% ≤3%") == {"9"}
    assert figures("│ 16,083 10,627-38,3") - figures("│ 16,083 10,627-38,318") == {"38,3"}
    assert figures("silence 2,000, llm 512 +3") == {"2,000", "512"}
