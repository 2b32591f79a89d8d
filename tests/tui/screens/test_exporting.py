import json
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Button, Checkbox, Input, Select

from pipeline.recordings import write
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tests.slow_agent import SLOW
from tests.tui.driving import MakeApp, settled, shown
from tui.app import TurntempoApp
from tui.screens.confirm_dialog import ConfirmDialog
from tui.screens.exporting import ExportScreen
from tui.screens.message_dialog import MessageDialog
from tui.screens.save_dialog import SaveDialog
from tui.state import opener
from tui.state.allowed import Allowed
from tui.state.turn_source import TurnSource
from tui.widgets.views import Views
from tuner.targets import target
from turntempo.__main__ import main

SECRET = "sk-proj-" + "a1B2c3D4" * 5
JOIN = """{
    "name": "tutor",
    "properties": {
        "llm": {"url": "https://llm.example/v1", "api_key": "SECRET"},
        "turn_detection": {
            "config": {"end_of_speech": {"mode": "vad", "vad_config": {"silence_duration_ms": 1500}}}
        }
    }
}
""".replace("SECRET", SECRET)
AT = ("--at", "2026-11-22T12:00+00:00", "--who", "ana")


def ran(*words: object) -> None:
    assert main([str(word) for word in words]) == 0


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case at Agora with a recommendation."""
    work = tmp_path_factory.mktemp("exporting")
    recording, config, case = work / "turns.jsonl", work / "join.json", work / "case"
    write(recording, simulate(Profile.load("ai-tutor"), 600, seed=3), SLOW)
    config.write_text(JOIN)
    ran("case", "new", case, "--title", "Late answers", *AT)
    attached = ("--recording", recording, "--config", config, "--vendor", "agora", "--force")
    ran("case", "attach", case, *attached, *AT)
    ran("tune", case, "--budget", "300")
    return case


@pytest.fixture
def case(tuned: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    import shutil

    return Path(shutil.copytree(tuned, tmp_path / "case"))


async def exporting(app: TurntempoApp, pilot: Any) -> ExportScreen:
    await settled(app, pilot)
    await pilot.press("5")
    await settled(app, pilot)
    assert isinstance(app.screen, ExportScreen)
    return app.screen


def choose(screen: ExportScreen, which: str, value: str) -> None:
    screen.query_one(f"#{which}", Select).value = value


def last(case: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((case / "log.jsonl").read_text().splitlines()[-1])
    return found


async def test_what_is_added_to_a_case_is_what_the_command_writes(
    make: MakeApp, case: Path, size: tuple[int, int], tmp_path: Path
) -> None:
    app = make(opener.source_at(str(case)))
    async with app.run_test(size=size) as pilot:
        screen = await exporting(app, pilot)
        assert screen.choice is not None
        text = screen.choice.description
        await pilot.press("a")
        await settled(app, pilot)
    files = {path.name: path.read_bytes() for path in (case / "export").iterdir()}
    event = last(case)
    assert (event["kind"], event["who"], event["text"]) == (
        "exported",
        "tester",
        f"{text} as a configuration of Agora Conversational AI",
    )
    assert set(event["files"]) == {f"export/{name}" for name in files}
    ran("export", case, "--force")
    assert {path.name: path.read_bytes() for path in (case / "export").iterdir()} == files
    assert last(case)["text"] == event["text"]


@pytest.mark.parametrize("key", ["a", "r"])
async def test_a_case_with_a_link_out_of_the_allowed_folders_is_not_written_into(
    make: MakeApp, case: Path, tmp_path: Path, key: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    app = make(opener.source_at(str(case)), allowed=Allowed((case.resolve(),)))
    async with app.run_test(size=(80, 24)) as pilot:
        await exporting(app, pilot)
        for name in ("export", "report"):
            (case / name).symlink_to(elsewhere)
        await pilot.press(key)
        await settled(app, pilot)
        assert isinstance(app.screen, MessageDialog)
        assert "outside of the folders" in app.screen.text
    assert list(elsewhere.iterdir()) == []


async def test_the_difference_is_shown_by_signs_and_secrets_are_out(
    make: MakeApp, case: Path, size: tuple[int, int]
) -> None:
    app = make(opener.source_at(str(case)))
    async with app.run_test(size=size) as pilot:
        screen = await exporting(app, pilot)
        screen.query_one("#what", Select).value = "in_force"
        await settled(app, pilot)
        app.app_state.move_sliders(app.app_state.sliders.replace({"endpointing.silence_ms": 700}))
        await settled(app, pilot)
        choose(screen, "what", "sliders")
        await settled(app, pilot)
        assert "Not proven" in shown(app)
        assert SECRET not in shown(app)
        await pilot.press("v")
        await settled(app, pilot)
        lines = [line.strip() for line in shown(app).splitlines()]
        removed, put = ([line for line in lines if line.startswith(sign)] for sign in "-+")
        assert len(removed) >= 2
        assert len(put) >= 2
        assert size[0] == 80 or any("700" in line for line in put)
        await pilot.press("v")
        await settled(app, pilot)
        assert "Secrets taken out" in shown(app)
        assert screen.query_one(Views).shown == "notes"
        screen.query_one("#keep", Checkbox).value = True
        await settled(app, pilot)
        assert screen.made is not None
        assert SECRET in screen.made.leaving.text


async def test_an_export_that_is_there_is_replaced_only_when_that_is_confirmed(make: MakeApp, case: Path) -> None:
    app = make(opener.source_at(str(case)))
    (case / "export").mkdir()
    (case / "export" / "config.json").write_text("mine")
    async with app.run_test(size=(80, 24)) as pilot:
        await exporting(app, pilot)
        await pilot.press("a")
        await settled(app, pilot)
        assert isinstance(app.screen, ConfirmDialog)
        await pilot.press("n")
        await settled(app, pilot)
        assert (case / "export" / "config.json").read_text() == "mine"
        await pilot.press("a")
        await settled(app, pilot)
        await pilot.press("y")
        await settled(app, pilot)
        assert (case / "export" / "config.json").read_text() != "mine"


@pytest.mark.parametrize("vendor", ["agora", "toml", "pipecat"])
async def test_a_saved_export_is_byte_for_byte_what_the_command_writes(
    make: MakeApp, source: TurnSource, tmp_path: Path, vendor: str
) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await exporting(app, pilot)
        choose(screen, "format", vendor)
        await settled(app, pilot)
        assert screen.choice is not None
        assert screen.choice.name == "in_force"
        await pilot.press("s")
        await settled(app, pilot)
        app.screen.query_one(Input).value = str(tmp_path / "out")
        await pilot.press("enter")
        await settled(app, pilot)
        assert isinstance(app.screen, ExportScreen)
    ran("export", str(source.settings_file), "--to", vendor, "-o", tmp_path / "command")
    assert (tmp_path / "out").read_bytes() == (tmp_path / "command").read_bytes()


async def test_saving_asks_twice_before_it_replaces_and_names_what_is_wrong(
    make: MakeApp, source: TurnSource, tmp_path: Path
) -> None:
    app = make(source)
    path = tmp_path / "mine.json"
    path.write_text("mine")
    async with app.run_test(size=(80, 24)) as pilot:
        await exporting(app, pilot)
        await pilot.press("s")
        await settled(app, pilot)
        dialog = app.screen
        assert isinstance(dialog, SaveDialog)
        for typed, error in ((str(tmp_path), "not a folder"), (str(tmp_path / "no" / "x"), "there is no folder")):
            dialog.query_one(Input).value = typed
            await pilot.press("enter")
            await settled(app, pilot)
            assert error in shown(app)
        dialog.query_one(Input).value = str(path)
        await pilot.press("enter")
        await settled(app, pilot)
        assert path.read_text() == "mine"
        await pilot.press("enter")
        await settled(app, pilot)
        assert path.read_text() == "mine"  # Enter in the field never replaces
        dialog.query_one("#replace", Button).press()
        await settled(app, pilot)
        assert isinstance(app.screen, ExportScreen)
        assert path.read_text() != "mine"


async def test_it_is_copied(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await exporting(app, pilot)
        await pilot.press("y")
        assert screen.made is not None
        assert app.clipboard == screen.made.leaving.text


async def test_a_base_that_is_not_there_is_shown_and_nothing_can_be_saved(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await exporting(app, pilot)
        await pilot.press("b")
        screen.query_one("#base", Input).value = "/no/such.json"
        await pilot.press("enter")
        await settled(app, pilot)
        assert "there is no such file" in shown(app)
        assert screen.made is None
        screen.query_one("#base", Input).value = ""
        await pilot.press("enter")
        await settled(app, pilot)
        assert screen.made is not None


async def test_pins_and_sliders_can_be_exported_and_are_shown_as_unproven(make: MakeApp, source: TurnSource) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await exporting(app, pilot)
        tried = Settings().replace({"endpointing.silence_ms": 900})
        app.app_state.pin("A", tried)
        app.app_state.move_sliders(Settings())
        await settled(app, pilot)
        assert [value for _, value in screen.query_one("#what", Select)._options] == ["sliders", "A", "in_force"]
        choose(screen, "what", "A")
        choose(screen, "format", "json")
        await settled(app, pilot)
        assert screen.made is not None
        assert json.loads(screen.made.export.text)["endpointing"]["silence_ms"] == 900
        assert "Not proven" in shown(app)
        app.app_state.pin("A", None)
        await settled(app, pilot)
        assert screen.choice is not None
        assert screen.choice.name != "A"


@pytest.mark.parametrize("key", ["a", "r"])
async def test_a_case_that_has_gone_meanwhile_is_shown_and_the_screen_stays_usable(
    make: MakeApp, case: Path, key: str, tmp_path: Path
) -> None:
    app = make(opener.source_at(str(case)))
    async with app.run_test(size=(80, 24)) as pilot:
        await exporting(app, pilot)
        case.rename(tmp_path / "elsewhere")
        await pilot.press(key)
        await settled(app, pilot)
        assert isinstance(app.screen, MessageDialog)
        assert "no such folder" in app.screen.text
        await pilot.press("escape")
        await settled(app, pilot)
        assert isinstance(app.screen, ExportScreen)
        assert not case.exists()


async def test_a_report_of_a_case_is_written_in_both_languages_and_logged(make: MakeApp, case: Path) -> None:
    app = make(opener.source_at(str(case)))
    async with app.run_test(size=(80, 24)) as pilot:
        await exporting(app, pilot)
        await pilot.press("r")
        await settled(app, pilot)
    names = {"report.html", "report.md", "reply.md", "report.zh.html", "report.zh.md", "reply.zh.md"}
    files = {path.name: path.read_bytes() for path in (case / "report").iterdir()}
    assert set(files) == names
    assert (last(case)["kind"], last(case)["who"]) == ("reported", "tester")
    ran("report", case, "--at", "2026-11-22T23:30+00:00")
    assert {path.name: path.read_bytes() for path in (case / "report").iterdir()} == files


@pytest.mark.parametrize("key", ["a", "r"])
async def test_without_a_case_the_next_step_is_shown(make: MakeApp, source: TurnSource, key: str) -> None:
    app = make(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await exporting(app, pilot)
        await pilot.press(key)
        await settled(app, pilot)
        assert isinstance(app.screen, MessageDialog)
        assert "turntempo case new" in app.screen.text


async def test_it_speaks_chinese(make: MakeApp, case: Path, size: tuple[int, int]) -> None:
    app = make(opener.source_at(str(case)), language="zh")
    async with app.run_test(size=size) as pilot:
        await exporting(app, pilot)
        await pilot.press("v", "v")
        await settled(app, pilot)
        assert "已去除的密钥" in shown(app)


async def sliders_into_an_old_form(app: TurntempoApp, pilot: Any, base: Path) -> ExportScreen:
    """Settings of Agora's present form on the sliders, and a file of its old one, which lacks most of them."""
    base.write_text(json.dumps({"properties": {"vad": {"silence_duration_ms": 1800, "interrupt_duration_ms": 900}}}))
    screen = await exporting(app, pilot)
    tried = {"endpointing.silence_ms": 500, "endpointing.max_silence_ms": 3000, "endpointing.eot_threshold": 0.5}
    app.app_state.move_sliders(target("agora").as_deployed(Settings().replace(tried)))
    await settled(app, pilot)
    choose(screen, "what", "sliders")
    choose(screen, "format", "agora")
    await settled(app, pilot)
    await pilot.press("b")
    screen.query_one("#base", Input).value = str(base)
    await pilot.press("enter", "escape")
    await settled(app, pilot)
    return screen


