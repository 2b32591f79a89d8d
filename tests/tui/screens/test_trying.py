import json
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, Static

from tests.tui.driving import CAUTIOUS, MakeApp, settled, shown
from tui.app import TurntempoApp
from tui.screens.message_dialog import MessageDialog
from tui.screens.trying import TryScreen
from tui.state.turn_source import TurnSource
from tui.widgets.cards import Cards
from tui.widgets.sliders import Sliders
from tuner.statistics.gauge import gauge

WAIT = "endpointing.silence_ms"


async def trying(app: TurntempoApp, pilot: Any) -> TryScreen:
    """The screen, with the cursor on the wait."""
    await settled(app, pilot)
    await pilot.press("3")
    await settled(app, pilot)
    screen = app.screen
    assert isinstance(screen, TryScreen)
    screen.query_one(Sliders).select(WAIT)
    await settled(app, pilot)
    return screen


def wait_ms(app: TurntempoApp) -> float:
    return app.app_state.sliders.endpointing.silence_ms


async def test_a_key_moves_the_slider_and_the_figures_follow(
    make: MakeApp, source: TurnSource, size: tuple[int, int]
) -> None:
    app = make(source)
    async with app.run_test(size=size) as pilot:
        screen = await trying(app, pilot)
        before = screen.gauge
        await pilot.press("left")
        await settled(app, pilot)
        assert wait_ms(app) == 1180
        assert screen.gauge is not None
        assert screen.gauge != before
        opened = app.app_state.opened
        assert opened is not None
        assert screen.gauge.figures == gauge(opened.batch, app.app_state.sliders, opened.limits).figures
        card = next(one for one in screen.query_one(Cards).cards if one.name == "response_ms.p50")
        assert card.better
        assert "1 changed" in shown(app)


async def test_far_moves_ends_and_typed_values(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(100, 30)) as pilot:
        await trying(app, pilot)
        await pilot.press("shift+left")
        assert wait_ms(app) == 1000
        await pilot.press("end")
        assert wait_ms(app) == 3000
        await pilot.press("enter")
        await pilot.pause()
        app.screen.query_one(Input).value = "645"
        await pilot.press("enter")
        await settled(app, pilot)
        assert wait_ms(app) == 645
        await pilot.press("right")
        assert wait_ms(app) == 650


async def test_a_typed_value_that_breaks_a_rule_is_shown_and_can_be_mended(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await trying(app, pilot)
        await pilot.press("enter")
        await pilot.pause()
        app.screen.query_one(Input).value = "soon"
        await pilot.press("enter")
        await pilot.pause()
        assert WAIT in str(app.screen.query_one("#wrong", Static).content)
        await pilot.press("escape")
        await pilot.pause()
        assert wait_ms(app) == 1200


async def test_a_burst_of_keys_ends_at_the_figures_of_the_last(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await trying(app, pilot)
        await pilot.press(*["left"] * 12)
        await settled(app, pilot)
        assert screen.gauge is not None
        assert screen.gauge.settings == app.app_state.sliders
        assert wait_ms(app) < 1000


async def test_undo_and_redo_go_back_and_forth(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await trying(app, pilot)
        await pilot.press("left", "left", "u")
        await settled(app, pilot)
        assert wait_ms(app) == 1180
        assert screen.gauge is not None
        assert screen.gauge.settings == app.app_state.sliders
        await pilot.press("y")
        assert wait_ms(app) == 1160


async def test_pins_are_kept_compared_with_and_brought_back(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(140, 44)) as pilot:
        screen = await trying(app, pilot)
        await pilot.press("left", "a", "left", "b", "left")
        await settled(app, pilot)
        assert {name: kept.endpointing.silence_ms for name, kept in app.app_state.pins.items()} == {
            "A": 1180,
            "B": 1160,
        }
        await pilot.press("c")
        await settled(app, pilot)
        assert screen.compared_with().endpointing.silence_ms == 1180
        assert "pin A" in shown(app)
        await pilot.press("c", "c")
        await settled(app, pilot)
        assert "the settings in force" in shown(app)
        await pilot.press("A")
        assert wait_ms(app) == 1180


async def test_without_a_pin_nothing_is_brought_back(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await trying(app, pilot)
        await pilot.press("left", "B")
        assert wait_ms(app) == 1180


async def test_one_setting_or_all_are_put_back_as_they_are_in_force(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await trying(app, pilot)
        await pilot.press("left", "down", "left", "r")
        assert app.app_state.sliders == CAUTIOUS.replace({WAIT: 1180})
        await pilot.press("R")
        assert app.app_state.sliders == CAUTIOUS


async def test_a_slider_is_dragged_by_the_mouse(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await trying(app, pilot)
        sliders = screen.query_one(Sliders)
        row = 4 - sliders.scroll_offset.y
        await pilot.mouse_down(sliders, offset=(sliders.size.width - 2, row - 1))
        await pilot.pause()
        most = wait_ms(app)
        await pilot.hover(sliders, offset=(0, row - 1))
        await pilot.mouse_up(sliders, offset=(33, row - 1))
        await settled(app, pilot)
        assert most == 3000


async def test_the_setting_under_the_cursor_is_explained(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await trying(app, pilot)
        about = str(app.screen.query_one("#about", Static).content)
        assert about.startswith(f"{WAIT}: end the turn after this much silence")


async def test_what_is_on_the_sliders_is_saved_as_a_settings_file(
    make: MakeApp, source: TurnSource, tmp_path: Path
) -> None:
    app, path = make(source), tmp_path / "tried.json"
    async with app.run_test(size=(80, 24)) as pilot:
        await trying(app, pilot)
        await pilot.press("left", "s")
        await pilot.pause()
        app.screen.query_one(Input).value = str(path)
        await pilot.press("enter")
        await settled(app, pilot)
        assert json.loads(path.read_text())["endpointing"]["silence_ms"] == 1180
        await pilot.press("s")
        await pilot.pause()
        app.screen.query_one(Input).value = str(path)
        await pilot.press("enter")
        await pilot.pause()
        assert "there already" in str(app.screen.query_one("#wrong", Static).content)


async def test_a_replay_that_fails_is_shown_and_the_screen_stays_usable(
    make: MakeApp, source: TurnSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await trying(app, pilot)

        def broken(*_: object) -> None:
            raise ValueError("no such turn")

        monkeypatch.setattr("tui.screens.trying.gauge", broken)
        await pilot.press("left")
        await settled(app, pilot)
        assert isinstance(app.screen, MessageDialog)
        assert "no such turn" in app.screen.text
        monkeypatch.undo()
        await pilot.press("escape", "left")
        await settled(app, pilot)
        assert isinstance(app.screen, TryScreen)
        assert app.screen.gauge is not None
        assert app.screen.gauge.settings == app.app_state.sliders


async def test_the_list_follows_the_cursor_to_the_last_setting(
    make: MakeApp, source: TurnSource, size: tuple[int, int]
) -> None:
    app = make(source)
    async with app.run_test(size=size) as pilot:
        screen = await trying(app, pilot)
        assert "resume_ms" not in shown(app)
        await pilot.press(*["pagedown"] * 6)
        await settled(app, pilot)
        assert "›" in shown(app)
        assert "resume_ms" in shown(app)
        assert screen.query_one(Sliders).model == screen._models[-1]
        await pilot.press(*["pageup"] * 6)
        await settled(app, pilot)
        assert "vad" in shown(app)
