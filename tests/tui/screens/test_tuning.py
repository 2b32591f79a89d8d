import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from textual.widgets import Input, Select

from pipeline.recordings import write
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tests import tutor_results
from tests.tui.driving import MakeApp, settled, shown
from tui.app import TurntempoApp
from tui.screens.confirm_dialog import ConfirmDialog
from tui.screens.exporting import ExportScreen
from tui.screens.tuning import TuneScreen
from tui.state.app_state import SearchResult
from tui.state.diagnosis_snapshot import complaint_of
from tui.state.turn_source import TurnSource
from tui.widgets.forms.field import Field
from tui.widgets.forms.movable import MovableSettings
from tui.widgets.forms.search_form_editor import SearchFormEditor
from tui.widgets.frontier import Frontier
from tui.widgets.search_pane import SearchPane
from tui.widgets.views import Views
from tui.workers.search_worker import SearchProgress
from tuner.recommendation.recommendation import Recommendation
from tuner.statistics.limits import default_limits
from tuner.support.case import create_case

FILES = {"settings.json", "recommendation.json", "frontier.csv", "journal.jsonl"}
ENDLESS = "10000000"
LONG_S = 20.0


async def tuning(app: TurntempoApp, pilot: Any, budget: str = "300") -> TuneScreen:
    """The screen, with a small budget."""
    await settled(app, pilot)
    await pilot.press("4")
    await settled(app, pilot)
    screen = app.screen
    assert isinstance(screen, TuneScreen)
    field(screen, "budget").value = budget
    await settled(app, pilot)
    return screen


async def found(app: TurntempoApp, pilot: Any, budget: str = "300") -> tuple[TuneScreen, Recommendation]:
    """After a search."""
    screen = await tuning(app, pilot, budget)
    await pilot.press("ctrl+r")
    await settled(app, pilot)
    assert app.app_state.result is not None
    return screen, app.app_state.result.recommendation


async def until(pilot: Any, holds: Any) -> None:
    """Lets the app go on until something holds."""
    for _ in range(4000):
        if holds():
            return
        await pilot.pause(0.005)
    pytest.fail("it never came to that")


async def stopped(app: TurntempoApp, pilot: Any, screen: TuneScreen, key: str) -> None:
    """Begun by this key, and stopped once it is under way."""
    screen.progress = None
    await pilot.press(key)
    await until(pilot, lambda: screen.progress is not None)
    await pilot.press("x")
    await settled(app, pilot)


def top(app: TurntempoApp) -> str:
    """The class of the screen that is shown."""
    return type(app.screen).__name__


def field(screen: TuneScreen, name: str) -> Input:
    return screen.query_one(f"#{name}-control", Input)


async def test_a_search_leaves_its_files_and_shows_what_it_came_to(
    make: MakeApp, source: TurnSource, size: tuple[int, int]
) -> None:
    app = make(source)
    async with app.run_test(size=size) as pilot:
        screen, result = await found(app, pilot)
        assert app.app_state.result is not None
        folder = app.app_state.result.folder
        assert folder.parent == app.memory.folder / "tuned"
        assert {path.name for path in folder.iterdir()} == FILES
        written = json.loads((folder / "recommendation.json").read_text())
        assert written["settings"] == result.settings.json_dict()
        assert written["evaluations"] == result.evaluations
        assert screen.query_one(Views).shown == "result"
        assert screen.search is None
        text = " ".join(shown(app).split())
        assert "on held-out turns" in text
        assert {"recommended": "Recommended", "too small": "Too few turns"}[result.status] in text