async def test_a_file_that_would_mean_something_else_is_saved_only_when_that_is_confirmed(
    make: MakeApp, source: TurnSource, size: tuple[int, int], tmp_path: Path
) -> None:
    app = make(source)
    async with app.run_test(size=size) as pilot:
        screen = await sliders_into_an_old_form(app, pilot, tmp_path / "join.json")
        assert "does not mean what was judged" in shown(app)
        assert screen.read is not None
        for keys, dialog in (("sn", ExportScreen), ("sy", SaveDialog)):
            await pilot.press(keys[0])
            await settled(app, pilot)
            assert isinstance(app.screen, ConfirmDialog)
            assert "users cut off" in shown(app)
            assert "agora-vad" in shown(app)
            await pilot.press(keys[1])
            await settled(app, pilot)
            assert isinstance(app.screen, dialog)
        app.screen.query_one(Input).value = str(tmp_path / "out.json")
        await pilot.press("enter")
        await settled(app, pilot)
        assert screen.made is not None
        assert (tmp_path / "out.json").read_text() == screen.made.leaving.text


async def test_a_file_that_would_mean_something_else_is_not_copied_unasked_and_its_notes_say_why(
    make: MakeApp, source: TurnSource, tmp_path: Path
) -> None:
    app = make(source)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await sliders_into_an_old_form(app, pilot, tmp_path / "join.json")
        await pilot.press("y")
        await settled(app, pilot)
        assert isinstance(app.screen, ConfirmDialog)
        await pilot.press("escape")
        await settled(app, pilot)
        assert app.clipboard == ""
        await pilot.press("v", "v")
        await settled(app, pilot)
        assert screen.query_one(Views).shown == "notes"
        assert "endpointing.eot_threshold" in shown(app)


async def test_a_report_that_the_file_would_not_keep_is_written_only_when_that_is_confirmed(
    make: MakeApp, case: Path
) -> None:
    (case / "config.json").write_text(json.dumps({"properties": {"vad": {"silence_duration_ms": 1800}}}))
    app = make(opener.source_at(str(case)))
    async with app.run_test(size=(80, 24)) as pilot:
        await exporting(app, pilot)
        await pilot.press("r")
        await settled(app, pilot)
        assert isinstance(app.screen, ConfirmDialog)
        await pilot.press("n")
        await settled(app, pilot)
        assert not (case / "report").exists()
        await pilot.press("r")
        await settled(app, pilot)
        await pilot.press("y")
        await settled(app, pilot)
    assert "differ from those of this report" in (case / "report" / "report.md").read_text()
