"""The result of an import: the turns, and a report of what was lost, is doubtful or was never recorded."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Literal, get_args

import numpy as np
from pydantic import SkipValidation

from pipeline.importers.fault import Fault, FaultKind
from pipeline.recordings.fast_turns import Decoded
from pipeline.turns.columns import Columns
from pipeline.turns.rows import rows
from stages.model import Model
from stages.settings import Settings
from stages.turn import Turn

Severity = Literal["info", "doubtful", "lost"]
"""info: worth knowing; doubtful: kept, but may be wrong; lost: left out."""

Origin = Literal["measured", "derived", "censored", "absent"]
"""Where a value comes from. censored: a lower bound, as a timeout cut it short; absent: not recorded."""

ORIGINS: tuple[Origin, ...] = get_args(Origin)

Sentence = Annotated[str, SkipValidation]
"""Text that may be a phrase of ours (`stages.i18n.Said`), which validation would make plain text of."""

EXAMPLES = 5
"""How many turns or lines are named for a fault."""


class Note(Model):
    """One thing to know about an import. `turn` and `field` are None where it concerns all of them."""

    severity: Severity
    message: Sentence
    turn: str | None = None
    field: str | None = None


class FieldOrigin(Model):
    """Where the values of a field come from: in how many turns each way; `turns` is how many have a value.

    `origin` is the commonest.
    """

    field: str
    origin: Origin
    how: str
    turns: int = 0
    measured: int = 0
    derived: int = 0
    censored: int = 0
    absent: int = 0


class VendorSettings(Model):
    """The settings in force as a source has them: a document that the target of this name reads."""

    target: str
    document: str
    source: str
    """The file that they stand in."""


class MeasuredWait(Model):
    """How long the agent waited from the end of speech to the end of the turn, as its own log has it; ms."""

    turns: int
    p50_ms: float
    p95_ms: float


class ImportReport(Model):
    """What an import took, guessed and left out; sessions, turns and counts a field are filled in last."""

    format: str
    files: tuple[str, ...]
    fields: tuple[FieldOrigin, ...]
    counts: dict[Sentence, int]
    """Event, in words -> how often it happened."""
    notes: tuple[Note, ...] = ()
    faults: tuple[Fault, ...] = ()
    """Known faults of sources that were found, and what was done about each."""
    recognised: tuple[str, ...] = ()
    """Why the files were taken for this format, a sentence a file; empty where the format was named."""
    assumed: bool = False
    """The turns were made from typed figures: nobody recorded them."""
    wait: MeasuredWait | None = None
    """None: the source does not say it. No part of a turn, since it follows from the settings in force."""
    sessions: int = 0
    turns: int = 0

    def of(self, severity: Severity) -> tuple[Note, ...]:
        """The notes of one severity."""
        return tuple(note for note in self.notes if note.severity == severity)


@dataclass(frozen=True)
class SoundPlaces:
    """Where the turns of an import stand in the sound that they were heard in."""

    files: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Session -> the file with both sides, or one of each side."""
    user: dict[str, int] = field(default_factory=dict)
    """Session -> the user's channel; where it is the only one, both sides are on it."""
    begins: dict[str, float] = field(default_factory=dict)
    """Id of a turn -> when the user's first speech begins, in ms of the sound."""


@dataclass
class Findings:
    """What an importer finds on its way through the files: notes, counts, faults, where values come from."""

    format: str
    files: tuple[str, ...]
    fields: tuple[FieldOrigin, ...]
    """The fields with where they come from; counts are filled in at the end."""
    notes: list[Note] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[FaultKind] = field(default_factory=Counter)
    examples: dict[FaultKind, list[str]] = field(default_factory=dict)
    taken: dict[tuple[str, ...], Counter[tuple[Origin, ...]]] = field(default_factory=dict)
    """Fields -> their origins in a turn -> turns, from importers that know the origin of each value; else empty."""
    settings: Settings | None = None
    vendor: VendorSettings | None = None
    assumed: bool = False
    sound: SoundPlaces | None = None
    """Of importers that hear sound; filled in meanwhile."""
    waits: array[float] = field(default_factory=lambda: array("d"))
    """From the end of speech to the end of the turn, ms, of each turn of which the source says it."""

    def note(self, severity: Severity, message: str, turn: str | None = None, field: str | None = None) -> None:
        """Add a note."""
        self.notes.append(Note(severity=severity, message=message, turn=turn, field=field))

    def fault(self, kind: FaultKind, example: str = "", times: int = 1) -> None:
        """Count a fault of the source; `example` says where: a turn, or a file and line."""
        if times:
            self.faults[kind] += times
            named = self.examples.setdefault(kind, [])
            if example and example not in named and len(named) < EXAMPLES:
                named.append(example)

    def took(self, origins: Mapping[str, Origin]) -> None:
        """Count where the values of one turn come from."""
        fields = tuple(origins)
        if fields not in self.taken:
            self.taken[fields] = Counter()
        self.taken[fields][tuple(origins.values())] += 1

    @property
    def origins(self) -> Counter[tuple[str, Origin]]:
        """(field, origin) -> turns."""
        found: Counter[tuple[str, Origin]] = Counter()
        for fields, counted in self.taken.items():
            for origins, turns in counted.items():
                for one in zip(fields, origins, strict=True):
                    found[one] += turns
        return found

    def _wait(self) -> MeasuredWait | None:
        if not self.waits:
            return None
        p50, p95 = np.quantile(self.waits, (0.5, 0.95), method="inverted_cdf").tolist()
        return MeasuredWait(turns=len(self.waits), p50_ms=round(p50, 3), p95_ms=round(p95, 3))

    def report(self) -> ImportReport:
        """The report so far, without the counts a field."""
        return ImportReport(
            format=self.format,
            files=self.files,
            fields=self.fields,
            counts={what: count for what, count in sorted(self.counts.items()) if count},
            notes=tuple(self.notes),
            assumed=self.assumed,
            wait=self._wait(),
            faults=tuple(
                Fault(kind=kind, count=count, examples=tuple(self.examples.get(kind, ())))
                for kind, count in sorted(self.faults.items())
            ),
        )


@dataclass(frozen=True)
class Reading:
    """Turns as they are read, one after the other, and what is found meanwhile: complete once all were read."""

    turns: Iterable[Turn | Decoded]
    findings: Findings


@dataclass(frozen=True)
class Imported:
    """The turns of an import, the settings in force (None: not known), and the report.

    `vendor`: the settings in force in the vendor's own form, where the source has them so. `sound`: where the turns
    stand in the sound, where they were heard.
    """

    columns: Columns
    settings: Settings | None
    report: ImportReport
    vendor: VendorSettings | None = None
    sound: SoundPlaces | None = None

    @cached_property
    def turns(self) -> tuple[Turn, ...]:
        """The turns in the order of the source, as checked values."""
        held = rows(self.columns, self.columns.in_recorded_order())
        return tuple(Turn.model_validate(row) for row in held)


def absent(*fields: str, how: str = "left for completion from a profile") -> tuple[FieldOrigin, ...]:
    """Fields that a source does not have."""
    return tuple(FieldOrigin(field=field, origin="absent", how=how) for field in fields)


STAGES = absent(
    *("network.up_ms", "network.down_ms", "asr.final_ms", "llm.ttft_ms", "llm.token_ms", "llm.clause_tokens"),
    *("llm.sentence_tokens", "llm.reply_tokens", "tts.ttfb_ms", "tts.ms_per_token"),
)
"""The fields of the stages, which a source of speech alone does not have."""
