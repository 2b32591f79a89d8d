from pathlib import Path

import pytest
from textual.messages import ExitApp
from textual.widgets import HelpPanel

from tests.tui.driving import MakeApp, settled, shown
from tui.app import DARK, LIGHT, TO_SCREENS
from tui.screens.input_dialog import InputDialog
from tui.screens.message_dialog import MessageDialog
from tui.screens.opening import OpenScreen
from tui.screens.trying import TryScreen
from tui.state.memory import Memory
from tui.state.turn_source import TurnSource
from tui.widgets.banner import SCREENS
from tui.widgets.key_bar import KeyBar
from tui.widgets.sliders import Sliders


@pytest.mark.parametrize(("key", "name"), [(str(place), name) for place, name in enumerate(SCREENS, 1)])
async def test_each_screen_has_a_key_and_says_where_one_is(
    make: MakeApp, source: TurnSource, key: str, name: str
) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await pilot.press(key)
        await pilot.pause()
        assert app.current_mode == name
        assert f"[{key} " in shown(app)


async def test_with_nothing_open_every_other_screen_says_what_to_do(make: MakeApp, size: tuple[int, int]) -> None:
    app = make()
    async with app.run_test(size=size) as pilot:
        for key in "2345":
            await pilot.press(key)
            await pilot.pause()
            assert "press 1" in shown(app)


async def test_a_click_on_a_screen_s_name_goes_there(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await pilot.click("Tab", offset=(2, 0))
        await pilot.pause()
        assert isinstance(app.screen, OpenScreen)


async def test_leaving_and_coming_back_restores_where_one_was(
    make: MakeApp, source: TurnSource, tmp_path: Path
) -> None:
    memory = Memory(tmp_path / "state")
    app = make(source, memory=memory)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await pilot.press("3", "ctrl+t")
        await settled(app, pilot)
        await pilot.press("right", "a", "right")
        await settled(app, pilot)
        sliders, pins = app.app_state.sliders, app.app_state.pins
        await pilot.press("ctrl+q")
    again = make(memory=memory)
    async with again.run_test(size=(80, 24)) as pilot:
        await settled(again, pilot)
        assert isinstance(again.screen, TryScreen)
        assert (again.app_state.sliders, again.app_state.pins, again.theme) == (sliders, pins, LIGHT)
        assert again.app_state.opened is not None
        assert again.app_state.opened.source == source


async def test_a_file_that_is_gone_by_now_does_not_keep_the_app_from_starting(make: MakeApp, tmp_path: Path) -> None:
    from pipeline.recordings import write
    from pipeline.simulation import Profile, simulate

    memory, path = Memory(tmp_path / "state"), tmp_path / "a.jsonl"
    write(path, simulate(Profile.load("receptionist"), 30, seed=1), None)
    app = make(TurnSource("recording", str(path)), memory=memory)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await pilot.press("ctrl+q")
    path.unlink()
    again = make(memory=memory)
    async with again.run_test(size=(80, 24)) as pilot:
        await settled(again, pilot)
        assert isinstance(again.screen, OpenScreen)
        assert "no longer there" in shown(again)


async def test_the_theme_is_dark_or_light(make: MakeApp) -> None:
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.theme == DARK
        await pilot.press("ctrl+t")
        assert app.theme == LIGHT


async def test_help_lists_the_keys_and_goes_away_again(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(140, 44)) as pilot:
        await settled(app, pilot)
        await pilot.press("3", "question_mark")
        await pilot.pause()
        assert app.screen.query(HelpPanel)
        await pilot.press("question_mark")
        await pilot.pause()
        assert not app.screen.query(HelpPanel)


async def test_the_help_explains_the_setting_under_the_cursor(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(140, 44)) as pilot:
        await settled(app, pilot)
        await pilot.press("3")
        await settled(app, pilot)
        sliders = app.screen.query_one(Sliders)
        sliders.focus()
        sliders.select("eager.threshold")
        await pilot.press("question_mark")
        await settled(app, pilot)
        assert "preemptive generation" in " ".join(shown(app).split())
        sliders.select("llm.hedge")
        await settled(app, pilot)
        assert "a second LLM request beside a slow one" in (sliders.HELP or "")
        assert "slow attempt alive" in " ".join(shown(app).split())


@pytest.mark.parametrize(("language", "said"), [("en", "how long a ready reply waits"), ("zh", "已就绪的应答")])
async def test_a_term_is_explained_from_the_palette(
    make: MakeApp, source: TurnSource, language: str, said: str
) -> None:
    app = make(source, language=language)
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(app, pilot)
        assert app.tr("palette.explain") in {one.title for one in app.get_system_commands(app.screen)}
        app.action_explain()
        await pilot.pause()
        await pilot.press(*"floorr", "enter")
        await pilot.pause()
        assert "floor" in shown(app)
        assert isinstance(app.screen, InputDialog)
        await pilot.press("backspace", "enter")
        await pilot.pause()
        assert isinstance(app.screen, MessageDialog)
        assert said in app.screen.text
        await pilot.press("escape")
        await pilot.pause()
        assert not app.screen.is_modal


async def test_every_key_at_the_foot_of_a_screen_is_in_the_palette_too(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(140, 44)) as pilot:
        await settled(app, pilot)
        for name in SCREENS:
            app.action_go(name)
            await settled(app, pilot)
            commands = {one.title for one in app.get_system_commands(app.screen)}
            shown_keys = [one.binding for one in app.screen.active_bindings.values() if one.binding.show]
            described = {one.description for one in shown_keys if one.group is not TO_SCREENS}
            assert described - {app.tr("key.palette")} <= commands


async def test_every_key_at_the_foot_of_a_screen_is_seen_at_80_columns(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        for name in SCREENS:
            app.action_go(name)
            await settled(app, pilot)
            assert app.screen.query_one(KeyBar).shown_keys()
            for one in app.screen.query_one(KeyBar).shown_keys():
                assert one.does in shown(app), (name, one)


async def test_a_tiny_terminal_is_said_and_a_larger_one_goes_on(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await pilot.press("3")
        await pilot.resize_terminal(30, 8)
        await settled(app, pilot)
        assert "The terminal is too small" in shown(app)
        await pilot.resize_terminal(140, 44)
        await settled(app, pilot)
        assert "median" in shown(app)
        await pilot.resize_terminal(1, 1)
        await settled(app, pilot)


async def test_the_app_speaks_chinese(make: MakeApp, source: TurnSource) -> None:
    app = make(source, language="zh")
    async with app.run_test(size=(140, 44)) as pilot:
        await settled(app, pilot)
        await pilot.press("3")
        await settled(app, pilot)
        text = shown(app)
        for word in ("试调", "用户被抢话", "撤销", "帮助"):
            assert word in text


async def test_the_sliders_are_kept_when_the_app_is_told_to_end(
    make: MakeApp, source: TurnSource, tmp_path: Path
) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        app.app_state.move_sliders(app.app_state.sliders.replace({"endpointing.silence_ms": 710}))
        app.post_message(ExitApp())
        await pilot.pause()
    (kept,) = Memory(tmp_path / "state").load().sources
    assert kept.sliders is not None
    assert kept.sliders.endpointing.silence_ms == 710
