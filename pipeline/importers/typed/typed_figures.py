"""What a text says of the times of stages: of each turn, or of all of them together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.importers.typed.quantities import QUANTITY, Quantity, quantity, whole
from pipeline.importers.typed.stage_names import ANY_NAME, STAGES, Column, Figure, column, figure_of, without_unit
from pipeline.importers.typed.text_tables import TextTable, text_tables

SMALL = 30.0
"""Times without a unit that are all smaller are seconds: no agent answers within 30 ms."""

LONGEST = 10_000
"""Letters of a line that are read."""

FAR = 24
"""Between a name and its figure stand at most so many letters."""

_NAMED = re.compile(
    rf"(?<![a-z])(?P<name>{ANY_NAME})(?![a-z])(?P<between>[^\d,;|\n]{{0,{FAR}}}?)(?<![\d.#v]){QUANTITY.pattern}",
    re.IGNORECASE,
)

_TOTAL = re.compile(
    r"(?i)[\W_]*(?:totals?|sum|average|avg|mean|median|p\d\d|min|max|all|合计|总计|平均值?|均值|中位数|最大值?|最小值?)[\W_]*"
)
"""The name of a row that sums up the others."""

SHARES: tuple[tuple[str, float], ...] = (
    (r"min|minimum|best|fastest|low|最小", 0.0),
    (r"p50|median|typical|中位数?", 0.5),
    (r"p75", 0.75),
    (r"p90", 0.9),
    (r"p95", 0.95),
    (r"p99", 0.99),
    (r"max|maximum|worst|slowest|high|最大", 1.0),
    (r"avg|average|mean|value|latency|time|ms|duration|平均|延迟|耗时", 0.5),
)
"""Names of columns that tell a share of the turns, where a table has a line a stage."""


@dataclass
class TypedFigures:
    """Turns that were typed one by one, or quantiles of each figure; `line` of where it stands, from 1."""

    turns: list[tuple[int, dict[Figure, Quantity]]] = field(default_factory=list)
    shares: dict[Figure, dict[float, Quantity]] = field(default_factory=dict)
    """Figure -> share of the turns -> the time; a range has the shares 0 and 1."""
    left: list[tuple[int, str]] = field(default_factory=list)
    """Times with a unit of which nothing says what they are of: line, and the time as it is written."""
    totals: int = 0
    """Rows of a table of turns that sum up others."""

    @property
    def is_any(self) -> bool:
        """Whether it is enough to reason from: two figures at least, and one of a stage."""
        found = set(self.shares) | {figure for _, turn in self.turns for figure in turn}
        return len(found) >= 2 and bool(found & set(STAGES))

    def otherwise(self) -> float:
        """The ms of the unit of times that were typed without one: seconds where all are small."""
        every = [one for _, turn in self.turns for one in turn.values()]
        every += [one for quantiles in self.shares.values() for one in quantiles.values()]
        bare = [one.high for one in every if one.scale is None]
        return 1000.0 if bare and 0 < max(bare) < SMALL else 1.0


def typed_figures(text: str) -> TypedFigures:
    """The figures of a text: of its tables with a line a turn, else of tables with a line a stage and of prose."""
    found = TypedFigures()
    tables = list(text_tables(text))
    for table in tables:
        for number, cells, turn in _turns(table):
            if any(_TOTAL.fullmatch(cell) for cell in cells):
                found.totals += 1
            else:
                found.turns.append((number, turn))
    if found.turns:
        return found
    for table in tables:
        _stages(table, found)
    of_tables = {number for table in tables for number, _ in table.rows}
    for number, line in enumerate(text.splitlines(), start=1):
        named: list[tuple[int, int]] = []
        for figure, value, span in _prose(line):
            _add(found, figure, value)
            named.append(span)
        if number not in of_tables:
            found.left += [(number, time) for time in _others(line, named)]
    return found


def _turns(table: TextTable) -> Iterator[tuple[int, tuple[str, ...], dict[Figure, Quantity]]]:
    """The rows of a table whose columns are stages: line, cells, times."""
    columns: dict[Figure, tuple[int, Column]] = {}
    for place, name in enumerate(table.header):
        if (meant := column(name)) is not None and whole(name) is None and not QUANTITY.search(name):
            columns.setdefault(meant.figure, (place, meant))
    if len(columns) < 2 or not set(columns) & set(STAGES):
        return
    for number, cells in table.rows:
        values = {figure: _cell(cells[place], meant) for figure, (place, meant) in columns.items()}
        if turn := {figure: value for figure, value in values.items() if value is not None}:
            yield number, cells, turn


def _cell(cell: str, meant: Column) -> Quantity | None:
    value = whole(cell)
    if value is None or value.scale is not None:
        return value
    return Quantity(value.low, value.high, meant.scale)


def _stages(table: TextTable, found: TypedFigures) -> None:
    """The rows of a table with a line a stage."""
    shares = {place: parts for place, name in enumerate(table.header) if (parts := _share(name)) is not None}
    for _, cells in table.rows:
        named, own = without_unit(cells[0])
        figure = figure_of(named)
        if figure is None:
            continue
        for place, (share, scale) in shares.items():
            value = whole(cells[place]) if place else None
            if value is not None:
                unit = value.scale or scale or own
                _add(found, figure, Quantity(value.low, value.high, unit), share)


def _share(name: str) -> tuple[float, float | None] | None:
    """The share of the turns that a column's name tells, and the ms of its unit."""
    plain, scale = without_unit(name)
    if not plain and scale is not None:
        return 0.5, scale
    share = next((share for words, share in SHARES if re.search(rf"(?<![a-z])(?:{words})(?![a-z])", plain)), None)
    return None if share is None else (share, scale)


def _prose(line: str) -> Iterator[tuple[Figure, Quantity, tuple[int, int]]]:
    """The figures in a line of prose: a name, a time soon after it, and where they stand."""
    for found in _NAMED.finditer(line[:LONGEST]):
        figure, value = figure_of(found["name"]), quantity(found)
        if figure is not None and value is not None and not _goes_on(line, found):
            yield figure, value, found.span()


def _goes_on(line: str, found: re.Match[str]) -> bool:
    """Whether the word with the number goes on, so that it is no time: `24kHz`, `5%`, `2轮`."""
    rest = line[found.end() : found.end() + 1]
    has_unit = found["low_unit"] or found["high_unit"]
    return rest == "%" or (rest.isalpha() and (rest.isascii() or not has_unit))


def _others(line: str, named: list[tuple[int, int]]) -> Iterator[str]:
    """Times with a unit in a line that stand in no place of these."""
    for found in QUANTITY.finditer(line[:LONGEST]):
        has_unit = found["low_unit"] or found["high_unit"]
        inside = any(start <= found.start() < end for start, end in named)
        if has_unit and not inside and not _goes_on(line, found) and line[max(0, found.start() - 1)] not in ":.-":
            yield found[0]


def _add(found: TypedFigures, figure: Figure, value: Quantity, share: float = 0.5) -> None:
    """Add a time; the first one that is typed for a share stands."""
    quantiles = found.shares.setdefault(figure, {})
    if value.low == value.high:
        quantiles.setdefault(share, value)
    elif not quantiles or share not in quantiles:
        quantiles.setdefault(0.0, Quantity(value.low, value.low, value.scale))
        quantiles.setdefault(1.0, Quantity(value.high, value.high, value.scale))
