"""The Connect screen: a recording of calls, its settings replayed as they move, and better ones searched for."""

from pathlib import Path
from typing import Any

from stages.connect_settings import ConnectSettings, parse
from tests.tui.conftest import NOW
from tests.tui.driving import MakeApp, settled, shown
from tests.tui.screens.test_no_figure_is_cut import figures
from tui.app import TurntempoApp
from tui.screens.connecting import ConnectScreen
from tui.state.opener import source_at
from tui.state.turn_source import TurnSource
from tuner.connect.inputs import settings_in
from tuner.connect.search import ConnectTuned
from turntempo.__main__ import main

SIZES = ((60, 20), (80, 24), (120, 40))


def screen(app: TurntempoApp) -> ConnectScreen:
    assert isinstance(app.screen, ConnectScreen)
    return app.screen


async def press(app: TurntempoApp, pilot: Any, *keys: str) -> None:
    for one in keys:
        await pilot.press(one)
        await settled(app, pilot)


def tuned(app: TurntempoApp) -> ConnectTuned:
    found = screen(app).tuned
    assert found is not None
    return found


async def test_a_recording_of_calls_opens_on_its_own_screen(make: MakeApp, calls: TurnSource) -> None:
    assert calls.kind == "calls"
    app = make(calls, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        found = screen(app).gauge
        assert found is not None
        assert found.settings == parse(NOW)
        text = shown(app)
        assert "The check turns away" in text
        assert "[2 Connect]" in text
        assert "Tune" not in text
        await press(app, pilot, "4")
        assert isinstance(app.screen, ConnectScreen)
        await press(app, pilot, "1")
        assert app.current_mode == "open"
        await press(app, pilot, "2")
        assert isinstance(app.screen, ConnectScreen)


async def test_a_moved_setting_is_replayed_at_once_and_can_be_undone(make: MakeApp, calls: TurnSource) -> None:
    app = make(calls, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        before = screen(app).gauge
        await press(app, pilot, "home")
        after = screen(app).gauge
        assert before is not None
        assert after is not None
        assert after.settings.check.threshold is None
        assert after.figures["turned_away_rate"].value == 0
        assert (after.figures["connected_rate"].value or 0) > (before.figures["connected_rate"].value or 0)
        await press(app, pilot, "u")
        assert screen(app).gauge == before


async def test_the_recommended_settings_go_on_the_sliders_and_into_a_file(
    make: MakeApp, calls: TurnSource, tmp_path: Path
) -> None:
    app = make(calls, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await press(app, pilot, "b")
        assert screen(app).steps.value == parse(NOW)
        await press(app, pilot, "ctrl+r", "b")
        assert screen(app).steps.value == tuned(app).recommended
        assert "Recommended" in shown(app)
        await press(app, pilot, "s", "enter")
        assert settings_in(Path("connect.json")) == tuned(app).recommended


async def test_limits_that_nothing_keeps_recommend_nothing(make: MakeApp, calls: TurnSource) -> None:
    app = make(calls, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await press(app, pilot, "t", *"connected_rate=99%", "enter", "ctrl+r", "b")
        assert tuned(app).recommended is None
        assert screen(app).steps.value == parse(NOW)
        assert "No settings that the recording can judge keep the limits" in shown(app)


async def test_a_limit_of_no_figure_is_refused_in_the_dialog(make: MakeApp, calls: TurnSource) -> None:
    app = make(calls, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await press(app, pilot, "t", *"speed=9", "enter")
        assert not isinstance(app.screen, ConnectScreen)
        assert "speed" in shown(app)


async def test_a_typed_value_keeps_its_range(make: MakeApp, calls: TurnSource) -> None:
    app = make(calls, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await press(app, pilot, "enter", *["backspace"] * 4, *"0.37", "enter")
        assert screen(app).steps.value.check.threshold == 0.37
        await press(app, pilot, "enter", *["backspace"] * 4, *"7", "enter")
        assert not isinstance(app.screen, ConnectScreen)


async def test_turns_opened_after_calls_have_their_own_screens_again(
    make: MakeApp, calls: TurnSource, source: TurnSource
) -> None:
    app = make(calls, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await press(app, pilot, "1")
        opening = app.screen
        opening.open(source)  # type: ignore[attr-defined]
        await settled(app, pilot)
        assert app.app_state.calls is None
        await press(app, pilot, "2")
        assert app.current_mode == "diagnose"
        assert "[2 Diagnose]" in shown(app)
    assert [one.source.kind for one in app.memory.load().sources] == ["profile", "calls"]


async def test_the_app_goes_on_with_the_calls_that_were_open_last(make: MakeApp, calls: TurnSource) -> None:
    first = make(calls, named=True)
    async with first.run_test(size=(80, 24)) as pilot:
        await settled(first, pilot)
    again = make(memory=first.memory)
    async with again.run_test(size=(80, 24)) as pilot:
        await settled(again, pilot)
        assert isinstance(again.screen, ConnectScreen)


async def test_a_recording_without_settings_says_that_the_defaults_are_taken(make: MakeApp, calls: TurnSource) -> None:
    lines = Path("calls.jsonl").read_text().splitlines(keepends=True)
    Path("bare.jsonl").write_text("".join(lines[1:]))
    app = make(source_at("bare.jsonl"), named=True)
    async with app.run_test(size=(180, 40)) as pilot:
        await settled(app, pilot)
        assert screen(app).steps.value == ConnectSettings()
        await press(app, pilot, "1")
        text = shown(app)
        assert "so the defaults" in text
        assert "in the recording" not in text


async def test_what_a_small_screen_shows_stands_on_a_large_one_too(make: MakeApp, calls: TurnSource) -> None:
    app = make(calls, named=True)
    async with app.run_test(size=(240, 130)) as pilot:
        await settled(app, pilot)
        await press(app, pilot, "ctrl+r", "b")
        app.clear_notifications()
        known = figures(shown(app))
        assert len(known) > 30
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await settled(app, pilot)
            assert figures(shown(app)) - known == set()


async def test_the_report_is_written_without_a_case(make: MakeApp, calls: TurnSource) -> None:
    app = make(calls, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await press(app, pilot, "e", "enter")
        assert {path.name for path in Path("report").iterdir()} == {"report.html", "report.md", "reply.md"}
        assert "What to change" in Path("report/report.md").read_text()


async def test_a_case_about_calls_opens_on_their_screen(make: MakeApp, calls: TurnSource) -> None:
    assert main(["case", "new", "late", "--title", "calls do not connect"]) == 0
    assert main(["case", "attach", "late", "--calls", calls.name]) == 0
    app = make(source_at("late"), named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        assert isinstance(app.screen, ConnectScreen)


async def test_too_few_calls_to_search_on_are_an_error_and_the_findings_stay(make: MakeApp, calls: TurnSource) -> None:
    Path("few.jsonl").write_text("".join(Path("calls.jsonl").read_text().splitlines(keepends=True)[:150]))
    app = make(source_at("few.jsonl"), named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await press(app, pilot, "ctrl+r")
        assert "has 149 calls" in shown(app)
        await press(app, pilot, "escape")
        assert screen(app).tuned is None
        assert "Turned away by the check" in shown(app)
