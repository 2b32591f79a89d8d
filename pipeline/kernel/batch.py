"""Many turns under many settings at once: the batch engine (timing model, section 7).

The work is cut into settings x blocks of whole sessions, and done by threads without the interpreter lock. A block's
sums are added up in a fixed order, so that any chunking and any number of threads give the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from pipeline.figures.figures import Figures
from pipeline.figures.outcome import Outcome, Parts
from pipeline.kernel import loops
from pipeline.kernel.measured import STOP_QUANTILES, Measured, Tally
from pipeline.kernel.packed import pack
from pipeline.kernel.quantile import quantiles
from pipeline.kernel.vectorized import room
from pipeline.turns.columns import Columns
from pipeline.turns.evidence import Evidence
from stages.arrays import Floats
from stages.errors import InputError
from stages.settings import Settings
from stages.vector import encode

BLOCK_TURNS = 4096
"""Blocks end at the first session end after so many turns."""

CHUNK_BYTES = 64 << 20
"""Response times held at once."""


@dataclass(frozen=True)
class Evaluation:
    """The figures of m settings, as arrays."""

    quantiles: Floats
    """(m, q) response time in ms; infinite where the quantile falls on a turn without an answer."""
    mean_ms: Floats
    max_ms: Floats
    tallies: dict[str, Tally]
    stop_ms: Floats
    """(m, stop quantiles), p50 and p95 unless asked for others; NaN where no interrupt was handled."""
    talked_over_ms: Floats
    hiccup_ms: Floats


@dataclass(frozen=True)
class Outcomes:
    """The outcome of every turn under one set of settings: a column each, turns in the order of the columns."""

    table: Floats
    """(n, len(pipeline.loops.FIELDS))"""
    unknown: frozenset[str] = frozenset()
    """The figures that the recording does not show under these settings."""
    assumed: frozenset[str] = frozenset()

    def __getattr__(self, name: str) -> Floats:
        if name not in loops.FIELDS:
            raise AttributeError(name)
        return self.table[:, loops.FIELDS.index(name)]

    def outcome(self, i: int) -> Outcome:
        """Turn i's outcome as a checked value."""
        row: dict[str, Any] = dict(zip(loops.FIELDS, self.table[i].tolist(), strict=True))
        parts = {name: row.pop(name) for name in Parts.model_fields}
        stop = row.pop("stop_ms")
        for name, field in Outcome.model_fields.items():
            if name in row and field.annotation in (int, bool):
                row[name] = field.annotation(row[name])
        if row["lost"]:
            row |= {"response_ms": None, "first_sound_ms": None, "parts": None}
        else:
            row["parts"] = parts
        return Outcome(**row, stop_ms=() if np.isnan(stop) else (stop,))


