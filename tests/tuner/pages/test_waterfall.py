"""The table of where the time goes."""

from hypothesis import example, given
from hypothesis import strategies as data

from tuner.diagnosis.parts import NAMES, Slice
from tuner.pages.waterfall import parts_table


def shown_ms(cell: str) -> int:
    return int(cell.removesuffix(" ms").replace(",", ""))


@example([0.0] * 7 + [1.75, 0.25, 0.25, 0.375])
@given(data.lists(data.floats(0, 9000), min_size=len(NAMES), max_size=len(NAMES)))
def test_the_rows_that_are_shown_add_up_to_the_last_one(times: list[float]) -> None:
    one = Slice("p50", 11, sum(times), dict(zip(NAMES, times, strict=True)))
    *rows, total = parts_table([one], ["p50"]).rows
    assert abs(sum(shown_ms(row[1]) for row in rows) - shown_ms(total[1])) <= (0 if rows else 4)
    for row, name in zip(rows, [name for name in NAMES if one.parts[name] >= 0.5], strict=True):
        assert abs(shown_ms(row[1]) - one.parts[name]) <= 1 + len(NAMES) / 2
