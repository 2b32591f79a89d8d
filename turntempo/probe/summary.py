"""What the records of a probe show: quantiles with intervals, load, connections, length of history, slow pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from pipeline.simulation.stage_file import Stage
from stages.arrays import Floats
from tuner.statistics.bootstrap import Interval
from tuner.statistics.intervals import Estimate
from tuner.statistics.requests.load_curve import Load, load_curve
from tuner.statistics.requests.quantiles import quantiles
from tuner.statistics.requests.slow_pairs import SlowPairs, slow_above, slow_pairs
from turntempo.probe.failure import UNANSWERED
from turntempo.probe.records import Head, Record

TIMED: Mapping[Stage, str] = {"llm": "first_ms", "tts": "first_ms", "asr": "done_ms"}
"""The time that a stage is judged by."""

FEWEST = 10
"""Values of a figure without which it is not shown."""

FIGURES: Mapping[Stage, tuple[str, ...]] = {
    "llm": ("first_ms", "token_ms", "gap_max_ms", "clause_ms", "sentence_ms", "done_ms", "tool_call_ms"),
    "tts": ("first_ms", "silence_ms", "audible_ms", "gap_max_ms", "done_ms"),
    "asr": ("done_ms", "first_ms"),
}


@dataclass(frozen=True)
class Side:
    """The time of a stage in requests of one kind, such as those on new connections."""

    name: str
    figure: Estimate
    slow: Estimate


@dataclass(frozen=True)
class Summary:
    """Of all records of a run. Figures are those at the least load, on connections that are reused where any is."""

    head: Head
    sent: int
    answered: int
    failures: Mapping[str, int]
    rate_limited: int
    level: int
    reused: bool
    figures: Mapping[str, Mapping[str, Estimate]]
    curve: tuple[Load, ...]
    sides: tuple[Side, ...]
    setup: Mapping[str, Estimate]
    """Medians of name look-up, connection, TLS, the server's own time, and the rest up to the first headers."""
    stalled: Estimate | None
    """The share of answers with a stall."""
    real_time_factor: Estimate | None
    prefill_ms_per_1k: Interval | None
    twins: SlowPairs | None
    in_a_row: SlowPairs | None
    amounts: Mapping[str, float]

    @property
    def slow_together(self) -> bool:
        """Whether slow requests come together, beyond chance."""
        return any(one is not None and one.verdict == "together" for one in (self.twins, self.in_a_row))

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        figures = {name: _json(estimates) for name, estimates in self.figures.items()}
        sides = {one.name: {"p50": one.figure.json_dict(), "p95": one.slow.json_dict()} for one in self.sides}
        return {
            "stage": self.head.stage,
            "api": self.head.api,
            "endpoint": self.head.endpoint,
            "model": self.head.model,
            "asked": self.head.asked,
            "began": self.head.began,
            "requests": {"sent": self.sent, "answered": self.answered, "rate_limited": self.rate_limited},
            "failures": dict(self.failures),
            "concurrency": self.level,
            "connections": "reused" if self.reused else "new",
            "figures": figures,
            "load": [one.json_dict() for one in self.curve],
            "by_kind": sides,
            "steps": _json(self.setup),
            "stalled": None if self.stalled is None else self.stalled.json_dict(),
            "real_time_factor": None if self.real_time_factor is None else self.real_time_factor.json_dict(),
            "prefill_ms_per_1k": None if self.prefill_ms_per_1k is None else self.prefill_ms_per_1k.json_dict(),
            "twins": None if self.twins is None else self.twins.json_dict(),
            "in_a_row": None if self.in_a_row is None else self.in_a_row.json_dict(),
            "slow_together": self.slow_together,
            "used": {name: amount for name, amount in self.amounts.items() if amount},
        }


def _json(estimates: Mapping[str, Estimate]) -> dict[str, Any]:
    return {name: one.json_dict() for name, one in estimates.items()}


class Table:
    """Records by what they were to show."""

    def __init__(self, head: Head, records: Sequence[Record]) -> None:
        self.head = head
        self.records = [one for one in records if one.failure != "rate_limited"]
        self.timed = TIMED[head.stage]

    def of(self, question: str, level: int | None = None, history: str | None = None) -> list[Record]:
        """Those of a question, at one load and length of history where they are given."""
        found = []
        for one in self.records:
            asked, at, _, length = one.cell.split("/")
            if asked == question and level in (None, int(at)) and history in (None, length):
                found.append(one)
        return found

    def levels(self) -> list[int]:
        """Loads that were asked for, ascending."""
        return sorted({int(one.cell.split("/")[1]) for one in self.of("load")})

    def main(self, level: int) -> tuple[list[Record], bool]:
        """Requests at a load, on connections that were reused; on new ones where none was."""
        found = self.of("load", level)
        reused = [one for one in found if one.connection == "reused"]
        return (reused, True) if reused else (found, False)

    def times(self, records: Iterable[Record]) -> Floats:
        """The times of the stage; infinite for a request that was given up. Other failures have none."""
        found = []
        for one in records:
            if one.failure is None and (value := value_of(one, self.timed)) is not None:
                found.append(value)
            elif one.failure in UNANSWERED:
                found.append(np.inf)
        return np.array(found, dtype=np.float64)


def value_of(record: Record, name: str) -> float | None:
    """A figure of one record."""
    if name == "audible_ms":
        first, quiet = record.first_ms, record.silence_ms
        return None if first is None or quiet is None else first + quiet
    value = getattr(record, name)
    return None if value is None else float(value)


