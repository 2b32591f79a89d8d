"""The outcomes of turns by either engine: the batch kernel, or the streaming pipeline event by event."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Literal

from pipeline.figures.outcome import OF_OVERLAPS, OF_PAUSES
from pipeline.kernel.batch import Batch, Outcomes
from pipeline.recordings import written
from pipeline.turns.columns import Columns
from pipeline.turns.evidence import LOST_FIGURE, Evidence
from pipeline.turns.rows import turn_at
from stages.settings import Settings

Engine = Literal["batch", "stream"]


def outcomes(engine: Engine, turns: Columns, settings: Settings) -> Outcomes:
    """A row a turn, in the order of the columns."""
    if engine == "batch":
        return Batch(turns).outcomes(settings)
    from pipeline.kernel.tally import table_of
    from pipeline.streaming import reading, stream

    found = table_of([reading.outcome(stream.run(turn_at(turns, i), settings)) for i in range(len(turns))])
    evidence = Evidence.of(turns)
    return replace(found, unknown=evidence.unknown(settings), assumed=evidence.assumed)


def write_outcomes(path: Path, turns: Columns, outcomes: Outcomes, force: bool) -> None:
    """One outcome a line, with the turn's id, in the order of the recording. Raises OutputError.

    What the recording does not show of a turn is null.
    """
    unseen = Evidence.of(turns).knows_pauses and "cut_off_rate" in outcomes.unknown
    with written(path, force) as stream:
        for i in turns.in_recorded_order():
            outcome = outcomes.outcome(int(i)).json_dict()
            outcome |= dict.fromkeys(_unknown(turns, outcomes, int(i), unseen))
            line = json.dumps({"id": turns.ids[i].decode(), **outcome}, ensure_ascii=False)
            stream.write(line.encode() + b"\n")


def _unknown(turns: Columns, outcomes: Outcomes, i: int, unseen: bool) -> tuple[str, ...]:
    """The fields of turn i's outcome that the recording does not show; `unseen`: short pauses cannot have been seen."""
    pauses = (turns.pauses_known[i] or turns.pauses_assumed[i]) and not unseen
    overlaps = turns.overlaps_known[i] or turns.overlaps_assumed[i]
    lost = ("lost",) if LOST_FIGURE in outcomes.unknown else ()
    return (*(() if pauses else (*OF_PAUSES, *lost)), *(() if overlaps else OF_OVERLAPS))
