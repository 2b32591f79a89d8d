"""The files of a recommendation: settings.json, recommendation.json, frontier.csv, and the search's journal.jsonl."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.recordings import write_settings
from pipeline.writing import finish, make_folder, remove, require_free, together, write_text
from stages.errors import OutputError
from stages.schema_ids import schema_id
from stages.settings import NAMES
from tuner.recommendation.documents import pretty
from tuner.recommendation.frontier import Trade
from tuner.recommendation.recommendation import Recommendation
from tuner.recommendation.sentences import sentences

SETTINGS, ESTIMATE, RECOMMENDATION = "settings.json", "settings.estimate.json", "recommendation.json"
FRONTIER, JOURNAL = "frontier.csv", "journal.jsonl"
SCHEMA = schema_id("recommendation")


def open_dossier(directory: Path, *, force: bool = False, resume: bool = False) -> Path:
    """The path of the journal, once the folder is there and its files may be written; OutputError otherwise.

    A run that was killed leaves a journal and no recommendation: `resume` goes on with it.
    """
    make_folder(directory)
    finish(directory)
    journal = directory / JOURNAL
    for name in (SETTINGS, ESTIMATE, RECOMMENDATION, FRONTIER):
        require_free(directory / name, force or resume)
    if journal.exists() and not (force or resume):
        raise OutputError(f"{journal}: is there already; go on with it by --resume, or start anew with --force")
    return journal


def write_dossier(directory: Path, found: Recommendation, recording: Sequence[str] = ()) -> None:
    """All files but the journal, all of them or none; `recording` names the files of the turns.

    No settings where none tried keep the limits: a file of those in force would look like a recommendation.
    """
    document = recommendation_json(found) | ({"recording": list(recording)} if recording else {})
    with together(directory):
        if found.status != "infeasible":
            write_settings(directory / SETTINGS, found.settings, force=True)
        else:
            remove(directory / SETTINGS)
        if found.estimate is not None:
            write_settings(directory / ESTIMATE, found.estimate, force=True)
        else:
            remove(directory / ESTIMATE)
        write_text(directory / FRONTIER, frontier_csv(found.frontier), force=True)
        write_text(directory / RECOMMENDATION, pretty(document), force=True)


def recommendation_json(found: Recommendation) -> dict[str, Any]:
    """All that was found, as plain JSON values: the same bytes for the same task."""
    both = {} if found.other is None else {"other": _json(found.other)}
    return _json(found) | both


def _json(found: Recommendation) -> dict[str, Any]:
    """One answer."""
    task = found.task
    return {
        "schema": SCHEMA,
        "status": found.status,
        "provisional": found.provisional,
        "interrupted": found.interrupted,
        "summary": sentences(found),
        "goal": task.goal.text,
        "complaint": task.complaint,
        "assumed": task.assumed,
        "seed": task.seed,
        "evaluations": found.evaluations,
        "settings_in_force": task.settings.json_dict(),
        "settings": found.settings.json_dict(),
        "estimate": None if found.estimate is None else found.estimate.json_dict(),
        "changes": [one.json_dict() for one in found.changes],
        "turns_needed": found.turns_needed,
        "limits": [{"name": one.name, "value": one.value, "origin": one.origin} for one in found.limits],
        "nearest": [one.json_dict() for one in found.nearest],
        "out_of_reach": [one.json_dict() for one in found.out_of_reach],
        "tuning": found.tuning.json_dict(),
        "held_out": None if found.held_out is None else found.held_out.json_dict(),
        "frontier": [one.json_dict() for one in found.frontier],
        "searched": found.space.json_dict(),
        "locked": found.space.locks,
        "filled_in": found.filled_in.json_dict(),
        "fit": found.fit.json_dict(),
        "unseen_ms": found.unseen_ms,
    }


def frontier_csv(trades: tuple[Trade, ...]) -> str:
    """kind, risk, ms, within_limits, then one column a setting."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["kind", "risk", "ms", "within_limits", *NAMES])
    for one in trades:
        values = ("" if value is None else value for value in one.settings.flat().values())
        table.writerow([one.kind, round(one.risk, 6), round(one.ms, 3), str(one.within).lower(), *values])
    return text.getvalue()
