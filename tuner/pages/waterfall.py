"""Where the time goes, as a chart: the parts of the response time of typical or slow turns."""

from __future__ import annotations

from collections.abc import Sequence

from stages.i18n import say
from tuner.diagnosis.parts import NAMES, Slice
from tuner.pages.blocks import Chart, Table
from tuner.pages.chart_data import Waterfall
from tuner.pages.wording import REPORT, Wording
from tuner.statistics.numbers import ms, whole

SMALLEST_MS = 0.5
"""A part that takes less in every slice is left out."""

BEFORE, AFTER = say("legend.before"), say("legend.after")


def waterfall(now: Slice, then: Slice | None, of_turns: int) -> Chart:
    """The turns around a quantile, now and under better settings; `of_turns`: how many turns there are."""
    shown = [now] if then is None else [now, then]
    title = say(f"waterfall.{now.name}")
    return Chart(
        name=f"waterfall-{now.name}",
        title=title,
        note=say("waterfall.note", turns=now.turns, of=of_turns),
        legend=(("before", BEFORE), ("after", AFTER))[: len(shown)],
        data=Waterfall(parts_of(shown), now, then),
        instead=parts_table(shown, [BEFORE, AFTER][: len(shown)]),
    )


def parts_of(slices: Sequence[Slice]) -> tuple[str, ...]:
    """The parts that take time in one of the slices, in the order of a turn."""
    return tuple(name for name in NAMES if any(one.parts[name] >= SMALLEST_MS for one in slices))


def parts_table(slices: Sequence[Slice], headers: Sequence[str], wording: Wording = REPORT) -> Table:
    """A row a part and a column a slice, which adds up to the last row as it is shown."""
    parts = parts_of(slices)
    columns = [whole([one.parts[name] for name in parts], one.response_ms) for one in slices]
    rows = [(wording.part(name), *(ms(column[row]) for column in columns)) for row, name in enumerate(parts)]
    total = (say("table.together"), *(ms(one.response_ms) for one in slices))
    numeric = frozenset(range(1, len(slices) + 1))
    return Table((say("table.part"), *headers), (*rows, total), numeric, frozenset({len(rows)}))