async def test_a_search_of_a_case_goes_against_what_its_customer_complains_of(make: MakeApp, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    create_case(folder, 'title = "It interrupts users in mid-sentence"\n', "case.toml")
    write(folder / "recording.jsonl", simulate(Profile.load("receptionist"), 300, seed=1), Settings())
    app = make(TurnSource("case", str(folder)))
    async with app.run_test(size=(120, 40)) as pilot:
        _, result = await found(app, pilot)
        assert app.app_state.opened is not None
        assert result.task.complaint == complaint_of(app.app_state.opened)
        assert result.task.complaint is not None


async def test_what_is_found_is_what_the_command_finds(make: MakeApp, source: TurnSource, tmp_path: Path) -> None:
    from pipeline.recordings import write
    from pipeline.simulation import Profile, simulate
    from tests.tui.driving import CAUTIOUS
    from turntempo.__main__ import main

    recording = tmp_path / "turns.jsonl"
    write(recording, simulate(Profile.load("ai-tutor"), 400, 7), CAUTIOUS)
    app = make(TurnSource("recording", str(recording)))
    async with app.run_test(size=(80, 24)) as pilot:
        await found(app, pilot)
        assert app.app_state.result is not None
        folder = app.app_state.result.folder
    assert main(["tune", str(recording), "--budget", "300", "-o", str(tmp_path / "out")]) == 0
    for name in FILES:
        assert (folder / name).read_bytes() == (tmp_path / "out" / name).read_bytes(), name


async def test_a_search_is_watched_as_it_goes(make: MakeApp, source: TurnSource, size: tuple[int, int]) -> None:
    app = make(source)
    async with app.run_test(size=size) as pilot:
        screen = await tuning(app, pilot, ENDLESS)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: screen.progress is not None)
        assert screen.query_one(Views).shown == "progress"
        text = shown(app)
        assert "tried," in text
        assert "Tried: ms" in text
        await pilot.press("x")
        await settled(app, pilot)


async def test_stopping_a_search_keeps_the_best_so_far_and_it_can_go_on(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await tuning(app, pilot, ENDLESS)
        assert not screen.check_action("resume", ())
        await stopped(app, pilot, screen, "ctrl+r")
        assert app.app_state.result is not None
        first = app.app_state.result.recommendation
        assert first.interrupted
        assert "stopped early" in shown(app)
        await stopped(app, pilot, screen, "c")
        second = app.app_state.result.recommendation
        assert second.evaluations >= first.evaluations
        assert (app.app_state.result.folder / "journal.jsonl").read_text().count('"schema"') == 1
        assert second.tuning.before == first.tuning.before


async def test_a_paused_search_does_not_go_on(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await tuning(app, pilot, ENDLESS)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: screen.progress is not None)
        await pilot.press("p")
        await until(pilot, lambda: screen.progress is not None and screen.progress.paused)
        before = screen.progress
        assert "Paused" in shown(app)
        for _ in range(20):
            await pilot.pause(0.005)
        assert screen.progress is before
        await pilot.press("p")
        await until(pilot, lambda: screen.progress is not None and not screen.progress.paused)
        await pilot.press("x")
        await settled(app, pilot)


@pytest.mark.parametrize("key", ["ctrl+q", ""])
async def test_leaving_the_app_during_a_search_leaves_no_thread(make: MakeApp, source: TurnSource, key: str) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await tuning(app, pilot, ENDLESS)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: screen.progress is not None)
        assert screen.search is not None
        thread = screen.search.thread
        if key:
            await pilot.press(key)
    thread.join(LONG_S)
    assert not thread.is_alive()
    assert "search" not in {one.name for one in threading.enumerate()}


async def test_a_search_that_the_app_was_left_in_can_go_on_later(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await tuning(app, pilot, ENDLESS)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: screen.progress is not None and screen.progress.evaluations > 300)
        assert screen.search is not None
        thread = screen.search.thread
        await pilot.press("ctrl+q", "y")
        await until(pilot, lambda: not app.is_running or app._exit)
    thread.join(LONG_S)
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await pilot.press("4")
        await settled(app, pilot)
        screen = app.screen  # type: ignore[assignment]
        await stopped(app, pilot, screen, "c")
        assert app.app_state.result is not None
        assert app.app_state.result.recommendation.evaluations > 0


async def test_opening_other_turns_ends_a_search(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await tuning(app, pilot, ENDLESS)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: screen.progress is not None)
        assert screen.search is not None
        thread, opened = screen.search.thread, app.app_state.opened
        assert opened is not None
        app.app_state.open(opened)
        await settled(app, pilot)
        thread.join(LONG_S)
        assert not thread.is_alive()
        assert app.app_state.result is None
        assert screen.check_action("search", ())


