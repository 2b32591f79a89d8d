"""The cases in a folder, the most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from stages.errors import InputError
from tuner.support.case.deadlines import Round, Standing, rounds, standing
from tuner.support.case.escalation import line_of
from tuner.support.case.folder import Case, cases_in, open_case


@dataclass(frozen=True)
class Row:
    """A case and its state at a moment."""

    case: Case
    rounds: tuple[Round, ...]
    standing: Standing | None

    @property
    def open(self) -> bool:
        """Whether it is not solved; a case that was never received is open too."""
        return not self.rounds or self.rounds[-1].resolved is None

    @property
    def _urgency(self) -> tuple[Any, ...]:
        """The order of a board: first answers before solutions, the least time left first; then cases that were
        never received; solved ones last."""
        if not self.open:
            return 3, 0.0, self.case.name
        if self.standing is None:
            return 2, 0.0, self.case.name
        return int(self.standing.due == "resolution"), self.standing.left.total_seconds(), self.case.name

    def json_dict(self) -> dict[str, Any]:
        due = self.standing
        return {
            "case": str(self.case.folder),
            "title": self.case.title,
            "customer": self.case.intake.customer,
            "severity": self.case.triage.severity,
            "kind": self.case.triage.kind,
            "line": line_of(self.case),
            "open": self.open,
            "due": due and {"what": due.due, "at": due.at.isoformat(), "left_s": due.left.total_seconds()},
        }


@dataclass(frozen=True)
class Board:
    """The cases of a folder, the most urgent first, and errors of those that cannot be read."""

    rows: tuple[Row, ...]
    unreadable: tuple[str, ...]


def board(folder: Path, now: datetime) -> Board:
    """The cases in a folder with their state at `now`. Raises InputError where there is no such folder."""
    rows, unreadable = [], []
    for path in cases_in(folder):
        try:
            rows.append(_row(open_case(path), now))
        except InputError as error:
            unreadable.append(str(error))
    return Board(tuple(sorted(rows, key=lambda row: row._urgency)), tuple(unreadable))


def _row(case: Case, now: datetime) -> Row:
    found = rounds(case.log)
    return Row(case, found, standing(found, case.triage.severity, now))
