"""The outcomes of turns by either engine: the batch kernel, or the streaming pipeline event by event."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pipeline.figures.outcome import Outcome
from pipeline.kernel.batch import Batch, Outcomes
from pipeline.recordings import written
from pipeline.turns.columns import Columns
from pipeline.turns.rows import turn_at
from stages.settings import Settings

Engine = Literal["batch", "stream"]


def outcomes(engine: Engine, turns: Columns, settings: Settings) -> Outcomes:
    """A row a turn, in the order of the columns."""
    if engine == "batch":
        return Batch(turns).outcomes(settings)
    from pipeline.kernel.tally import table_of
    from pipeline.streaming import reading, stream

    return table_of([reading.outcome(stream.run(turn_at(turns, i), settings)) for i in range(len(turns))])


def write_outcomes(path: Path, turns: Columns, outcomes: Outcomes, force: bool) -> None:
    """One outcome a line with the turn's id, in the order of the recording. Raises OutputError."""
    with written(path, force) as stream:
        for name, outcome in _in_recorded_order(turns, outcomes):
            line = json.dumps({"id": name, **outcome.json_dict()}, ensure_ascii=False)
            stream.write(line.encode() + b"\n")


def _in_recorded_order(turns: Columns, outcomes: Outcomes) -> Iterator[tuple[str, Outcome]]:
    for i in turns.in_recorded_order():
        yield turns.ids[i].decode(), outcomes.outcome(int(i))
