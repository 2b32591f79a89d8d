"""One turn replayed under settings that have a name, and the texts made of it."""

from typing import Any

import pytest
from hypothesis import given, settings

from pipeline.streaming.events import Kind
from stages.settings import Settings
from stages.turn import Turn
from tests import strategies
from tests.pipeline.worked import paused, turn, under
from tui.charts.time_window import TimeWindow
from tui.charts.timeline import LABEL, Track, legend, moment_at, timeline, tracks
from tui.i18n.translator import Translator
from tui.state.replayed_turn import NamedSettings, ReplayedTurn, replay
from tui.text.moment import event_times, events_around, moment_text, next_time, under_way
from tui.text.turn_summary import turn_summary

TR = Translator()
CUT_OFF = turn(speech=paused((400, 1500), end_ms=2500))


def run(one: Turn = CUT_OFF, name: str = "now", **rules: Any) -> ReplayedTurn:
    return replay(one, NamedSettings(name, under(**rules)))


def seen(run: ReplayedTurn, at_ms: float = 0.0) -> TimeWindow:
    return TimeWindow(*run.extent, *run.extent, at_ms)


def drawn(shown: tuple[Track, ...], view: TimeWindow, width: int = 80, height: int = 14) -> list[str]:
    return timeline(shown, view, width, height, 0, TR).lines()


def test_times_are_from_the_true_end_of_the_turn() -> None:
    found = run()
    assert list(found.extent) == [-2500, 2240]
    assert [ms for ms, event in found.events if event.kind is Kind.USER_DONE] == [0]
    assert found.outcome.response_ms == 1240
    assert list(found.happened) == ["cut_off_rate"]


def test_every_lane_stands_on_one_axis_and_the_cursor_crosses_them_all() -> None:
    found = run()
    picture = timeline(tracks((found,), ("",), TR), seen(found), 73, 14, 0, TR)
    assert picture.lines()[:11] == [
        "user         █████        │          ███████┊        │",
        "user hears                │      ███████    ┊        │      █████████████",
        "silence           ────────│                 ┊────────│",
        "asr               ───✓    │                 ┊──✓     │",
        "reply                     1111111111111×    ┊        2222222222222222222",
        "llm 1                     ────✓             ┊        ────✓",
        "text                      │   ─             ┊        │   ─",
        "tts 1                     │    ──✓          ┊        │    ─✓",
        "agent                     │      ██████     ┊        │     █████████████",
        "             ──────┬───────────┬────────────▲────────────┬───────────┬───",
        "ms                 -2000       -1000        0            1000        2000",
    ]
    assert ["c" in [role for _, role in picture.runs(row)] for row in range(11)] == [True] * 10 + [False]


def test_a_reply_lane_is_left_out_where_there_is_one_reply_alone() -> None:
    found = run(turn())
    assert "reply" not in [track.kind for track in tracks((found,), ("",), TR)]
    assert "12 replies" not in legend(tracks((found,), ("",), TR), TR)
    assert "12 replies" in legend(tracks((run(),), ("",), TR), TR)


def test_more_lanes_than_rows_are_said_to_be_there() -> None:
    found = run()
    lines = drawn(tracks((found,), ("",), TR), seen(found), height=6)
    assert lines[4].startswith("▼ 5 more")


def test_two_runs_have_a_heading_each_and_the_user_speaks_once() -> None:
    runs = (run(), run(name="sliders", endpointing__silence_ms=1600))
    shown = tracks(runs, tuple(turn_summary(one, TR).one_line(120) for one in runs), TR)
    headings = [track.label for track in shown if not track.kind]
    assert headings == [
        "in force: answered after 1,240 ms, cut off = network 100 + silence 640 + llm 300 + chunk 100 + tts 100",
        "on the sliders: answered after 2,200 ms = network 100 + silence 1,600 + llm 300 + chunk 100 + tts 100",
    ]
    assert [track.kind for track in shown].count("user") == 1