async def test_a_limit_that_is_no_number_is_shown_beside_its_field(
    make: MakeApp, source: TurnSource, size: tuple[int, int]
) -> None:
    app = make(source)
    async with app.run_test(size=size) as pilot:
        screen = await tuning(app, pilot)
        field(screen, "limit-cut_off_rate").value = "few"
        await pilot.press("ctrl+r")
        await settled(app, pilot)
        assert "write 3% or 0.03" in screen.query_one("#limit-cut_off_rate", Field).error
        assert screen.focused is field(screen, "limit-cut_off_rate")
        assert screen.search is None
        assert app.app_state.result is None
        field(screen, "limit-cut_off_rate").value = "4%"
        await pilot.press("enter")
        await settled(app, pilot)
        assert screen.query_one("#limit-cut_off_rate", Field).error == ""


async def test_limits_that_the_settings_in_force_miss_are_marked(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await tuning(app, pilot)
        missed = screen.query_one("#limit-missed_interrupt_rate", Field)
        assert missed.has_class("-missed")
        assert "!" in missed.note_text
        assert "✓" in screen.query_one("#limit-failed_rate", Field).note_text


async def test_settings_are_ticked_and_those_that_cannot_move_say_why(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await tuning(app, pilot)
        moving = screen.query_one(MovableSettings)
        moving.tick("endpointing.silence_ms")
        moving.tick("vad.silence_ms")
        await settled(app, pilot)
        form = screen.query_one(SearchFormEditor).form
        assert (form.locked, form.varied) == (("endpointing.silence_ms",), ("vad.silence_ms",))
        await pilot.press("ctrl+r")
        await settled(app, pilot)
        assert app.app_state.result is not None
        space = app.app_state.result.recommendation.space
        assert "vad.silence_ms" in space.names
        assert "endpointing.silence_ms" not in space.names


async def test_what_was_asked_and_found_comes_back(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await tuning(app, pilot, "250")
        field(screen, "limit-cut_off_rate").value = "4%"
        screen.query_one(MovableSettings).tick("endpointing.silence_ms")
        await settled(app, pilot)
        await pilot.press("ctrl+r")
        await settled(app, pilot)
        before = app.app_state.result
        await pilot.press("ctrl+q")
    assert before is not None
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await pilot.press("4")
        await settled(app, pilot)
        screen = app.screen  # type: ignore[assignment]
        form = screen.query_one(SearchFormEditor).form
        assert (form.limits, form.budget, form.locked) == (
            {"cut_off_rate": "4%"},
            "250",
            ("endpointing.silence_ms",),
        )
        assert app.app_state.result is not None
        assert app.app_state.result.recommendation.settings == before.recommendation.settings
        assert app.app_state.result.recommendation.frontier == before.recommendation.frontier
        assert screen.query_one(Views).shown == "result"


async def test_one_walks_along_the_trade_off_and_takes_a_point_to_the_sliders_or_to_export(
    make: MakeApp, source: TurnSource, size: tuple[int, int]
) -> None:
    app = make(source)
    async with app.run_test(size=size) as pilot:
        screen, _ = await found(app, pilot, "600")
        await pilot.press("v")
        await settled(app, pilot)
        curve = screen.query_one(Frontier)
        assert screen.focused is curve
        await pilot.press("home")
        first = curve.trade
        await pilot.press("right")
        second = curve.trade
        assert first is not None
        assert second is not None
        assert second.risk > first.risk
        assert second.ms < first.ms
        await pilot.press("left")
        assert curve.trade == first
        await pilot.press("k")
        assert curve.kind == "false_interrupt_rate"
        await pilot.press("k", "right", "t")
        await settled(app, pilot)
        assert app.app_state.sliders == second.settings
        await pilot.press("e")
        await settled(app, pilot)
        if top(app) == "ConfirmDialog":  # the point is not the recommendation
            await pilot.press("y")
            await settled(app, pilot)
        assert isinstance(app.screen, ExportScreen)
        assert app.app_state.picked == second
        assert app.screen.choice is not None
        assert app.screen.choice.settings == second.settings


async def test_the_trade_off_opens_on_the_recommendation_which_is_exported_without_a_question(
    make: MakeApp, source: TurnSource, tmp_path: Path
) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await tuning(app, pilot)
        recommended = tutor_results.recommendation()
        app.app_state.set_result(SearchResult(recommended, tmp_path))
        screen.query_one(Views).show("trade")
        await settled(app, pilot)
        curve = screen.query_one(Frontier)
        curve.focus()
        assert curve.trade is not None
        assert curve.trade.settings == recommended.settings
        assert "R the recommended settings" in shown(app)
        await pilot.press("e")
        await settled(app, pilot)
        assert isinstance(app.screen, ExportScreen)


async def test_leaving_during_a_search_asks_and_keeps_the_best_so_far(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await tuning(app, pilot, ENDLESS)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: screen.progress is not None and screen.progress.best is not None)
        await pilot.press("ctrl+q")
        assert isinstance(app.screen, ConfirmDialog)
        await pilot.press("n")
        assert screen.search is not None
        assert not screen.search.stopping
        folder = screen._folder
        await pilot.press("ctrl+q", "y")
        await until(pilot, lambda: not app.is_running or app._exit)
    status = json.loads((folder / "recommendation.json").read_text())["status"]
    wanted = FILES - {"settings.json"} if status == "infeasible" else FILES  # none may keep the limits so soon
    assert {one.name for one in folder.iterdir()} >= wanted


async def test_a_search_that_was_stopped_goes_on_only_for_what_it_was_asked(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await tuning(app, pilot, ENDLESS)
        await stopped(app, pilot, screen, "ctrl+r")
        assert screen.check_action("resume", ())
        await pilot.press("v", "v")
        screen.query_one(MovableSettings).tick("endpointing.silence_ms")
        await settled(app, pilot)
        assert not screen.check_action("resume", ())
        screen.query_one(MovableSettings).tick("endpointing.silence_ms")
        await settled(app, pilot)
        assert screen.check_action("resume", ())


async def test_keys_tick_settings(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await tuning(app, pilot)
        await pilot.press("m", "space", "down", "enter")
        await settled(app, pilot)
        first, second = screen.query_one(SearchFormEditor).form.locked
        assert (first, second) == ("endpointing.silence_ms", "endpointing.max_silence_ms")
        await pilot.press("space")
        await settled(app, pilot)
        assert screen.query_one(SearchFormEditor).form.locked == (first,)


async def test_in_a_narrow_terminal_curve_and_settings_stand_one_below_the_other(
    make: MakeApp, source: TurnSource
) -> None:
    app = make(source)
    async with app.run_test(size=(62, 18)) as pilot:
        screen, _ = await found(app, pilot)
        await pilot.press("v")
        await settled(app, pilot)
        assert screen.query_one(Frontier).layout.name == "vertical"
        text = shown(app)
        assert "┤" in text
        assert "Point" in text


async def test_a_typed_sum_is_searched_for(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await tuning(app, pilot)
        screen.query_one("#goal Select", Select).value = "sum"
        await settled(app, pilot)
        screen.query_one("#goal-sum", Input).value = "0.5*p50+0.5*p95"
        await pilot.press("ctrl+r")
        await settled(app, pilot)
        assert app.app_state.result is not None
        assert app.app_state.result.recommendation.task.goal.text == "0.5*p50+0.5*p95"


async def test_it_speaks_chinese(make: MakeApp, source: TurnSource, size: tuple[int, int]) -> None:
    app = make(source, language="zh")
    async with app.run_test(size=size) as pilot:
        await found(app, pilot)
        text = shown(app)
        assert "前后对比" in text
        await pilot.press("v")
        await settled(app, pilot)
        assert "推荐" in shown(app)


async def test_settings_beyond_the_limits_are_not_called_the_best(make: MakeApp, source: TurnSource) -> None:
    app, none = make(source), np.empty(0)
    beyond = SearchProgress("search", 5, 0.5, None, Settings(), None, none, none, none > 0, ())
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await tuning(app, pilot)
        pane = screen.query_one(SearchPane)
        screen.query_one(Views).show("progress")
        pane.show(beyond, Settings(), "p95")
        await settled(app, pilot)
        assert "None keeps the limits yet" in shown(app)
        assert "The best so far" not in shown(app)
        pane.show(replace(beyond, best_ms=900.0), Settings(), "p95")
        await settled(app, pilot)
        assert "The best so far, compared" in shown(app)


async def test_an_example_of_a_limit_does_not_read_as_one(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await tuning(app, pilot)
        example = field(screen, "others").placeholder
        assert example.startswith("none;")
        assert screen.query_one(SearchFormEditor).form.parsed_limits() == default_limits()
