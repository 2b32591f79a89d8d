"""The Diagnose screen: its areas, findings, groups of turns, and what one comes back to."""

from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen
from textual.widgets import Input, Static

from pipeline.recordings import write_settings
from stages.settings import Settings
from tests.tui.driving import MakeApp, settled, shown
from tui.app import TurntempoApp
from tui.screens import diagnosing
from tui.screens.diagnosing import AREAS, DiagnoseScreen
from tui.screens.message_dialog import MessageDialog
from tui.screens.turn import TurnScreen
from tui.state import diagnosis_snapshot
from tui.state.app_state import Opened
from tui.state.turn_index import SortKey
from tui.state.turn_source import TurnSource
from tui.widgets.choices import Choices
from tui.widgets.findings import Findings
from tui.widgets.histogram import Histogram
from tui.widgets.turn_table import TurnTable
from tui.widgets.turns import Turns
from tui.widgets.waterfall import Waterfall
from tuner.diagnosis import Diagnosis, findings
from tuner.diagnosis.parts import windows
from tuner.pages.diagnosis import opening_lines


async def diagnosed(app: TurntempoApp, pilot: Any) -> DiagnoseScreen:
    await settled(app, pilot)
    screen = app.screen
    assert isinstance(screen, DiagnoseScreen)
    assert screen.diagnosis is not None
    app.clear_notifications()
    return screen


def here(app: TurntempoApp) -> Screen[Any]:
    return app.screen


def order(screen: DiagnoseScreen) -> tuple[SortKey, ...]:
    return screen.query_one(TurnTable).order


async def test_what_was_found_stands_there_with_the_most_pressing_first(
    make: MakeApp, source: TurnSource, size: tuple[int, int]
) -> None:
    app = make(source, named=True)
    async with app.run_test(size=size) as pilot:
        screen = await diagnosed(app, pilot)
        assert screen.diagnosis is not None
        assert screen.query_one(Findings).findings == findings(screen.diagnosis)
        assert "from 400 of 400 turns" in shown(app)
        first = screen.query_one(Findings).get_option_at_index(0)
        assert str(first.prompt) == str(opening_lines(screen.diagnosis)[0])
        assert "ai-tutor" in str(first.prompt)
        assert screen.diagnosis.assumed == "ai-tutor"
        assert screen.diagnosis.settings == app.app_state.opened.settings  # type: ignore[union-attr]