class Batch:
    """Complete turns made ready for the kernel; safe to use from several threads."""

    def __init__(self, columns: Columns, threads: int | None = None) -> None:
        if not len(columns):
            raise InputError("there are no turns to replay")
        self.columns = columns
        self.threads = threads or os.cpu_count() or 1
        self._packed = pack(columns)
        self._slots, self._n_slots = _stop_slots(columns)

    def __len__(self) -> int:
        return len(self.columns)

    @cached_property
    def blocks(self) -> list[tuple[int, int]]:
        """Ranges of sessions, each of at least `BLOCK_TURNS` turns but for the last."""
        starts, found, begin = self.columns.session_start, [], 0
        while begin < len(starts) - 1:
            end = int(np.searchsorted(starts, starts[begin] + BLOCK_TURNS))
            found.append((begin, min(end, len(starts) - 1)))
            begin = found[-1][1]
        return found

    @cached_property
    def evidence(self) -> Evidence:
        """What the turns show of pauses and overlaps."""
        return Evidence.of(self.columns)

    def evaluate(
        self, rows: Floats, qs: tuple[float, ...] = (0.95,), stop_qs: tuple[float, ...] = STOP_QUANTILES
    ) -> Evaluation:
        """The figures of each of m rows of settings; `qs` of response and `stop_qs` of stop times ascending."""
        chunk = max(1, CHUNK_BYTES // (8 * len(self)))
        parts = [self._chunk(rows[i : i + chunk], qs, stop_qs) for i in range(0, len(rows), chunk)]
        return parts[0] if len(parts) == 1 else _joined(parts)

    def figures(self, settings: Settings) -> Figures:
        """The figures under one set of settings."""
        return self.measure(settings).figures()

    def measure(self, settings: Settings) -> Measured:
        """Of one set of settings what is needed of every turn, without writing down all of its outcome."""
        return self._recorded(settings, np.empty((len(loops.FIELDS), 0)))

    def outcomes(self, settings: Settings) -> Outcomes:
        """Every turn's outcome under one set of settings."""
        table = np.empty((len(loops.FIELDS), len(self)))  # a figure reads one row of it, from end to end
        self._recorded(settings, table)
        return Outcomes(table.T, self.evidence.unknown(settings), self.evidence.assumed)

    def _recorded(self, settings: Settings, table: Floats) -> Measured:
        row, starts, packed, blocks = encode(settings), self.columns.session_start, self._packed, self.blocks
        found = np.empty((len(loops.MEASURED), len(self)))
        tallies = np.zeros((len(blocks), len(loops.ROWS), len(loops.TALLIES)), dtype=np.int64)

        def work(b: int) -> None:
            loops.record(packed, starts, *blocks[b], row, table, found, tallies[b])

        self._each(work, range(len(blocks)))
        response, stop, talked_over, hiccup = found
        counted = self._tallies(tallies.sum(axis=0)[None])
        unknown, assumed = self.evidence.unknown(settings), self.evidence.assumed
        return Measured(response, stop, talked_over, hiccup, counted, unknown, assumed)

    def _chunk(self, rows: Floats, qs: tuple[float, ...], stop_qs: tuple[float, ...]) -> Evaluation:
        m, blocks = len(rows), self.blocks
        response = np.empty((m, len(self)))
        stops = np.full((m, self._n_slots), np.nan)
        sums = np.zeros((len(blocks), m, 3))
        tops = np.zeros((len(blocks), m))
        tallies = np.zeros((len(blocks), m, len(loops.ROWS), len(loops.TALLIES)), dtype=np.int64)
        starts = self.columns.session_start

        def work(task: tuple[int, int, int]) -> None:
            b, lo, hi = task
            counts = loops.Counts(response[lo:hi], stops[lo:hi], sums[b, lo:hi], tops[b, lo:hi], tallies[b, lo:hi])
            loops.count(self._packed, starts, *blocks[b], self._slots, rows[lo:hi], counts, room())

        step = -(-m * len(blocks) // (4 * self.threads)) if len(blocks) < 4 * self.threads else m
        step = max(1, min(step, m))
        self._each(work, [(b, i, min(i + step, m)) for b in range(len(blocks)) for i in range(0, m, step)])
        found, stop_ms = np.empty((m, len(qs))), np.empty((m, len(stop_qs)))

        def sort(part: slice) -> None:
            found[part] = quantiles(response[part], qs)
            stop_ms[part] = quantiles(stops[part], stop_qs)

        step = -(-m // self.threads)
        self._each(sort, [slice(i, i + step) for i in range(0, m, step)])
        return self._evaluation(found, stop_ms, sums, tops, tallies.sum(axis=0))

    def _evaluation(self, found: Floats, stop_ms: Floats, sums: Floats, tops: Floats, tallies: Any) -> Evaluation:
        n = len(self)
        total = np.zeros_like(sums[0])
        for block in sums:  # in order: the same bytes for any number of threads
            total += block
        by_name = self._tallies(tallies)
        unanswered = by_name["lost_rate"].events + by_name["failed_rate"].events
        with np.errstate(invalid="ignore"):
            mean = total[:, 0] / (n - unanswered)
        top = np.where(n > unanswered, tops.max(axis=0), np.nan)
        return Evaluation(found, mean, top, by_name, stop_ms, total[:, 1] / n, total[:, 2] / n)

    def _tallies(self, tallies: Any) -> dict[str, Tally]:
        """Of m settings, (m, len(ROWS), len(TALLIES)), by name."""
        lengths = np.diff(self.columns.session_start).astype(np.float64)
        n, sizes = len(self), float(lengths @ lengths)
        return {name: _tally(tallies[:, :, r], name, n, sizes) for r, name in enumerate(loops.TALLIES)}

    def _each(self, work: Callable[[Any], None], tasks: Iterable[Any]) -> None:
        tasks = list(tasks)
        if self.threads == 1 or len(tasks) == 1:
            for task in tasks:
                work(task)
            return
        for _ in self._pool.map(work, tasks):
            pass

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.threads, thread_name_prefix="turntempo")


def _tally(sums: Any, name: str, n: int, sizes: float) -> Tally:
    by_interrupts = name == "missed_interrupt_rate"
    events, squares, cross = (sums[:, j].astype(np.float64) for j in range(3))
    trials = sums[:, 3].astype(np.float64) if by_interrupts else np.full(len(sums), float(n))
    all_sizes = sums[:, 4].astype(np.float64) if by_interrupts else np.full(len(sums), sizes)
    return Tally(events, trials, squares, cross, all_sizes)


def _stop_slots(columns: Columns) -> tuple[Any, int]:
    """(n,): where a turn's stop time goes, -1 for a turn that no interrupt can stop; and how many places there are."""
    owner = np.repeat(np.arange(len(columns)), np.diff(columns.overlap_start))
    turns = np.unique(owner[columns.overlap_kind == 0])
    slots = np.full(len(columns), -1, dtype=np.int32)
    slots[turns] = np.arange(len(turns))
    return slots, len(turns)


def _joined(parts: list[Evaluation]) -> Evaluation:
    def join(name: str) -> Any:
        return np.concatenate([getattr(part, name) for part in parts])

    def tally(name: str) -> Tally:
        fields = Tally.__dataclass_fields__
        return Tally(*(np.concatenate([getattr(part.tallies[name], field) for part in parts]) for field in fields))

    tallies = {name: tally(name) for name in loops.TALLIES}
    names = ("quantiles", "mean_ms", "max_ms", "stop_ms", "talked_over_ms", "hiccup_ms")
    return Evaluation(tallies=tallies, **{name: join(name) for name in names})
