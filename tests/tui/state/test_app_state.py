from dataclasses import dataclass, field
from typing import Any

import pytest
from textual.app import App

from stages.settings import Settings
from tui.state.app_state import Desk, Opened
from tui.state.opener import opened
from tui.state.source import Source


@pytest.fixture(scope="module")
def turns() -> Opened:
    return opened(Source("profile", "receptionist", turns=60))


@pytest.fixture
def desk(turns: Opened) -> Desk:
    found = Desk(App[Any]())
    found.open(turns)
    return found


def waiting(silence_ms: float) -> Settings:
    return Settings().replace({"endpointing.silence_ms": silence_ms})


def test_turns_are_opened_with_the_settings_in_force_on_the_sliders(desk: Desk, turns: Opened) -> None:
    assert desk.sliders == turns.settings
    assert not desk.undo()


def test_what_was_tried_is_undone_and_done_again_step_by_step(desk: Desk) -> None:
    desk.slide(waiting(700))
    desk.slide(waiting(800))
    assert desk.undo()
    assert desk.sliders == waiting(700)
    assert desk.redo()
    assert desk.sliders == waiting(800)
    assert not desk.redo()


def test_a_new_try_after_an_undo_leaves_nothing_to_do_again(desk: Desk) -> None:
    desk.slide(waiting(700))
    desk.undo()
    desk.slide(waiting(900))
    assert not desk.redo()


def test_a_slider_put_where_it_is_is_no_step(desk: Desk) -> None:
    desk.slide(desk.sliders)
    assert not desk.undo()


def test_a_pin_stays_until_other_turns_are_opened(desk: Desk, turns: Opened) -> None:
    desk.pin("A", waiting(500))
    desk.slide(waiting(900))
    assert desk.pins == {"A": waiting(500)}
    desk.pin("A", None)
    assert desk.pins == {}
    desk.pin("B", waiting(500))
    desk.open(turns)
    assert desk.pins == {}


@dataclass
class Watcher:
    seen: list[Any] = field(default_factory=list)


async def test_every_change_is_told_once_to_those_who_watch(turns: Opened) -> None:
    app = App[Any]()
    async with app.run_test() as pilot:
        desk, told = Desk(app), Watcher()
        desk.sliding.subscribe(app, told.seen.append)
        desk.open(turns)
        desk.slide(waiting(900))
        desk.undo()
        await pilot.pause()
        assert told.seen == [turns.settings, waiting(900), turns.settings]
