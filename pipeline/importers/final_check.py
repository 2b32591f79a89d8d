"""The last check of an import: it gives no turn that breaks a rule of recordings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np

from pipeline.importers.report import ORIGINS, FieldOrigin, Findings, Imported, Origin, Reading
from pipeline.recordings.block import in_column_types, kept
from pipeline.recordings.checks import problems
from pipeline.recordings.fast_turns import Decoded
from pipeline.turns.builder import BLOCK, MASKS, block, concatenated, grouped
from pipeline.turns.columns import CENSORABLE, SCALARS, Columns
from stages.arrays import Flags
from stages.errors import RecordingError
from stages.turn import Turn

_COLUMNS = {path: name for name, path in SCALARS.items()} | {"llm.ttft_ms": "ttft_ms", "tts.ttfb_ms": "ttfb_ms"}
_KNOWN = {"speech.pauses": "pauses_known", "overlaps": "overlaps_known"}


def checked(reading: Reading) -> Imported:
    """The import without turns that break a rule of recordings, each noted in the report, and with its counts.

    Turns are read and checked a block at a time: only columns are held. Raises RecordingError where no turn is left,
    or two have one id.
    """
    findings = reading.findings
    taken: set[str] = set()
    arrays = [_checked(some, findings, taken) for some in _blocks(reading.turns)]
    if not taken:
        lost = next((note.message for note in findings.notes if note.severity == "lost"), None)
        raise RecordingError(
            f"gives no turns: {lost or 'no speech is answered by another speaker'}", file=_files(findings)
        )
    columns = grouped(concatenated(arrays))
    origins = findings.origins
    report = findings.report()
    update = {
        "turns": len(columns),
        "sessions": len(columns.session_names),
        "fields": tuple(_counted(field, columns, origins) for field in report.fields),
    }
    return Imported(columns, findings.settings, report.model_copy(update=update), findings.vendor, findings.sound)


def _blocks(turns: Iterable[Turn | Decoded]) -> Iterator[list[Any]]:
    stream = iter(turns)
    while some := list(islice(stream, BLOCK)):
        yield some


def _checked(turns: list[Any], findings: Findings, taken: set[str]) -> dict[str, Any]:
    """The arrays of the turns that break no rule."""
    arrays = block(turns)
    arrays["index"] = arrays["index"].astype(np.float64)
    broken = problems(arrays)
    for place, broke in sorted(broken.items()):
        findings.note("lost", f"left out: {broke.message}", turns[place].id, broke.field)
    keep = np.ones(len(turns), dtype=np.bool_)
    keep[list(broken)] = False
    for place in np.flatnonzero(keep).tolist():
        if (name := turns[place].id) in taken:
            raise RecordingError(f"the turn {name!r} is there twice; was a file given twice?", file=_files(findings))
        taken.add(name)
    return in_column_types(kept(arrays, keep))


def _files(findings: Findings) -> str:
    return ", ".join(findings.files[:3])


def _counted(field: FieldOrigin, columns: Columns, origins: Mapping[tuple[str, Origin], int]) -> FieldOrigin:
    """The field with its counts: as the importer counted them, else from which turns have a value or a bound."""
    counts = {origin: origins[field.field, origin] for origin in ORIGINS if (field.field, origin) in origins}
    if not counts:
        has, bound = _has(columns, field.field), _bound(columns, field.field)
        stated: Origin = "measured" if field.origin == "absent" else field.origin
        counts = {"absent": int((~has).sum()), stated: int((has & ~bound).sum())}
        counts["censored"] = counts.get("censored", 0) + int((has & bound).sum())
    turns = sum(count for origin, count in counts.items() if origin != "absent")
    commonest = max((origin for origin in ORIGINS if origin != "absent"), key=lambda origin: counts.get(origin, 0))
    return field.model_copy(update=counts | {"turns": turns, "origin": commonest if turns else "absent"})


def _has(columns: Columns, field: str) -> Flags:
    """(n,) which turns have a value of this field."""
    if field in _KNOWN:
        known: Flags = getattr(columns, _KNOWN[field])
        return known
    if field not in _COLUMNS:
        return np.zeros(len(columns), dtype=np.bool_)
    values = getattr(columns, _COLUMNS[field])
    missing: Flags = np.isnan(values[:, 0] if values.ndim == 2 else values)
    return ~missing


def _bound(columns: Columns, field: str) -> Flags:
    """(n,) in which turns it is only a lower bound."""
    if field not in MASKS:
        return np.zeros(len(columns), dtype=np.bool_)
    mask = MASKS[f"{field}[0]"] if f"{field}[0]" in CENSORABLE else MASKS[field]
    found: Flags = (columns.censored & mask).astype(np.bool_)
    return found
