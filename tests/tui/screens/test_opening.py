from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, OptionList, Static

from pipeline.simulation import Profile, simulate
from pipeline.simulation.stage_file import Probed, stage_file_text
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
    await open_typed(pilot, path)


async def open_typed(pilot: Any, path: str) -> None:
    """Type it into the dialog, and open it."""
    field = pilot.app.screen.query_one("#path", Input)
    field.value = path
    field.focus()
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


@pytest.fixture
def stages(tmp_path: Path) -> Path:
    """What a probe of an LLM measured: a first token after a second or more."""
    probed = Probed(stage="llm", endpoint="http://x/v1", model="m", measured="2026-11-30", requests=40)
    values = [1000.0 + step for step in range(40)]
    tables = {"llm": {"ttft_ms": {"values": values, "source": "a probe"}, "first_turn": {"value": 1.0, "source": "s"}}}
    path = tmp_path / "llm.toml"
    path.write_text(stage_file_text(probed, tables))
    return path


async def test_a_profile_is_simulated_with_stages_that_were_measured(make: MakeApp, stages: Path) -> None:
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await pilot.press("o")
        await pilot.pause()
        app.screen.query_one("#stages", Input).value = str(stages)
        await open_typed(pilot, "support-call")
        opened = app.app_state.opened
        assert opened is not None
        assert opened.source.stage_files == (str(stages),)
        assert (opened.inputs.complete.ttft_ms >= 1000).all()


async def test_stages_without_a_profile_and_a_file_that_is_none_are_refused(
    make: MakeApp, recording: Path, stages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(recording.parent)
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await pilot.press("o")
        await pilot.pause()
        app.screen.query_one("#stages", Input).value = str(stages)
        await open_typed(pilot, str(recording))
        assert "choose a profile, too" in " ".join(str(app.screen.query_one("#wrong", Static).render()).split())
        assert app.app_state.opened is None
        app.screen.query_one("#stages", Input).value = str(recording)
        await open_typed(pilot, "support-call")
        assert isinstance(app.screen, MessageDialog)
        assert app.app_state.opened is None


async def test_a_name_in_the_list_takes_one_line(
    make: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.recordings import write

    monkeypatch.chdir(tmp_path)
    name = "a-recording-of-calls-with-a-long-name-of-the-second-week.jsonl"
    write(tmp_path / name, simulate(Profile.load("receptionist"), 5, seed=1), Settings())
    app = make()
    async with app.run_test(size=(60, 20)) as pilot:
        await settled(app, pilot)
        text = shown(app)
        assert "a-recording-of-calls" in text
        assert "second-week" not in text
