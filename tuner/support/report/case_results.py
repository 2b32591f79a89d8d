"""What commands and screens leave in a case: what a search came to, an export with its diff, a report; and its log.

When, and who: whoever calls says it (`at`, `who`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from pipeline.recordings import make_folder, write_text
from tuner.deploy import inputs
from tuner.deploy.deployment import within_reach
from tuner.deploy.inputs import Inputs
from tuner.recommendation.recommendation import Recommendation
from tuner.recommendation.sentences import sentences
from tuner.statistics.limits import Limit
from tuner.statistics.objective import Goal
from tuner.support.case import Case, event, record
from tuner.support.report.facts import Facts
from tuner.support.report.of_case import Written, facts_of

Load = Callable[[Sequence[str], Path | None, int, str | None], Inputs]


def log_tuned(case: Case, folder: Path, found: Recommendation, at: datetime, who: str) -> Case:
    """The case whose log tells what a search came to, and where its files are."""
    name = folder.name if folder.parent.resolve() == case.folder.resolve() else str(folder)
    return record(case, event(at, who, "tuned", " ".join(sentences(found)[:2]), files=(f"{name}/",)))


def export_file(case: Case, name: str) -> Path:
    """Where an export of this name goes, in a folder that is there."""
    make_folder(case.export)
    return case.export / name


def keep_exported(case: Case, file: Path, diff: str, told: str, title: str, at: datetime, who: str) -> Path | None:
    """The diff of an export put beside its file, and a line in the log; None: there is no diff.

    `told`: which settings these are; `title`: the vendor's.
    """
    files, beside = [f"export/{file.name}"], None
    if diff:
        beside = file.with_name(f"{file.name}.diff")
        write_text(beside, diff, force=True)
        files.append(f"export/{beside.name}")
    record(case, event(at, who, "exported", f"{told} as a configuration of {title}", files=tuple(files)))
    return beside


def report_facts(
    case: Case,
    goal: Goal,
    limits: Sequence[Limit],
    seed: int = 0,
    profile: str | None = None,
    load: Load = inputs.load,
) -> Facts | None:
    """The facts of the case's recording, completed as it was for the recommendation; None: there is no recording.

    Goal, limits, seed and profile are those of the recommendation, where there is one. Raises InputError.
    """
    if case.recording is None:
        return None
    if told := case.recommendation:
        seed, profile = told.get("seed", seed), (told.get("filled_in") or {}).get("profile")
    given = load([str(case.folder)], None, seed, profile)
    reach = within_reach(case, given.settings)
    turns = given.recorded, given.complete, given.filled_in
    return facts_of(case, *turns, given.settings, goal, limits, seed, reach)


def write_report(folder: Path, written: Written) -> None:
    """Its files, in the place of those written before."""
    make_folder(folder)
    for name, text in written.files.items():
        write_text(folder / name, text, force=True)


def log_reported(case: Case, written: Written, at: datetime, who: str) -> Case:
    """The case whose log tells of the report in its own folder."""
    return record(case, event(at, who, "reported", files=[f"report/{name}" for name in written.files]))
