"""What is wrong with a line of a recording, and the count of lines left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from stages.errors import RecordingError

SHOWN = 5
"""How many of the lines left out are given as examples."""


@dataclass(frozen=True)
class Problem:
    """A broken rule at a place of a file; `message` says the rule, what came and the next step."""

    rule: str
    """The rule's short name, under which it is counted."""
    message: str
    field: str | None = None

    def at(self, file: str, place: int, table: bool = False) -> RecordingError:
        """The error at a line of a file, or at a row of a table."""
        return RecordingError(
            self.message,
            file=file,
            line=None if table else place,
            row=place if table else None,
            field=self.field,
        )


@dataclass
class LeftOut:
    """What was skipped: how many lines by rule, and the first few as they would have been reported."""

    by_rule: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many lines or rows were left out."""
        return self.by_rule.total()

    def add(self, rule: str, error: RecordingError) -> None:
        """Count one more."""
        self.by_rule[rule] += 1
        if len(self.examples) < SHOWN:
            self.examples.append(str(error))
