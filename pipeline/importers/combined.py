"""Several imports as one recording."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pipeline.importers.report import ORIGINS, FieldOrigin, Imported, ImportReport, Note
from pipeline.turns.builder import concatenated, grouped, ungrouped
from pipeline.turns.columns import Columns
from stages.errors import RecordingError


def combined(parts: Sequence[Imported], recognised: tuple[str, ...], left: tuple[str, ...]) -> Imported:
    """The turns of all parts in order, and their reports as one.

    `left`: files that no importer knows. Raises RecordingError where the parts have turns of one id, or other settings.
    """
    why = "not used, as no importer knows it by what it holds, or it is sound that lies beside logs"
    notes = tuple(Note(severity="info", message=f"{why}: {path}") for path in left)
    if len(parts) == 1:
        report = parts[0].report
        update = {"recognised": recognised, "notes": report.notes + notes}
        return replace(parts[0], report=report.model_copy(update=update))
    files = ", ".join(path for part in parts for path in part.report.files[:2])
    settings = [part.settings for part in parts if part.settings is not None]
    vendors = [part.vendor for part in parts if part.vendor is not None]
    if any(one != settings[0] for one in settings) or any(one.document != vendors[0].document for one in vendors):
        raise RecordingError("were recorded under different settings; import each recording separately", file=files)
    columns = _together([part.columns for part in parts], files)
    report = _report([part.report for part in parts], columns, recognised, notes)
    sound = next((part.sound for part in parts if part.sound is not None), None)
    return Imported(columns, settings[0] if settings else None, report, vendors[0] if vendors else None, sound)


def _together(parts: Sequence[Columns], files: str) -> Columns:
    ids = np.concatenate([part.ids for part in parts])
    if len(np.unique(ids)) < len(ids):
        raise RecordingError("have turns of the same id; import them separately", file=files)
    return grouped(concatenated([ungrouped(part, part.in_recorded_order()) for part in parts]))


def _report(
    reports: Sequence[ImportReport], columns: Columns, recognised: tuple[str, ...], notes: tuple[Note, ...]
) -> ImportReport:
    counts: Counter[str] = Counter()
    for report in reports:
        counts.update(report.counts)
    return ImportReport(
        format=", ".join(report.format for report in reports),
        files=tuple(path for report in reports for path in report.files),
        fields=_fields(reports),
        counts=dict(counts),
        notes=tuple(note for report in reports for note in report.notes) + notes,
        faults=tuple(fault for report in reports for fault in report.faults),
        recognised=recognised,
        assumed=any(report.assumed for report in reports),
        sessions=len(columns.session_names),
        turns=len(columns),
    )


def _fields(reports: Sequence[ImportReport]) -> tuple[FieldOrigin, ...]:
    """The fields of all; one that a report lacks is absent in all of its turns."""
    named = {field.field: field for report in reports for field in report.fields}
    return tuple(_field(name, field.how, reports) for name, field in named.items())


def _field(name: str, how: str, reports: Sequence[ImportReport]) -> FieldOrigin:
    counts: Counter[str] = Counter()
    for report in reports:
        held = next((field for field in report.fields if field.field == name), None)
        counts.update({"absent": report.turns} if held is None else {one: getattr(held, one) for one in ORIGINS})
    turns = sum(counts[one] for one in ORIGINS if one != "absent")
    commonest = max((one for one in ORIGINS if one != "absent"), key=lambda one: counts[one])
    return FieldOrigin(field=name, origin=commonest if turns else "absent", how=how, turns=turns, **counts)
