"""The last check of an import: it gives no turn that breaks a rule of recordings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pipeline.importers.report import FieldOrigin, Imported, Note
from pipeline.recordings.checks import problems
from pipeline.turns.builder import block
from stages.errors import RecordingError
from stages.turn import Turn


def checked(imported: Imported) -> Imported:
    """The import without turns that break a rule of recordings, each noted in the report, and with its counts.

    Raises RecordingError where no turn is left, or two have one id.
    """
    arrays = block(imported.turns)
    arrays["index"] = arrays["index"].astype(np.float64)
    broken = problems(arrays)
    notes = tuple(
        Note(severity="lost", turn=imported.turns[place].id, field=broke.field, message=f"left out: {broke.message}")
        for place, broke in sorted(broken.items())
    )
    repeated = next((name for name, count in Counter(turn.id for turn in imported.turns).items() if count > 1), None)
    if repeated:
        rule = f"the turn {repeated!r} is there twice; was a file given twice?"
        raise RecordingError(rule, file=", ".join(imported.report.files[:3]))
    kept = tuple(turn for place, turn in enumerate(imported.turns) if place not in broken)
    if not kept:
        why = notes[0].message if notes else "no speech is answered by another speaker"
        raise RecordingError(f"gives no turns: {why}", file=", ".join(imported.report.files[:3]))
    update = {
        "turns": len(kept),
        "sessions": len({turn.session for turn in kept}),
        "fields": tuple(_counted(field, kept) for field in imported.report.fields),
        "notes": imported.report.notes + notes,
    }
    return replace(imported, turns=kept, report=imported.report.model_copy(update=update))


def _counted(field: FieldOrigin, turns: Sequence[Turn]) -> FieldOrigin:
    return field.model_copy(update={"turns": sum(_has(turn, field.field) for turn in turns)})


def _has(turn: Turn, field: str) -> bool:
    value: object = turn
    for part in field.split("."):
        value = getattr(value, part, None)
    return value is not None
