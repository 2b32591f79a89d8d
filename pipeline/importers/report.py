"""The result of an import: the turns, and a report of what was lost, is doubtful or was never recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stages.model import Model
from stages.settings import Settings
from stages.turn import Turn

Severity = Literal["info", "doubtful", "lost"]
"""info: worth knowing; doubtful: kept, but may be wrong; lost: left out."""

Origin = Literal["measured", "derived", "absent"]


class Note(Model):
    """One thing to know about an import. `turn` and `field` are None where it concerns all of them."""

    severity: Severity
    message: str
    turn: str | None = None
    field: str | None = None


class FieldOrigin(Model):
    """Where the values of a field come from; `turns` is how many turns have one."""

    field: str
    origin: Origin
    how: str
    turns: int = 0


class ImportReport(Model):
    """What an import took, guessed and left out; sessions, turns and counts a field are filled in last."""

    format: str
    files: tuple[str, ...]
    fields: tuple[FieldOrigin, ...]
    counts: dict[str, int]
    """Event, in words -> how often it happened."""
    notes: tuple[Note, ...] = ()
    sessions: int = 0
    turns: int = 0

    def of(self, severity: Severity) -> tuple[Note, ...]:
        """The notes of one severity."""
        return tuple(note for note in self.notes if note.severity == severity)


@dataclass(frozen=True)
class Imported:
    """Turns in the order of the source, the settings in force (None: not known), and the report."""

    turns: tuple[Turn, ...]
    settings: Settings | None
    report: ImportReport


def absent(*fields: str, how: str = "left for completion from a profile") -> tuple[FieldOrigin, ...]:
    """Fields that a source does not have."""
    return tuple(FieldOrigin(field=field, origin="absent", how=how) for field in fields)


STAGES = absent(
    *("network.up_ms", "network.down_ms", "asr.final_ms", "llm.ttft_ms", "llm.token_ms", "llm.clause_tokens"),
    *("llm.sentence_tokens", "llm.reply_tokens", "tts.ttfb_ms", "tts.ms_per_token"),
)
"""The fields of the stages, which a source of speech alone does not have."""
