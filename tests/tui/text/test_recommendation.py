"""What a recommendation looks like: one real search of 400 turns, and what is made of it."""

from dataclasses import replace
from functools import cache

import pytest
from rich.console import Console

from pipeline.completion import CompletionReport
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tests.tui.driving import CAUTIOUS
from tui.charts import curve
from tui.i18n.translator import Translator
from tui.text.recommendation import recommendation, status
from tui.text.settings_diff import changes_by_group
from tuner.recommendation.recommendation import Recommendation, Task, recommend
from tuner.search.budget import Budget
from tuner.statistics.limits import default_limits
from tuner.statistics.objective import DEFAULT_GOAL, parse_goal


@cache
def found() -> Recommendation:
    turns = simulate(Profile.load("ai-tutor"), 400, seed=7)
    return recommend(Task(turns, CAUTIOUS, DEFAULT_GOAL, default_limits(), budget=Budget(evaluations=400)))


def text(one: Recommendation, tr: Translator, width: int = 78) -> str:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(recommendation(one, tr))
    return captured.get()


@pytest.mark.parametrize("width", [56, 78, 138])
def test_it_has_every_part_and_fits(width: int) -> None:
    unscored = replace(found(), filled_in=CompletionReport(400, None, {}, {"eot_score": 9, "pause_score": 9}))
    shown = text(unscored, Translator(), width)
    for part in ("held-out turns", "95% interval", "What to change", "Limits, on", "Left as they are", "without this"):
        assert part in " ".join(shown.split())
    assert max(map(len, shown.splitlines())) <= width
    assert "eot_score, pause_score: not recorded in 9 of 400 turns" in " ".join(shown.split())


def test_it_is_reported_in_chinese() -> None:
    shown = text(found(), Translator("zh"))
    assert "前后对比" in shown
    assert "users cut off" not in shown


@pytest.mark.parametrize(
    ("what", "word"),
    [
        ("recommended", "✓ Recommended"),
        ("unchanged", "= Unchanged"),
        ("too small", "? Too few turns"),
        ("infeasible", "! The limits cannot be met"),
    ],
)
def test_what_came_of_it_is_a_word_with_a_sign(what, word: str) -> None:
    assert status(replace(found(), status=what), Translator()).plain.startswith(word)


def test_doubts_stand_beside_the_word() -> None:
    shown = status(replace(found(), held_out=None, interrupted=True), Translator()).plain
    assert shown.endswith("· provisional · stopped early")


def test_only_what_differs_is_listed_under_its_group() -> None:
    after = Settings().replace({"endpointing.silence_ms": 500, "llm.hedge": True})
    assert changes_by_group(Settings(), after, Translator()).plain.splitlines() == [
        "endpointing",
        " silence_ms 640 → 500",
        "llm",
        " hedge      false → true",
    ]
    assert changes_by_group(after, after, Translator()).plain == "the settings in force"


def test_a_curve_holds_the_points_of_a_kind_with_the_present_and_the_recommended() -> None:
    drawn = curve.curve(found(), "cut_off_rate")
    assert [one.risk for one in drawn.points] == sorted(one.risk for one in drawn.points)
    before = found().tuning.before
    assert drawn.now == (before["cut_off_rate"].value, before["response_ms.p95"].value)
    chosen = found().estimate or found().settings
    assert drawn.recommended is None or drawn.points[drawn.recommended].settings == chosen


def test_of_a_sum_the_present_is_not_known() -> None:
    one = replace(found(), task=replace(found().task, goal=parse_goal("p50+p95")))
    assert curve.curve(one, "cut_off_rate").now is None


def test_the_cursor_begins_at_the_fastest_within_the_limits() -> None:
    points = curve.curve(found(), "cut_off_rate").points
    some = [replace(one, within=place < 2) for place, one in enumerate(points)]
    assert curve.nearest_within(some) == 1
    assert curve.nearest_within([replace(one, within=False) for one in points]) == 0
    assert curve.nearest_within([]) == 0


def test_a_click_finds_the_point_nearest_to_its_column() -> None:
    whole = curve.curve(found(), "cut_off_rate")
    drawn = replace(whole, points=(whole.points[0], whole.points[-1]), recommended=None)
    assert curve.at_column(drawn, 80, 79) == 1
    for place in range(2):
        lines = curve.draw(drawn, place, 80, 20).lines()
        assert sum(line.count("█") for line in lines) == 1
        column = next(line.index("█") for line in lines if "█" in line)
        assert curve.at_column(drawn, 80, column) == place


def test_without_room_no_curve_is_drawn() -> None:
    drawn = curve.curve(found(), "cut_off_rate")
    assert "".join(curve.draw(drawn, 0, 8, 3).lines()) == ""
