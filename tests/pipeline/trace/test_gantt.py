"""Bars over a time axis."""

from pipeline.trace.gantt import Bar, Row, chart


def drawn(*rows: Row, begin_ms: float = 0, end_ms: float = 100, line_ms: float | None = None) -> list[str]:
    """A chart with twenty columns for its bars."""
    return chart(list(rows), begin_ms, end_ms, 33, line_ms)


def test_a_bar_covers_its_share_of_the_time() -> None:
    assert drawn(Row("user", (Bar(0, 50, "#"), Bar(75, 100, "=")))) == [
        "user         ##########     =====",
        "             ┬─────────┬─────────",
        "ms           0         50",
    ]


def test_a_moment_takes_one_column_and_covers_what_was_there() -> None:
    assert drawn(Row("llm 1", (Bar(0, 50, "-"), Bar(25, 25, "x"))))[0] == "llm 1        -----x----"


def test_bars_are_cut_at_the_edges_and_rows_without_one_are_left_out() -> None:
    before, across = Row("before", (Bar(-50, -10, "#"),)), Row("across", (Bar(-50, 500, "#"),))
    assert drawn(before, across)[0] == "across       ####################"
    assert len(drawn(before, across)) == 3


def test_a_line_marks_a_moment_behind_the_bars() -> None:
    rows = Row("a", (Bar(0, 25, "#"),)), Row("b", (Bar(40, 60, "#"),))
    assert drawn(*rows, line_ms=50)[:2] == ["a            #####     │", "b                    ####"]


def test_ticks_stand_at_round_moments() -> None:
    axis = drawn(Row("a", (Bar(-130, 730, "#"),)), begin_ms=-130, end_ms=730)[1:]
    assert axis == ["             ───┬──────────┬─────", "ms              0          500"]


def test_no_time_at_all_is_drawn_as_a_moment() -> None:
    assert drawn(Row("a", (Bar(5, 5, "#"),)), begin_ms=5, end_ms=5)[0] == "a            #"