async def test_each_area_has_a_key_and_at_80_columns_is_alone(make: MakeApp, source: TurnSource) -> None:
    app = make(source, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await diagnosed(app, pilot)
        for name, letter in AREAS.items():
            await pilot.press(letter)
            assert screen.area == name
            assert [one for one in AREAS if screen.query_one(f"#{one}-area").display] == [name]
            assert screen.focused is not None
            assert screen.query_one(f"#{name}-area") in screen.focused.ancestors


async def test_where_there_is_room_all_areas_are_seen_and_one_can_be_seen_alone(
    make: MakeApp, source: TurnSource
) -> None:
    app = make(source, named=True)
    async with app.run_test(size=(140, 44)) as pilot:
        screen = await diagnosed(app, pilot)
        assert all(screen.query_one(f"#{one}-area").display for one in AREAS)
        for text in ("Where time goes", "Distribution", "what happened", "95% interval", "around p95"):
            assert text in shown(app)
        await pilot.press("t", "z")
        assert [one for one in AREAS if screen.query_one(f"#{one}-area").display] == ["turns"]
        await pilot.press("z")
        assert all(screen.query_one(f"#{one}-area").display for one in AREAS)


async def test_where_one_is_follows_tab_and_mouse(make: MakeApp, source: TurnSource) -> None:
    app = make(source, named=True)
    async with app.run_test(size=(140, 44)) as pilot:
        screen = await diagnosed(app, pilot)
        await pilot.press("f", "tab")
        assert screen.area == "parts"
        await pilot.click("#tabs", offset=(screen.query_one("#tabs", Choices).size.width // 3, 0))
        await pilot.pause()
        assert screen.area in AREAS
        await pilot.click("#table")
        assert screen.area == "turns"


async def test_a_finding_is_read_whole_and_copied_with_what_it_rests_on(
    make: MakeApp, source: TurnSource, size: tuple[int, int]
) -> None:
    app = make(source, named=True)
    async with app.run_test(size=size) as pilot:
        screen = await diagnosed(app, pilot)
        await pilot.press("f", "enter")
        await pilot.pause()
        dialog = app.screen
        assert isinstance(dialog, MessageDialog)
        finding = screen.query_one(Findings).findings[0]
        assert finding.text in dialog.text
        assert finding.guide.command in dialog.text
        await pilot.press("c")
        copied = app.clipboard
        assert copied.startswith(str(finding.text))
        assert "400 turns of" in copied
        assert finding.guide.command in copied
        await pilot.press("escape")
        assert here(app) is screen
        await pilot.press("down", "c")
        assert app.clipboard.startswith(str(screen.query_one(Findings).findings[1].text))


async def test_the_waterfall_goes_from_slice_to_slice_and_shows_its_turns(make: MakeApp, source: TurnSource) -> None:
    app = make(source, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await diagnosed(app, pilot)
        await pilot.press("w", "up")
        assert screen.query_one(Waterfall).chosen == "p50"
        assert "around the median" in shown(app)
        await pilot.press("down", "enter")
        await pilot.pause()
        turns = screen.query_one(Turns)
        assert (screen.area, turns.group) == ("turns", "p95")
        assert screen.snapshot is not None
        assert set(turns.places) == set(windows(screen.snapshot.turn_index.outcomes)["p95"])


async def test_the_distribution_has_marks_for_people_dead_air_and_limits(make: MakeApp, source: TurnSource) -> None:
    app = make(source, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await diagnosed(app, pilot)
        await pilot.press("d")
        await pilot.pause()
        distribution = screen.query_one(Histogram)._distribution
        assert distribution is not None
        assert [mark.at_ms for mark in distribution.marks[:2]] == [208, 3000]
        assert len(distribution.now) == 400
        assert "human gap 208" in shown(app)


async def test_figures_have_their_range_and_n_and_say_what_was_assumed(make: MakeApp, source: TurnSource) -> None:
    app = make(source, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await diagnosed(app, pilot)
        await pilot.press("g")
        await pilot.pause()
        assert "95% interval" in shown(app)
        assert "assumed, not measured" in shown(app)
        await pilot.press("end")
        await pilot.pause()
        assert "ms at the median" in shown(app)


async def test_left_and_right_choose_a_group_of_turns(make: MakeApp, source: TurnSource, size: tuple[int, int]) -> None:
    app = make(source, named=True)
    async with app.run_test(size=size) as pilot:
        screen = await diagnosed(app, pilot)
        await pilot.press("t", "right", "right")
        turns = screen.query_one(Turns)
        assert screen.snapshot is not None
        turn_index = screen.snapshot.turn_index
        assert turns.group == "cut_off"
        assert sorted(turns.places) == sorted(turn_index.groups["cut_off"])
        assert all("cut_off_rate" in turn_index.events(int(place)) for place in turns.places)
        await pilot.press("left", "left", "left")
        assert turns.group == list(turn_index.groups)[-1]


async def test_the_table_sorts_by_one_column_within_another(make: MakeApp, source: TurnSource) -> None:
    app = make(source, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await diagnosed(app, pilot)
        await pilot.press("t")
        turn_index = screen.query_one(TurnTable).turn_index
        assert turn_index is not None
        slowest = SortKey("response", descending=True)
        after = turn_index.columns[turn_index.columns.index("response") + 1]
        assert order(screen) == (slowest,)
        await pilot.press("s", "r")
        assert order(screen) == (SortKey(after), slowest)
        await pilot.press("S")
        assert order(screen) == (slowest, SortKey(after))
        await pilot.click("#table", offset=(1, 0))
        assert order(screen) == (SortKey("turn"), slowest, SortKey(after))


async def test_a_piece_of_a_name_finds_turns(make: MakeApp, source: TurnSource, size: tuple[int, int]) -> None:
    app = make(source, named=True)
    async with app.run_test(size=size) as pilot:
        screen = await diagnosed(app, pilot)
        turns = screen.query_one(Turns)
        await pilot.press("t", "slash", *"-03", "enter")
        await pilot.pause()
        assert screen.snapshot is not None
        assert {screen.snapshot.turn_index.turn(int(place))[-3:] for place in turns.places} >= {"-03"}
        assert len(turns.places) < 400
        await pilot.press("slash", *"zzz", "enter")
        await pilot.pause()
        assert len(turns.places) == 0
        assert "No turn matches" in shown(app)
        await pilot.press("enter", "down", "escape")
        await pilot.pause()
        assert len(turns.places) == 400
        assert screen.query_one("#find", Input).value == ""


async def test_a_turn_opens_and_the_table_stands_at_the_one_looked_at_last(make: MakeApp, source: TurnSource) -> None:
    app = make(source, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await diagnosed(app, pilot)
        await pilot.press("t", "down", "enter")
        await pilot.pause()
        assert isinstance(here(app), TurnScreen)
        await pilot.press("n", "n", "escape")
        await pilot.pause()
        assert here(app) is screen
        assert screen.query_one(TurnTable).cursor == 3


async def test_keys_and_wheel_move_through_the_table(make: MakeApp, source: TurnSource) -> None:
    app = make(source, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await diagnosed(app, pilot)
        table = screen.query_one(TurnTable)
        await pilot.press("t", "end")
        await pilot.pause()
        assert table.cursor == 399
        assert f"{round(table.turn_index.response[table.places[399]]):,}" in shown(app)  # type: ignore[union-attr]
        await pilot.press("pageup", "up")
        assert table.cursor < 390
        await pilot.press("home")
        assert table.cursor == 0
        await pilot.click("#table", offset=(3, 5))
        assert table.cursor == 4
        await pilot.click("#table", offset=(3, 5))
        await pilot.pause()
        assert isinstance(here(app), TurnScreen)


async def test_the_diagnosis_is_made_once_and_is_there_when_one_comes_back(
    make: MakeApp, source: TurnSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Opened] = []

    def counted(opened: Opened) -> Diagnosis:
        made.append(opened)
        return diagnosis_snapshot.diagnose_opened(opened)

    monkeypatch.setattr(diagnosing, "diagnose_opened", counted)
    app = make(source, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await diagnosed(app, pilot)
        await pilot.press("t", "right", "right", "down", "3")
        await settled(app, pilot)
        await pilot.press("2")
        await settled(app, pilot)
        assert here(app) is screen
        assert (screen.area, screen.query_one(Turns).group) == ("turns", "cut_off")
        assert screen.query_one(TurnTable).cursor == 1
        assert len(made) == 1


async def test_while_it_is_diagnosed_the_screen_says_so_and_the_rest_is_there(
    make: MakeApp, source: TurnSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DiagnoseScreen, "_show_diagnosis", lambda self, found: None)
    app = make(source, named=True)
    async with app.run_test(size=(140, 44)) as pilot:
        await settled(app, pilot)
        assert "Diagnosing 400 turns" in shown(app)
        assert "around p95" in shown(app)
        await pilot.press("f", "enter", "c")
        assert isinstance(here(app), DiagnoseScreen)


async def test_a_diagnosis_that_fails_is_shown_and_the_screen_stays_usable(
    make: MakeApp, source: TurnSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(opened: Any) -> Any:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(diagnosing, "diagnose_opened", broken)
    app = make(source, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        assert "by nothing" in shown(app)
        await pilot.press("escape", "t")
        await settled(app, pilot)
        assert len(app.screen.query_one(Turns).places) == 400


async def test_other_turns_are_diagnosed_anew(make: MakeApp, source: TurnSource, tmp_path: Path) -> None:
    app = make(source, named=True)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await diagnosed(app, pilot)
        before = screen.diagnosis
        await pilot.press("t", "enter")
        await pilot.pause()
        assert isinstance(here(app), TurnScreen)
        app.action_go("open")
        await settled(app, pilot)
        settings = tmp_path / "other.json"
        write_settings(settings, Settings())
        other = TurnSource("profile", "ai-tutor", turns=300, seed=8, settings_file=str(settings))
        app.screen.open(other)  # type: ignore[attr-defined]
        await settled(app, pilot)
        await pilot.press("2")
        await settled(app, pilot)
        assert here(app) is screen
        assert screen.diagnosis is not None
        assert screen.diagnosis is not before
        assert len(screen.query_one(Turns).places) == 300


async def test_chinese_and_a_light_theme(make: MakeApp, source: TurnSource, size: tuple[int, int]) -> None:
    app = make(source, named=True, language="zh")
    async with app.run_test(size=size) as pilot:
        screen = await diagnosed(app, pilot)
        await pilot.press("ctrl+t")
        for letter in AREAS.values():
            await pilot.press(letter)
            await pilot.pause()
        assert "被抢话" in shown(app)
        assert str(screen.query_one("#figures-text", Static).render())


async def test_text_of_a_recording_does_nothing_on_the_screen(make: MakeApp, tmp_path: Path) -> None:
    recording = tmp_path / "evil.jsonl"
    lines = []
    for number in range(40):
        name = f"[red]t\\u009b31m{number}[/red]"
        lines.append(
            f'{{"schema": "turntempo.turn/2", "id": "{name}", "session": "s\\u202e{number % 4}", '
            '"speech": {"pauses": [], "end_ms": 1000}, "network": {"up_ms": 50, "down_ms": 50}, '
            '"asr": {"final_ms": 200, "interim_ms": 100}, "llm": {"ttft_ms": [300], "token_ms": 10, '
            '"clause_tokens": 5, "sentence_tokens": 10, "reply_tokens": 20, "prefill_ms_per_1k": 0}, '
            '"tts": {"ttfb_ms": [100], "ms_per_token": 50}, "overlaps": []}'
        )
    recording.write_text("\n".join(lines) + "\n")
    app = make(TurnSource("recording", str(recording)), named=True)
    async with app.run_test(size=(140, 44)) as pilot:
        await diagnosed(app, pilot)
        await pilot.press("t", "z")
        await pilot.pause()
        for _ in range(2):
            assert not {"\x9b", "\u202e"} & set(shown(app))
            assert "[red]t\\x9b31m" in shown(app)
            await pilot.press("enter")
            await settled(app, pilot)
