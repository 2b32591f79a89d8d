from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from threading import Event

import pytest
from rich.console import Console
from rich.table import Table

from pipeline.recordings.store.observed import AgentState, Change, ObservedTurn
from tests.tuner.monitoring.fleets import DAY_MS, day_of_turns
from tui.watch_app import WatchApp, agents_table, figures_table
from tuner.monitoring.snapshot import Snapshot, snapshot
from tuner.statistics.limits import default_limits


def found(cut_off: float) -> Snapshot:
    turns: list[ObservedTurn] = day_of_turns(cut_off)
    now_ms = max(turn.received_ms for turn in turns)
    states = [AgentState(f"toy-{i}", now_ms, "online" if i else "offline", "abc", "v-1", now_ms) for i in range(6)]
    changes = [Change(DAY_MS + 1000, f"toy-{i}", "abc", "{}", "v-1") for i in range(6)]
    return snapshot(turns, states, changes, 3, default_limits(), now_ms)


@pytest.mark.parametrize("size", [(80, 24), (140, 44)])
@pytest.mark.parametrize(("cut_off", "alarms"), [(0.005, False), (0.3, True)])
async def test_the_screen_shows_alarms_figures_agents_and_changes(size, cut_off: float, alarms: bool) -> None:
    app = WatchApp(lambda: found(cut_off))
    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        while app.snapshot is None:
            await pilot.pause(0.05)
        await pilot.pause()
        assert app.snapshot is not None
        assert (app.query_one("#alarms").display, bool(app.snapshot.alarms)) == (alarms, alarms)
        text = app.export_screenshot()
        for word in ("cut_off_rate", "toy-", "v-1", "5&#160;of&#160;6"):
            assert word in text
        figures, footer = app.query_one("#figure_table"), app.query_one("Footer")
        assert figures.region.y + 12 < footer.region.y, "twelve figures are to be seen without a key"
        await pilot.press("r")
        await pilot.press("q")
    assert app.return_code == 0


async def test_headings_states_and_keys_are_chinese_where_that_is_asked_for() -> None:
    app = WatchApp(lambda: found(0.3), "zh")
    async with app.run_test(size=(140, 44)) as pilot:
        await app.workers.wait_for_complete()
        while app.snapshot is None:
            await pilot.pause(0.05)
        await pilot.pause()
        text = app.export_screenshot()
    for word in ("指标", "限值", "证据", "设备", "在线", "离线", "起始", "警报", "退出", "立即查看"):
        assert word in text
    for word in ("figure", "evidence", "online", "Quit", "palette"):
        assert word not in text


async def test_a_look_that_takes_long_is_not_begun_a_second_time() -> None:
    begun: list[int] = []
    done = Event()

    def slow() -> Snapshot:
        begun.append(1)
        assert done.wait(60)
        return found(0.005)

    app = WatchApp(slow)
    async with app.run_test() as pilot:
        for _ in range(3):
            await pilot.press("r")
            await pilot.pause(0.05)
        assert len(begun) == 1
        done.set()
        while app.snapshot is None:
            await pilot.pause(0.05)
        await pilot.press("r")
        while len(begun) == 1:
            await pilot.pause(0.05)


@pytest.mark.parametrize("width", [46, 58, 80])
@pytest.mark.parametrize("table", [agents_table, figures_table])
def test_no_name_and_no_value_is_cut_on_a_narrow_screen(width: int, table: Callable[..., Table]) -> None:
    console = Console(width=width, file=StringIO())
    shown = found(0.3)
    with console.capture() as held:
        console.print(table(shown, "en"))
    text = held.get()
    assert "\u2026" not in text
    for word in ("toy-0", "v-1", "offline") if table is agents_table else ("31% (28%-35%)", "3.0%", "100%"):
        assert word in text
