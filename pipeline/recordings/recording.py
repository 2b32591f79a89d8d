"""Reading a recording into memory: every line is checked, and a bad one refused or left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.recordings import jsonl
from pipeline.recordings.block import NO_INDEX, Arrays, Block, in_column_types, kept
from pipeline.recordings.checks import problems
from pipeline.recordings.open_recording import OpenRecording, opened
from pipeline.recordings.problem import LeftOut, Problem
from pipeline.recordings.store.selection import selection_of
from pipeline.turns.builder import concatenated, grouped
from pipeline.turns.columns import Columns
from stages.errors import RecordingError
from stages.settings import Settings


@dataclass(frozen=True)
class Recording:
    """Turns, the settings in force while they were recorded (None: not known), and what was left out."""

    columns: Columns
    settings: Settings | None
    left_out: LeftOut


def read(
    paths: str | Path | Sequence[str | Path], skip_bad: bool = False, watch: Callable[[int], None] | None = None
) -> Recording:
    """The recording in these files, one after the other: JSON Lines, Parquet, with gzip, a store; "-" is stdin.

    The first bad line raises RecordingError; with `skip_bad` it is left out and counted. A turn without
    `index` gets its place among the turns of its session, from 0. All files must name the same settings, or none.

    `watch` is called now and then with the number of turns read; an exception from it ends the reading.
    """
    intake = _Intake(skip_bad, watch)
    for path in [paths] if isinstance(paths, str | Path) else paths:
        with opened(path) as source:
            intake.take(source)
    return intake.recording()


@dataclass
class _Intake:
    """What has been read so far."""

    skip_bad: bool
    watch: Callable[[int], None] | None = None
    left_out: LeftOut = field(default_factory=LeftOut)
    arrays: list[Arrays] = field(default_factory=list)
    seen: set[bytes] = field(default_factory=set)
    """The ids so far."""
    settings: Settings | None = None
    settings_from: tuple[str, int] | None = None
    """The file and line of the settings."""
    names: list[str] = field(default_factory=list)

    @property
    def turns(self) -> int:
        """How many turns were kept so far."""
        return sum(len(arrays["ids"]) for arrays in self.arrays)

    def take(self, source: OpenRecording) -> None:
        """Read one file to its end."""
        self.names.append(source.name)
        before = self.turns + self.left_out.count
        for block in _blocks(source, stop=not self.skip_bad):
            self._check(block, source)
            if self.watch is not None:
                self.watch(self.turns)
        if self.turns + self.left_out.count == before:
            raise RecordingError("holds no turns; a recording has one turn a line", file=source.name)

    def recording(self) -> Recording:
        """All of it; RecordingError where no turn is left."""
        if not self.turns:
            raise RecordingError(
                f"no turn is left: {self.left_out.count} lines were left out, the first: {self.left_out.examples[0]}",
                file=self.names[0],
            )
        columns = _indexed(grouped(concatenated(self.arrays)))
        return Recording(columns, self.settings, self.left_out)

    def _check(self, block: Block, source: OpenRecording) -> None:
        """Keep the valid turns of a block; raise for the first bad line, or count it."""
        found = problems(block.arrays)
        for place, problem in self._repeated(block, found):
            found.setdefault(place, problem)
        bad = [(int(block.places[turn]), problem) for turn, problem in found.items()]
        bad += block.problems
        bad += [(place, problem) for place, problem in self._settings(block, source)]
        for place, problem in sorted(bad, key=lambda at: at[0]):
            error = problem.at(source.name, place, table=source.kind != "lines")
            if not self.skip_bad:
                raise error
            self.left_out.add(problem.rule, error)
        keep = np.ones(len(block.places), dtype=np.bool_)
        keep[list(found)] = False
        self.arrays.append(in_column_types(kept(block.arrays, keep)))

    def _repeated(self, block: Block, found: dict[int, Problem]) -> Iterator[tuple[int, Problem]]:
        """The turns whose id another turn has."""
        for turn, name in enumerate(block.arrays["ids"].tolist()):
            if name in self.seen:
                rule = f"must be unique, and {name.decode()!r} was there before"
                yield turn, Problem("duplicate id", rule, "id")
            elif turn not in found:
                self.seen.add(name)

    def _settings(self, block: Block, source: OpenRecording) -> Iterator[tuple[int, Problem]]:
        """Keep the settings in force; other settings than those before are a problem."""
        for place, settings in block.settings:
            file, line = self.settings_from or (source.name, place)
            if self.settings_from and file == source.name:
                yield (
                    place,
                    Problem("second settings", f"a recording has one line of settings; the first is line {line}"),
                )
            elif self.settings not in (None, settings):
                rule = f"other settings in force than in {file}; tune each recording separately"
                yield place, Problem("second settings", rule)
            else:
                self.settings, self.settings_from = settings, (source.name, place)


def _blocks(source: OpenRecording, stop: bool) -> Iterator[Block]:
    if source.kind == "lines":
        return jsonl.blocks(source, stop)
    if source.kind == "store":
        from pipeline.recordings.store import reader  # SQLite is loaded only for a store

        return reader.blocks(selection_of(source.name))
    from pipeline.recordings.parquet import reader as table  # Arrow is loaded only for Parquet

    return table.blocks(source)


def _indexed(columns: Columns) -> Columns:
    """The columns with every index: a turn without one gets its place in its session."""
    missing = columns.index == NO_INDEX
    if not missing.any():
        return columns
    place = np.arange(len(columns), dtype=np.int32) - columns.session_start[columns.session]
    index: npt.NDArray[np.int32] = np.where(missing, place, columns.index).astype(np.int32)
    return columns.replace(index=index)
