"""What a search and an export leave in a case: their files, and a line in its log.

The caller gives the time and the person (`at`, `who`).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pipeline.recordings import make_folder, write_text
from tuner.recommendation.recommendation import Recommendation
from tuner.recommendation.sentences import sentences
from tuner.support.case import Case, event, record
from tuner.support.case.checksums import sums_of


def log_tuned(case: Case, folder: Path, found: Recommendation, at: datetime, who: str) -> Case:
    """The case, with a line in its log: what a search found, and where its files are."""
    inside = folder.parent.resolve() == case.folder.resolve()
    files = (f"{folder.name if inside else folder}/",)
    sums = sums_of(case.folder, files) if inside else {}
    return record(case, event(at, who, "tuned", " ".join(sentences(found)[:2]), files=files, sums=sums))


def export_file(case: Case, name: str) -> Path:
    """Where an export of this name goes, in a folder that is there."""
    make_folder(case.export)
    return case.export / name


def keep_exported(case: Case, file: Path, diff: str, settings: str, title: str, at: datetime, who: str) -> Path | None:
    """Write the diff of an export beside its file, and a line in the log; None: there is no diff.

    `settings`: which ones, in words; `title`: the vendor's.
    """
    files, beside = [f"export/{file.name}"], None
    if diff:
        beside = file.with_name(f"{file.name}.diff")
        write_text(beside, diff, force=True)
        files.append(f"export/{beside.name}")
    said = f"{settings} as a configuration of {title}"
    record(case, event(at, who, "exported", said, files=tuple(files), sums=sums_of(case.folder, files)))
    return beside