def test_on_a_low_screen_two_runs_show_what_is_heard_and_what_the_wait_was_for() -> None:
    runs = (run(), run(name="sliders", endpointing__silence_ms=1600))
    shown = tracks(runs, ("a", "b"), TR, compact=True)
    assert [track.kind for track in shown] == ["user", "", "heard", "wait", "", "heard", "wait"]
    assert [line for line in drawn(shown, seen(runs[0]), 73) if line.startswith("wait")] == [
        "wait                      │                 nssssssssllllctn",
        "wait                                  │     nssssssssssssssssssssllllctn",
    ]
    assert "s silence" in legend(shown, TR)


def test_a_column_and_its_moment_belong_together() -> None:
    view = TimeWindow(-1000, 3000, -1000, 3000, 0)
    at_ms = moment_at(LABEL + 10, view, LABEL + 40)
    assert at_ms == -1000 + 10.5 * 100


def test_what_is_under_way_is_shown_with_how_long_it_has_and_will() -> None:
    found = run(turn())
    assert under_way(found, 200, TR) == ["silence 150 of 640 ms", "asr 150 of 200 ms"]
    assert under_way(found, -500, TR) == ["user 500 of 1,000 ms"]
    assert under_way(found, 5000, TR) == []
    assert str(moment_text(found, 5000, 5, 80, TR)).startswith("nothing\n")
    assert str(moment_text(found, 200, 5, 30, TR)).startswith("silence 150 of 640 ms +1\n")


def test_the_events_around_a_moment_have_the_last_one_marked() -> None:
    found = run(turn())
    assert [(line.at_ms, line.who, line.what, line.here) for line in events_around(found, 700, 5, TR)] == [
        (690, "turn", "endpoint: 640 ms of silence", True),
        (690, "turn", "commit: the agent may answer", True),
        (690, "llm", "attempt 1 begins", True),
        (990, "llm", "first token from attempt 1", False),
        (1090, "tts", "first piece of text, after 11 tokens", False),
    ]
    assert str(moment_text(found, 700, 5, 80, TR)).count("\n") == 4


def test_before_anything_has_happened_nothing_is_marked() -> None:
    assert not any(line.here for line in events_around(run(turn()), -9999, 5, TR))


def test_of_several_replies_events_say_which() -> None:
    assert any(line.who == "llm #2" for line in events_around(run(), 800, 9, TR))


def test_up_and_down_go_from_event_to_event() -> None:
    moments = event_times((run(turn()),))
    assert next_time(moments, -1000, 1) == 0
    assert next_time(moments, 0, -1) == -1000
    assert next_time(moments, moments[-1], 1) == moments[-1]
    assert next_time(moments, moments[0], -1) == moments[0]


@pytest.mark.parametrize(
    ("one", "rules", "answered"),
    [
        (turn(), {}, "answered after 1,240 ms"),
        (turn(), {"llm__timeout_ms": 200}, "no answer, given up after 940 ms"),
        (turn(speech=paused((400, 800), end_ms=2000)), {"barge_in__mode": "ignore"}, "no answer"),
    ],
)
def test_what_came_of_the_turn_is_shown_first(one: Turn, rules: dict[str, Any], answered: str) -> None:
    assert turn_summary(run(one, **rules), TR).answered.startswith(answered)


def test_the_fate_of_each_reply_is_shown_where_there_are_several() -> None:
    assert turn_summary(run(), TR).fates == "reply 1: premature, a cut-off; reply 2: it answers the turn"
    assert turn_summary(run(turn()), TR).fates == ""
    assert turn_summary(run(), Translator("zh")).fates == "应答 1：过早，抢话；应答 2：应答了本轮"


@settings(max_examples=40)
@given(strategies.turns(), strategies.settings())
def test_any_turn_under_any_settings_can_be_drawn_and_summarized(one: Turn, rules: Settings) -> None:
    found = replay(one, NamedSettings("now", rules))
    shown = tracks((found, found), ("a", "b"), TR)
    for at_ms in (*found.extent, 0.0):
        assert all(len(line) <= 80 for line in drawn(shown, seen(found, at_ms)))
        moment_text(found, at_ms, 6, 80, TR)
    assert legend(shown, TR)
    assert len(turn_summary(found, TR).one_line(80)) <= 80
