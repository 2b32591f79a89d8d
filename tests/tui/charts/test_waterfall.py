"""Where the response time goes, drawn."""

import pytest
from rich.cells import cell_len

from tui.charts.waterfall import axis_end, parts, slice_at, waterfall
from tui.i18n.translator import Translator
from tuner.diagnosis.parts import NAMES, Slice


def slice_of(name: str, **ms: float) -> Slice:
    times = dict.fromkeys(NAMES, 0.0) | ms
    return Slice(name, 101, sum(times.values()), times)


SLICES = (
    slice_of("p50", network=100, endpoint=400, llm=500),
    slice_of("p95", network=100, endpoint=400, llm=1400, floor=100),
)


def test_each_part_begins_where_the_one_before_it_ends_and_the_sum_spans_them_all() -> None:
    lines = waterfall(SLICES, "p95", 71, 8, Translator()).lines()
    assert lines == [
        " Slow: the 101 turns around p95",
        " network             ██                                          100 ms",
        " waiting for silence   ████████                                  400 ms",
        " LLM                           ████████████████████████████    1,400 ms",
        " floor                                                     ██    100 ms",
        " total               ████████████████████████████████████████  2,000 ms",
        "                     ┬─────────┬─────────┬─────────┬─────────",
        "                     0         500       1,000     1,500   ms",
    ]


def test_with_more_room_every_slice_has_a_line_with_its_parts_by_name_or_first_letter() -> None:
    picture = waterfall(SLICES, "p95", 71, 12, Translator())
    assert picture.lines()[:3] == [
        " p50                 n silence llm                             1,000 ms",
        "▸p95                 n silence llm                         f   2,000 ms",
        "",
    ]
    assert picture.roles()[1][21:23] != picture.roles()[1][24:26]


def test_with_all_the_room_every_slice_is_drawn_part_by_part_on_one_axis() -> None:
    lines = waterfall(SLICES, "p50", 71, 40, Translator()).lines()
    assert sum(line.startswith(" total") for line in lines) == 2
    assert lines[0] == "▸Typical: the 101 turns around the median"


@pytest.mark.parametrize(
    ("height", "clicked"),
    [
        (7, [None] * 7),
        (9, ["p50", "p95", *[None] * 7]),
        (12, ["p50", "p95", *[None] * 10]),
        (13, [*["p50"] * 7, *["p95"] * 6]),
        (14, [*["p50"] * 7, *["p95"] * 7]),
        (40, [*["p50"] * 7, *["p95"] * 7, *[None] * 26]),
    ],
)
def test_a_click_finds_the_slice_that_is_drawn_there(height: int, clicked: list[str | None]) -> None:
    assert [slice_at(SLICES, row, height) for row in range(height)] == clicked


@pytest.mark.parametrize("height", [9, 12])
def test_a_line_that_names_a_slice_is_clicked_as_that_slice(height: int) -> None:
    drawn = waterfall(SLICES, "p95", 71, height, Translator()).lines()
    assert [slice_at(SLICES, row, height) for row in (0, 1)] == [line.lstrip("▸ ")[:3] for line in drawn[:2]]


def test_parts_that_take_no_time_are_left_out_and_short_ones_are_seen() -> None:
    assert parts(SLICES) == ("network", "endpoint", "llm", "floor")
    short = (slice_of("p50", network=1, llm=5000),)
    assert "▏" in waterfall(short, "p50", 71, 8, Translator()).lines()[1]


@pytest.mark.parametrize("width", [0, 10, 30, 52, 76, 140])
@pytest.mark.parametrize("height", [0, 1, 5, 12, 40])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_any_size_can_be_drawn(width: int, height: int, language: str) -> None:
    tr = Translator(language)  # type: ignore[arg-type]
    for slices in (SLICES, SLICES[:1], ()):
        assert all(cell_len(line) <= width for line in waterfall(slices, "p99", width, height, tr).lines())


def test_the_axis_ends_at_a_round_moment() -> None:
    assert [axis_end(ms) for ms in (0, 950, 1000, 2130, 19_440)] == [0, 1000, 1000, 2500, 20_000]
