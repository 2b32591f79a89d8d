"""An app that was started for some folders: no path that is typed, listed or remembered leads out of them."""

from pathlib import Path

import pytest
from textual.widgets import Input

from pipeline.recordings import write, write_settings
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tests.tui.driving import MakeApp, settled, shown
from tui.screens.exporting import ExportScreen
from tui.screens.message_dialog import MessageDialog
from tui.screens.save_dialog import SaveDialog
from tui.state.allowed import Allowed
from tui.state.memory import Memory, SavedState
from tui.state.turn_source import TurnSource


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The allowed folder, which is the working folder, with a recording; one like it stands outside."""
    for name in ("inside", "outside"):
        folder = tmp_path / name
        folder.mkdir()
        write(folder / f"{name}.jsonl", simulate(Profile.load("receptionist"), 40, seed=1), Settings())
        write_settings(folder / "agent.json", Settings(), force=True)
    monkeypatch.chdir(tmp_path / "inside")
    return tmp_path / "inside"


@pytest.fixture
def allowed(inside: Path) -> Allowed:
    return Allowed((inside.resolve(),))


@pytest.fixture
def wanted(inside: Path) -> TurnSource:
    return TurnSource("recording", str(inside / "inside.jsonl"))


@pytest.mark.parametrize(
    ("path", "settings"), [("../outside/outside.jsonl", ""), ("inside.jsonl", "../outside/agent.json")]
)
async def test_a_path_that_is_typed_to_be_opened(
    make: MakeApp, allowed: Allowed, wanted: TurnSource, path: str, settings: str
) -> None:
    app = make(wanted, allowed=allowed)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        before = app.app_state.opened
        await pilot.press("1", "o")
        await pilot.pause()
        app.screen.query_one("#path", Input).value = path
        app.screen.query_one("#settings", Input).value = settings
        await pilot.press("enter")
        await settled(app, pilot)
        assert isinstance(app.screen, MessageDialog)
        assert "outside of the folders" in app.screen.text
        assert before is not None
        assert app.app_state.opened is before


async def test_what_was_open_last_and_leads_outside_is_neither_opened_nor_listed_nor_forgotten(
    make: MakeApp, allowed: Allowed, inside: Path, tmp_path: Path
) -> None:
    memory = Memory(tmp_path / "state")
    outside = TurnSource("recording", str(inside.parent / "outside" / "outside.jsonl"))
    memory.save(SavedState("open").with_latest(SavedState().of(outside)))
    app = make(memory=memory, allowed=allowed)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        text = shown(app)
        assert app.app_state.opened is None
        app.remember()
    assert "outside.jsonl" not in text
    assert "inside.jsonl" in text
    assert [one.source for one in memory.load().sources] == [outside]


async def test_the_file_that_an_export_starts_from(make: MakeApp, allowed: Allowed, wanted: TurnSource) -> None:
    app = make(wanted, allowed=allowed)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await pilot.press("5")
        await settled(app, pilot)
        screen = app.screen
        assert isinstance(screen, ExportScreen)
        await pilot.press("b")
        screen.query_one("#base", Input).value = "../outside/agent.json"
        await pilot.press("enter")
        await settled(app, pilot)
        assert "outside of the folders" in shown(app)
        assert screen.made is None


@pytest.mark.parametrize(
    "path", ["../outside/new.json", "../outside/agent.json", "link.json", "~/new.json", "../outside"]
)
async def test_the_file_that_an_export_is_saved_as(
    make: MakeApp, allowed: Allowed, wanted: TurnSource, inside: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = inside.parent / "outside"
    (inside / "link.json").symlink_to(outside / "linked.json")
    monkeypatch.setenv("HOME", str(outside))
    before = {one.name: one.read_bytes() for one in outside.iterdir()}
    app = make(wanted, allowed=allowed)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await pilot.press("5")
        await settled(app, pilot)
        await pilot.press("s")
        await settled(app, pilot)
        assert isinstance(app.screen, SaveDialog)
        app.screen.query_one(Input).value = path
        await pilot.press("enter")
        await settled(app, pilot)
        assert "outside of the folders" in shown(app)
        app.screen.query_one(Input).value = "new.json"
        await pilot.press("enter")
        await settled(app, pilot)
    assert {one.name: one.read_bytes() for one in outside.iterdir()} == before
    assert (inside / "new.json").exists()


async def test_the_file_that_the_sliders_are_saved_as(
    make: MakeApp, allowed: Allowed, wanted: TurnSource, inside: Path
) -> None:
    app = make(wanted, allowed=allowed)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await pilot.press("3")
        await settled(app, pilot)
        await pilot.press("s")
        await pilot.pause()
        app.screen.query_one(Input).value = "../outside/sliders.json"
        await pilot.press("enter")
        await settled(app, pilot)
        assert "outside of the folders" in shown(app)
        app.screen.query_one(Input).value = "sliders.json"
        await pilot.press("enter")
        await settled(app, pilot)
    assert not (inside.parent / "outside" / "sliders.json").exists()
    assert (inside / "sliders.json").exists()
