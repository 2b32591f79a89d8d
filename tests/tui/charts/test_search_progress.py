from dataclasses import replace

import numpy as np

from tui.charts.search_progress import BEST, BEYOND, NOW, WITHIN, knows_cut_offs, legend, scatter, steps
from tui.i18n.translator import Translator
from tui.text.search_progress import bar, duration, headline
from tui.workers.search_worker import SearchProgress

NOWHERE = np.empty(0)
EMPTY = SearchProgress("search", 0, 0.0, None, None, None, NOWHERE, NOWHERE, NOWHERE > 0, ())


def progress() -> SearchProgress:
    """Four tried: in force, two within the limits, one beyond that is faster; and one without an answer."""
    goal_ms = np.array([2000.0, 1500.0, 1000.0, 800.0, np.inf])
    return replace(
        EMPTY,
        evaluations=5,
        share=0.5,
        seconds_left=3.2,
        best_ms=1000.0,
        goal_ms=goal_ms,
        cut_off_rate=np.array([0.01, 0.02, 0.03, 0.06, 0.0]),
        within=np.array([True, True, True, False, False]),
        steps=((1, 2000.0), (2, 1500.0), (4, 1000.0)),
    )


def test_points_within_and_beyond_have_marks_of_their_own() -> None:
    lines = scatter(progress(), 40, 12).lines()
    plot = "\n".join(line.partition("│")[2] or line.partition("┤")[2] for line in lines[:-2])
    assert {mark: plot.count(mark) for mark in (NOW, WITHIN, BEST, BEYOND)} == {NOW: 1, WITHIN: 1, BEST: 1, BEYOND: 1}
    rows = {
        mark: next(row for row, line in enumerate(plot.splitlines()) if mark in line) for mark in (NOW, BEST, BEYOND)
    }
    assert rows[NOW] < rows[BEST] < rows[BEYOND]
    assert "6.0%" in lines[-1]


def test_the_best_so_far_is_a_line_in_steps() -> None:
    lines = steps(progress(), 30, 10).lines()
    assert sum(line.count("╮") for line in lines) == 2
    assert sum(line.count("╰") for line in lines) == 2
    up = replace(progress(), steps=((1, 1000.0), (4, 2000.0)))
    assert sum(line.count("╭") for line in steps(up, 30, 10).lines()) == 1


def test_there_is_no_picture_without_points_or_room() -> None:
    for drawn in (scatter(EMPTY, 40, 12), steps(EMPTY, 40, 12), scatter(progress(), 10, 3), steps(progress(), 10, 3)):
        assert "".join(drawn.lines()).strip() == ""


def test_a_picture_fills_its_room_whatever_that_is() -> None:
    for width, height in ((24, 6), (33, 7), (140, 40)):
        for drawn in (scatter(progress(), width, height), steps(progress(), width, height)):
            assert (drawn.width, drawn.height) == (width, height)
            assert drawn.lines()[-1].strip()


def test_the_same_points_give_the_same_picture() -> None:
    assert scatter(progress(), 60, 20).lines() == scatter(progress(), 60, 20).lines()


def test_marks_are_explained() -> None:
    assert legend(Translator()).plain == "o within  x beyond  N now  @ best"
    assert "限内" in legend(Translator("zh")).plain


def test_a_line_tells_how_far_a_search_is() -> None:
    now = progress()
    assert headline(now, "p95", Translator()) == "Searching: 5 tried, best p95 1,000 ms, 3 s left"
    assert headline(replace(now, paused=True), "p95", Translator()).startswith("Paused: 5 tried")
    assert headline(replace(now, share=1.0), "p95", Translator()).startswith("Checking")
    assert "none within the limits yet" in headline(replace(now, best_ms=None), "p95", Translator())
    assert headline(replace(now, label="search again, less sure"), "p95", Translator("zh")).startswith("放宽把握")
    again = replace(now, label="search, on more turns")
    assert headline(again, "p95", Translator()).startswith("Searching, on more turns: 5 tried")
    assert headline(again, "p95", Translator("zh")).startswith("搜索中（更多轮次）")


def test_a_duration_is_short() -> None:
    assert [duration(seconds) for seconds in (0.2, 8, 59.4, 65, 600)] == ["0 s", "8 s", "59 s", "1:05", "10:00"]


def test_a_bar_shows_a_share() -> None:
    assert bar(0.5, 10).plain == "█████░░░░░  50%"
    assert bar(1.0, 4).plain == "████ 100%"


def test_points_whose_cut_offs_are_not_known_are_not_drawn_at_zero() -> None:
    some = replace(progress(), cut_off_rate=np.array([0.01, np.nan, 0.03, np.nan, np.nan]))
    drawn = "\n".join(scatter(some, 40, 12).lines())
    assert (drawn.count(WITHIN), drawn.count(BEYOND)) == (0, 0)
    assert (drawn.count(NOW), drawn.count(BEST)) == (1, 1)
    none = replace(progress(), cut_off_rate=np.full(5, np.nan))
    assert not any(line.strip() for line in scatter(none, 40, 12).lines())
    assert (knows_cut_offs(some), knows_cut_offs(none)) == (True, False)
