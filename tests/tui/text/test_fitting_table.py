"""A table of a document at any width."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from tui.text.fitting_table import FittingTable
from tuner.pages.blocks import Table

NAMES = st.sampled_from(("response_ms.p50", "users cut off", "用户被打断的比例", "dead air", ""))
FIGURES = st.sampled_from(("12,345 ms", "-", "+2.0 points", "-20,900 to -1,720", "7.3%", ""))
TEXTS = st.sampled_from(
    ("no effect alone; with the others it does", "met on the estimate, not shown", "单独没有作用", "")
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    kinds = [NAMES, *draw(st.lists(st.sampled_from((FIGURES, TEXTS)), min_size=1, max_size=6))]
    rows = draw(st.lists(st.tuples(*kinds), min_size=1, max_size=4))
    numeric = frozenset(place for place, kind in enumerate(kinds) if kind is FIGURES)
    return Table(tuple(f"column {place}" for place in range(len(kinds))), tuple(rows), numeric, frozenset({0}))


def printed(table: Table, width: int) -> list[str]:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(FittingTable(table, str, 2))
    return captured.get().splitlines()


@given(tables(), st.integers(30, 120))
def test_no_figure_is_cut_or_broken_and_no_line_is_too_long(table: Table, width: int) -> None:
    lines = printed(table, width)
    assert max(map(cell_len, lines)) <= width
    figures = {row[place] for row in table.rows for place in table.numeric}
    assert [figure for figure in figures if not any(figure in line for line in lines)] == []


@given(tables(), st.integers(30, 120))
def test_words_are_all_there(table: Table, width: int) -> None:
    printed_letters = Counter("".join(printed(table, width)))
    cells = Counter("".join(cell for row in table.rows for cell in row))
    assert {letter for letter in cells if letter != " " and printed_letters[letter] < cells[letter]} == set()


SOME = Table(
    ("figure", "A", "B", "interval"), (("missed_interrupt_rate", "100%", "25%", "-81 to -70"),), frozenset({1, 2, 3})
)


def test_columns_first_move_together_then_stand_below_their_row_s_name_then_each_has_a_line() -> None:
    assert printed(SOME, 60)[1] == "missed_interrupt_rate  100%  25%  -81 to -70"
    assert printed(SOME, 43)[1].rstrip() == "missed_interrupt_rate 100% 25% -81 to -70"
    assert [line.rstrip() for line in printed(SOME, 40)[2:]] == ["missed_interrupt_rate", "  100% 25% -81 to -70"]
    lines = [line.rstrip() for line in printed(SOME, 21)]
    assert lines == ["missed_interrupt_rate", "  A: 100%", "  B: 25%", "  interval:", "    -81 to -70"]
