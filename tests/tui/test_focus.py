"""The control that has the focus, and an empty box, can be seen in both themes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rich.color import Color
from textual.app import App, ComposeResult
from textual.widgets import Input, Select

import tui.app
from tui.app import DARK, LIGHT
from tui.widgets.forms.tick import Tick

LEAST = 60
"""How far apart two colours are at least, of 255, in the channel in which they differ most."""


class Form(App[None]):
    """One of each control."""

    CSS_PATH = Path(tui.app.__file__).with_name("app.tcss")

    def __init__(self, theme: str) -> None:
        super().__init__()
        self.theme = theme

    def compose(self) -> ComposeResult:
        yield Input("1", compact=True, id="before", select_on_focus=False)
        yield Select([("one", 1)], allow_blank=False, compact=True, id="select")
        yield Tick("a box", compact=True, id="tick")
        yield Input("word", compact=True, id="input", select_on_focus=False)


def row(app: App[Any], y: int) -> list[tuple[str, tuple[int, int, int] | None, tuple[int, int, int] | None]]:
    """Each cell of a line: its sign, its colour and its background."""
    cells = []
    for segment in app.screen._compositor.render_strips()[y]:
        style = segment.style
        colours = [_rgb(style.color), _rgb(style.bgcolor)] if style else [None, None]
        cells += [(sign, *colours) for sign in segment.text]
    return cells


def _rgb(colour: Color | None) -> tuple[int, int, int] | None:
    return None if colour is None or colour.triplet is None else tuple(colour.triplet)  # type: ignore[return-value]


def apart(one: Any, other: Any) -> int:
    assert one is not None
    assert other is not None
    return max(abs(int(a) - int(b)) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("theme", [DARK, LIGHT])
async def test_an_empty_box_has_a_colour_of_its_own(theme: str) -> None:
    app = Form(theme)
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        y = app.query_one("#tick").region.y
        bracket = next(cell for cell in row(app, y) if cell[0] == "[")
        assert apart(bracket[1], bracket[2]) > LEAST


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("name", ["select", "tick", "input"])
async def test_the_focus_changes_the_colours_of_a_control(theme: str, name: str) -> None:
    app = Form(theme)
    async with app.run_test(size=(40, 10)) as pilot:
        app.query_one("#before").focus()
        await pilot.pause()
        y = app.query_one(f"#{name}").region.y
        before = row(app, y)
        app.query_one(f"#{name}").focus()
        await pilot.pause()
        after = row(app, y)
        changed = [apart(one[2], other[2]) for one, other in zip(before, after, strict=True) if one[2] != other[2]]
        assert len(changed) > 5
        assert max(changed) > 40
