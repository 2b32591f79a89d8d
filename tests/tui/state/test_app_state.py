from dataclasses import dataclass, field
from typing import Any

import pytest
from textual.app import App

from stages.settings import Settings
from tui.state.app_state import AppState, Opened
from tui.state.opener import open_source
from tui.state.turn_source import TurnSource


@pytest.fixture(scope="module")
def turns() -> Opened:
    return open_source(TurnSource("profile", "receptionist", turns=60))


@pytest.fixture
def app_state(turns: Opened) -> AppState:
    found = AppState(App[Any]())
    found.open(turns)
    return found


def waiting(silence_ms: float) -> Settings:
    return Settings().replace({"endpointing.silence_ms": silence_ms})


def test_turns_are_opened_with_the_settings_in_force_on_the_sliders(app_state: AppState, turns: Opened) -> None:
    assert app_state.sliders == turns.settings
    assert not app_state.undo()


def test_what_was_tried_is_undone_and_done_again_step_by_step(app_state: AppState) -> None:
    app_state.move_sliders(waiting(700))
    app_state.move_sliders(waiting(800))
    assert app_state.undo()
    assert app_state.sliders == waiting(700)
    assert app_state.redo()
    assert app_state.sliders == waiting(800)
    assert not app_state.redo()


def test_a_new_try_after_an_undo_leaves_nothing_to_do_again(app_state: AppState) -> None:
    app_state.move_sliders(waiting(700))
    app_state.undo()
    app_state.move_sliders(waiting(900))
    assert not app_state.redo()


def test_a_slider_put_where_it_is_is_no_step(app_state: AppState) -> None:
    app_state.move_sliders(app_state.sliders)
    assert not app_state.undo()


def test_a_pin_stays_until_other_turns_are_opened(app_state: AppState, turns: Opened) -> None:
    app_state.pin("A", waiting(500))
    app_state.move_sliders(waiting(900))
    assert app_state.pins == {"A": waiting(500)}
    app_state.pin("A", None)
    assert app_state.pins == {}
    app_state.pin("B", waiting(500))
    app_state.open(turns)
    assert app_state.pins == {}


@dataclass
class Watcher:
    seen: list[Any] = field(default_factory=list)


async def test_every_change_is_published_once_to_its_subscribers(turns: Opened) -> None:
    app = App[Any]()
    async with app.run_test() as pilot:
        app_state, watcher = AppState(app), Watcher()
        app_state.sliders_changed.subscribe(app, watcher.seen.append)
        app_state.open(turns)
        app_state.move_sliders(waiting(900))
        app_state.undo()
        await pilot.pause()
        assert watcher.seen == [turns.settings, waiting(900), turns.settings]
