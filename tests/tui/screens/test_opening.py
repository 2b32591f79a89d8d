from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, OptionList

from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tests.tui.driving import MakeApp, settled, shown
from tui.screens.diagnosing import DiagnoseScreen
from tui.screens.message_dialog import MessageDialog
from tui.screens.opening import OpenScreen
from tui.state import opener
from tui.state.turn_source import TurnSource


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """60 turns in a file, the third of which breaks a rule."""
    from pipeline.recordings import write

    path = tmp_path / "calls.jsonl"
    write(path, simulate(Profile.load("receptionist"), 60, seed=1), Settings())
    return path


async def test_what_there_is_to_open_is_listed_under_headings(
    make: MakeApp, recording: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(recording.parent)
    app = make(examples=(TurnSource("recording", "/x/tutor.jsonl.gz"),))
    async with app.run_test(size=size) as pilot:
        await settled(app, pilot)
        text = shown(app)
        for part in ("Example", "tutor.jsonl.gz", "calls.jsonl", "ai-tutor", "Choose what to open"):
            assert part in text


async def test_enter_opens_and_enter_goes_on(make: MakeApp, recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(recording.parent)
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.app_state.opened is not None
        assert len(app.app_state.opened.batch) == 60
        assert "60 turns" in shown(app)
        await pilot.press("enter")
        await settled(app, pilot)
        assert isinstance(app.screen, DiagnoseScreen)


async def open_path(pilot: Any, path: str) -> None:
    """As somebody types it."""
    await pilot.press("o")
    await pilot.pause()
    pilot.app.screen.query_one("#path", Input).value = path
    await pilot.press("enter")
    await settled(pilot.app, pilot)


async def test_a_vanished_file_is_shown_with_the_next_step_and_what_is_open_stays(
    make: MakeApp, source: TurnSource, tmp_path: Path
) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await pilot.press("1")
        before = app.app_state.opened
        await open_path(pilot, str(tmp_path / "gone.jsonl"))
        assert isinstance(app.screen, MessageDialog)
        assert "gone.jsonl" in app.screen.text
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, OpenScreen)
        assert app.app_state.opened is before


async def test_bad_lines_are_shown_by_file_and_line_and_can_be_left_out(make: MakeApp, recording: Path) -> None:
    lines = recording.read_text().splitlines()
    lines[3] = lines[3].replace('"end_ms":', '"end_ms":-')
    recording.write_text("\n".join(lines) + "\n")
    app = make()
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(app, pilot)
        await open_path(pilot, str(recording))
        assert isinstance(app.screen, MessageDialog)
        assert "calls.jsonl:4" in app.screen.text
        assert "leave out bad lines" in app.screen.text
        await pilot.press("escape", "o")
        await pilot.pause()
        app.screen.query_one("#path", Input).value = str(recording)
        app.screen.query_one("#skip_bad").toggle()  # type: ignore[attr-defined]
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.app_state.opened is not None
        assert len(app.app_state.opened.batch) == 59
        assert "1 line was" in shown(app)


async def test_a_profile_is_simulated_with_as_many_turns_as_asked(make: MakeApp) -> None:
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        options = app.screen.query_one("#sources", OptionList)
        options.highlighted = options.option_count - 1
        await pilot.press("o")
        await pilot.pause()
        app.screen.query_one("#turns", Input).value = "none"
        await pilot.press("enter")
        await pilot.pause()
        app.screen.query_one("#turns", Input).value = "250"
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.app_state.opened is not None
        assert (app.app_state.opened.title, len(app.app_state.opened.batch)) == ("support-call", 250)
        assert "Nothing here was measured" in shown(app)


async def test_a_file_named_at_the_start_is_opened_at_once(make: MakeApp, recording: Path) -> None:
    app = make(opener.source_at(str(recording)), named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        assert isinstance(app.screen, DiagnoseScreen)
        assert app.app_state.opened is not None