def summary(head: Head, records: Sequence[Record], at_level: int | None = None) -> Summary:
    """What these records show. `at_level`: the load of the figures; None: the least."""
    table = Table(head, records)
    levels = table.levels()
    level = at_level if at_level is not None else (levels[0] if levels else 1)
    main, reused = table.main(level)
    answered = [one for one in main if one.failure is None]
    failures = Counter(one.failure for one in table.records if one.failure is not None)
    return Summary(
        head=head,
        sent=len(records),
        answered=sum(one.failure is None for one in table.records),
        failures=dict(failures.most_common()),
        rate_limited=len(records) - len(table.records),
        level=level,
        reused=reused,
        figures=_figures(table, main),
        curve=load_curve({one: table.times(table.main(one)[0]) for one in levels}),
        sides=tuple(_sides(table, main, level)),
        setup=_setup(table.records, main),
        stalled=_stalled(answered),
        real_time_factor=_real_time(answered),
        prefill_ms_per_1k=prefill(table),
        twins=_twins(table),
        in_a_row=_in_a_row(table, main),
        amounts=_amounts(table.records),
    )


def _figures(table: Table, main: list[Record]) -> dict[str, dict[str, Estimate]]:
    found = {}
    tools = table.of("tools")
    for name in FIGURES[table.head.stage]:
        if name == table.timed:
            values = table.times(main)
        else:
            records = tools if name == "tool_call_ms" else main
            numbers = (value_of(one, name) for one in records if one.failure is None)
            values = np.array([value for value in numbers if value is not None])
        if len(values):
            found[name] = quantiles(values)
    after = [one.after_tool_ms for one in tools if one.failure is None and one.after_tool_ms is not None]
    return found | ({"after_tool_ms": quantiles(after)} if after else {})


def _sides(table: Table, main: list[Record], level: int) -> Iterable[Side]:
    """The same time in requests of other kinds than those of the figures."""
    named = {"reused": main} if table.main(level)[1] else {}
    named["new"] = [one for one in (*table.of("cold"), *table.of("load", level)) if one.connection == "new"]
    for one in (*table.of("history"), *table.of("http")):
        _, _, version, history = one.cell.split("/")
        name = f"history {history}" if one.cell.startswith("history") else f"HTTP/{version}"
        named.setdefault(name, []).append(one)
    for name, records in named.items():
        times = table.times(records)
        if len(times):
            found = quantiles(times, (0.5, 0.95))
            yield Side(name, found["p50"], found["p95"])


def _setup(records: list[Record], main: list[Record]) -> dict[str, Estimate]:
    """Medians of the steps before an answer."""
    steps: dict[str, list[float]] = {}
    for one in records:
        for name in ("dns_ms", "connect_ms", "tls_ms"):
            if (value := getattr(one, name)) is not None:
                steps.setdefault(name, []).append(value)
    for one in main:
        if one.server_ms is not None and one.headers_ms is not None:
            steps.setdefault("server_ms", []).append(one.server_ms)
            rest = one.headers_ms - one.server_ms - (one.setup_ms if one.connection == "new" else 0.0)
            steps.setdefault("around_server_ms", []).append(max(rest, 0.0))
    return {name: quantiles(values, (0.5,))["p50"] for name, values in steps.items()}


def _stalled(answered: list[Record]) -> Estimate | None:
    from tuner.statistics.confidence import rate_upper
    from tuner.statistics.intervals import TAIL

    known = [one.stalls for one in answered if one.stalls is not None]
    if not known:
        return None
    n, rate = len(known), sum(stalls > 0 for stalls in known) / len(known)
    low, high = float(1 - rate_upper(1 - rate, n, TAIL)), float(rate_upper(rate, n, TAIL))
    return Estimate("stalled_rate", rate, max(low, 0.0), high, n)


def _real_time(answered: list[Record]) -> Estimate | None:
    """Time of synthesis or transcription in multiples of the sound, at the median."""
    pairs = ((one.done_ms, one.audio_ms) for one in answered)
    values = [done / audio for done, audio in pairs if done is not None and audio]
    return quantiles(values, (0.5,))["p50"] if values else None


def prefill(table: Table) -> Interval | None:
    """What reading 1,000 tokens more takes: the median slope over all pairs of requests (Theil and Sen)."""
    from scipy.stats import theilslopes

    base, _ = table.main((table.levels() or [1])[0])
    longer = table.of("history")
    points = [
        (one.prompt_tokens - (one.cached_tokens or 0), one.first_ms - one.setup_ms)
        for one in (*base, *longer)
        if one.failure is None and one.prompt_tokens is not None and one.first_ms is not None
    ]
    if len(points) < 2 * FEWEST or len({tokens // 100 for tokens, _ in points}) < 2:
        return None
    tokens, times = np.array(points, dtype=np.float64).T
    slope, _, low, high = theilslopes(times, tokens / 1000)
    return Interval(float(slope), float(low), float(high))


def _twins(table: Table) -> SlowPairs | None:
    """Two requests that were sent at once."""
    halves: dict[int, dict[int, float]] = {}
    for one in table.of("twins"):
        times = table.times([one])
        if one.twin is not None and len(times):
            halves.setdefault(one.i, {})[one.twin] = float(times[0])
    pairs = [(both[0], both[1]) for both in halves.values() if len(both) == 2]
    if len(pairs) < FEWEST:
        return None
    return slow_pairs(pairs, slow_above([time for pair in pairs for time in pair]))


def _in_a_row(table: Table, main: list[Record]) -> SlowPairs | None:
    """Each request and the one that was sent next."""
    ordered = sorted(main, key=lambda one: (one.at, one.start_ms))
    times = table.times(ordered)
    if len(times) < 2 * FEWEST:
        return None
    return slow_pairs(list(pairwise(times.tolist())), slow_above(times))


def _amounts(records: Sequence[Record]) -> dict[str, float]:
    from turntempo.probe.cells import amounts

    return amounts(records)
