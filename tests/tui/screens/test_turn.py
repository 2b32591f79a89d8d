"""One turn, scrubbed."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from textual.widgets import Static

from tests.tui.driving import MakeApp, settled, shown
from tui.app import TurntempoApp
from tui.screens.diagnosing import DiagnoseScreen
from tui.screens.turn import TurnScreen
from tui.state.turn_source import TurnSource
from tui.widgets.lanes import Lanes


async def turn_of(app: TurntempoApp, pilot: Any, group: int = 0) -> TurnScreen:
    """The slowest turn, or the first of a group so many places to the right."""
    await settled(app, pilot)
    await pilot.press("t", *["right"] * group, "enter")
    await settled(app, pilot)
    app.clear_notifications()
    assert isinstance(app.screen, TurnScreen)
    return app.screen


def notified(app: TurntempoApp) -> str:
    return " ".join(one.message for one in app._notifications)


def names(screen: TurnScreen) -> list[str]:
    """Of the settings that the turn is seen under."""
    return [run.named.name for run in screen.runs]


async def test_the_turn_is_drawn_with_what_came_of_it(make: MakeApp, source: TurnSource, size: tuple[int, int]) -> None:
    app = make(source, named=True)
    async with app.run_test(size=size) as pilot:
        screen = await turn_of(app, pilot, 2)
        assert screen.window.at_ms == 0
        assert screen.runs[0].outcome.cut_off
        text = shown(app)
        for part in ("cut off", "reply 1: premature", "user hears", "llm 1", "is done: the true end of the turn", "▲"):
            assert part in text
        assert screen.snapshot.turn_index.turn(int(screen.places[0])) in text


async def test_arrows_scrub_and_what_happens_there_is_shown(make: MakeApp, source: TurnSource) -> None:
    app = make(source, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await turn_of(app, pilot)
        lanes = screen.query_one(Lanes)
        column_ms = screen.window.length_ms / lanes.columns
        await pilot.press("right", "right", "left")
        assert screen.window.at_ms == pytest.approx(column_ms)
        await pilot.press("shift+right")
        assert screen.window.at_ms == pytest.approx(11 * column_ms)
        await pilot.press("ctrl+left", "ctrl+right", "left")
        assert screen.window.at_ms == pytest.approx(screen.runs[0].extent[0] + 39 * column_ms)
        await pilot.press("home")
        assert screen.window.at_ms == screen.runs[0].extent[0]
        await pilot.pause()
        assert "0 from its first word" in shown(app)
        await pilot.press("end")
        assert screen.window.at_ms == screen.runs[0].extent[1]


async def test_up_and_down_go_from_event_to_event(make: MakeApp, source: TurnSource) -> None:
    app = make(source, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await turn_of(app, pilot)
        moments = sorted({ms for ms, _ in screen.runs[0].events})
        here = moments.index(0.0)
        await pilot.press("down")
        assert screen.window.at_ms == moments[here + 1]
        await pilot.press("tab", "up", "shift+tab")
        assert screen.window.at_ms == 0
        await pilot.pause()
        assert "▸       +0  user       is done" in shown(app)


async def test_plus_and_minus_zoom_and_f_shows_the_whole_turn_or_its_gist(make: MakeApp, source: TurnSource) -> None:
    app = make(source, named=True)
    async with app.run_test(size=(140, 44)) as pilot:
        screen = await turn_of(app, pilot)
        before = screen.window
        await pilot.press("plus")
        assert screen.window.length_ms < before.length_ms
        assert screen.window.at_ms == before.at_ms
        await pilot.press("minus")
        assert screen.window.length_ms == pytest.approx(before.length_ms)
        await pilot.press("f")
        assert screen.window.is_whole
        await pilot.press("f")
        assert (screen.window.begin_ms, screen.window.end_ms) == screen.runs[0].decisive_span


async def test_n_and_p_go_through_the_turns_as_the_table_has_them(make: MakeApp, source: TurnSource) -> None:
    app = make(source, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await turn_of(app, pilot, 2)
        shown_first = screen.runs[0].log.world.turn.id
        await pilot.press("n")
        assert screen.runs[0].log.world.turn.id == screen.snapshot.turn_index.turn(int(screen.places[1]))
        await pilot.press("p")
        assert screen.runs[0].log.world.turn.id == shown_first
        await pilot.press("p")
        await settled(app, pilot)
        assert screen.cursor == 0
        assert "no turn beyond this one" in notified(app)


async def test_x_shows_the_same_turn_under_what_is_on_the_sliders_and_pinned(
    make: MakeApp, source: TurnSource, size: tuple[int, int]
) -> None:
    app = make(source, named=True)
    async with app.run_test(size=size) as pilot:
        screen = await turn_of(app, pilot)
        await pilot.press("x")
        await settled(app, pilot)
        assert names(screen) == ["now"]
        assert "Nothing else to show" in notified(app)
        sooner = app.app_state.sliders.replace({"endpointing.silence_ms": 500})
        app.app_state.move_sliders(sooner)
        app.app_state.pin("A", sooner.replace({"endpointing.silence_ms": 700}))
        app.clear_notifications()
        await pilot.press("x")
        await settled(app, pilot)
        assert names(screen) == ["now", "sliders"]
        assert [run.named.settings.endpointing.silence_ms for run in screen.runs] == [1200, 500]
        assert "on the sliders: endpointing.silence_ms 1200 ms → 500 ms" in shown(app)
        assert "in force: " in shown(app)
        await pilot.press("x")
        assert names(screen) == ["now", "A"]
        await pilot.press("x")
        assert names(screen) == ["now"]


async def test_the_comparison_follows_the_sliders_when_one_comes_back(make: MakeApp, source: TurnSource) -> None:
    app = make(source, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await turn_of(app, pilot)
        app.app_state.move_sliders(app.app_state.sliders.replace({"endpointing.silence_ms": 500}))
        await pilot.press("x", "right", "3")
        await settled(app, pilot)
        app.app_state.move_sliders(app.app_state.sliders.replace({"endpointing.silence_ms": 300}))
        at_ms = screen.window.at_ms
        await pilot.press("2")
        await settled(app, pilot)
        assert app.screen is screen
        assert screen.runs[1].named.settings.endpointing.silence_ms == 300
        assert screen.window.at_ms == at_ms


async def test_the_timeline_is_copied_as_text(make: MakeApp, source: TurnSource) -> None:
    app = make(source, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await turn_of(app, pilot)
        await pilot.press("c")
        assert app.clipboard.startswith(f"Turn {screen.runs[0].log.world.turn.id} of session ")
        assert "Every event" in app.clipboard


async def test_a_click_puts_the_cursor_there_and_dragging_moves_it(make: MakeApp, source: TurnSource) -> None:
    app = make(source, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await turn_of(app, pilot)
        await pilot.click("#lanes", offset=(14, 2))
        first = screen.window.at_ms
        await pilot.mouse_down("#lanes", offset=(40, 2))
        await pilot.hover("#lanes", offset=(60, 2))
        await pilot.mouse_up("#lanes", offset=(60, 2))
        assert first < 0
        assert screen.window.at_ms > first + 30 * screen.window.length_ms / 67


async def test_lanes_that_have_no_room_are_reached_by_page_down(make: MakeApp, source: TurnSource) -> None:
    app = make(source, named=True)
    async with app.run_test(size=(80, 18)) as pilot:
        screen = await turn_of(app, pilot, 2)
        lanes = screen.query_one(Lanes)
        assert "more" in shown(app)
        await pilot.press("pagedown")
        assert lanes.top > 0
        await pilot.press("pageup", "pageup")
        assert lanes.top == 0


async def test_a_resized_terminal_keeps_the_turn(make: MakeApp, source: TurnSource) -> None:
    app = make(source, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await turn_of(app, pilot)
        app.app_state.move_sliders(app.app_state.sliders.replace({"endpointing.silence_ms": 500}))
        await pilot.press("x", "right")
        at_ms = screen.window.at_ms
        for wide in ((140, 44), (20, 6), (80, 24)):
            await pilot.resize_terminal(*wide)
            await settled(app, pilot)
        assert screen.window.at_ms == at_ms
        assert str(screen.query_one("#now", Static).render())


async def test_escape_goes_back_to_the_table(make: MakeApp, source: TurnSource) -> None:
    app = make(source, named=True, language="zh")
    async with app.run_test(size=(80, 24)) as pilot:
        await turn_of(app, pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, DiagnoseScreen)


async def test_x_shows_what_a_search_recommends(make: MakeApp, source: TurnSource) -> None:
    app = make(source, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await turn_of(app, pilot)
        better = app.app_state.sliders.replace({"endpointing.silence_ms": 400})
        found = SimpleNamespace(recommendation=SimpleNamespace(settings=better))
        app.app_state.result = cast(Any, found)
        await pilot.press("x")
        await settled(app, pilot)
        assert names(screen) == ["now", "found"]
        assert "recommended: endpointing.silence_ms 1200 ms → 400 ms" in shown(app)
