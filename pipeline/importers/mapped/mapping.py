"""A mapping: which column holds which field, and in which unit; given by hand, in a file, or proposed from a header."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from collections.abc import Mapping as Mapped
from dataclasses import dataclass
from typing import Any

from pipeline.importers.json_values import parsed
from pipeline.importers.mapped.fields import FIELDS, STAGES
from pipeline.importers.typed.stage_names import column as stage_column
from pipeline.importers.typed.stage_names import scale_of, spaced, without_unit
from stages.brief import brief
from stages.errors import InputError, UnknownName

UNITS = ("ms", "s", "us", "ns")

_PROPOSED: tuple[tuple[str, str], ...] = (
    ("session", r"session|conversation|conv|call|room|channel id|会话|通话"),
    ("turn", r"turn|turn id|turn index|turn number|round|轮次"),
    ("speech_start", r"(user )?(speech|speaking|user|utterance) (start|started|begin|start at|started at|start time)"),
    (
        "speech_end",
        r"(user )?(speech|speaking|user|utterance) (end|ended|stop|stopped|end at|ended at|end time|stop at)",
    ),
    ("final_at", r"(final|transcript|stt|asr)( final)? (at|time stamp|timestamp|end|end at)"),
    ("request_at", r"(llm|request)( request)? (at|start|started at|start at|start time)"),
    ("first_token_at", r"(llm )?first token (at|time|timestamp)"),
    ("tts_at", r"tts( request)? (at|start|started at|start at|start time)"),
    (
        "reply_start",
        r"(reply|agent|bot|assistant|playback|answer) (start|started|begin|start at|started at|start time)",
    ),
    ("reply_end", r"(reply|agent|bot|assistant|playback|answer) (end|ended|stop|stopped|end at|ended at|end time)"),
    ("eot_score", r"(eot|eou|end of turn|turn)( detection)? (score|probability|prob|confidence)"),
    ("reply_tokens", r"(completion|output|reply|response) tokens"),
    ("speech_ms", r"(user )?(speech|utterance|speaking) (duration|length)"),
)


@dataclass(frozen=True)
class Column:
    """A column, and the ms of its unit; None: that of the table."""

    name: str
    scale: float | None = None


Columns = dict[str, Column]


def given(entries: Mapped[str, Any]) -> Columns:
    """The mapping that entries NAME=COLUMN or NAME=COLUMN:UNIT are. Raises UnknownName, InputError."""
    found: Columns = {}
    for field, value in entries.items():
        if field not in FIELDS:
            raise UnknownName("field of a mapping", field, FIELDS)
        if isinstance(value, dict):
            value = f"{value.get('column', '')}:{value['unit']}" if value.get("unit") else value.get("column")
        if not isinstance(value, str) or not value:
            raise InputError(f"the mapping of {field} must be the name of a column, got {brief(value)}")
        name, colon, unit = value.rpartition(":")
        named = bool(colon and name) and unit in UNITS
        found[field] = Column(name, scale_of(unit)) if named else Column(value, without_unit(value)[1])
    return found


def from_text(text: str) -> dict[str, Any]:
    """The entries of a mapping: a JSON object, or NAME=COLUMN between commas or line ends. Raises InputError."""
    if text.lstrip().startswith("{"):
        held = parsed(text)
        if not isinstance(held, dict):
            raise InputError("the mapping is not a JSON object of NAME: COLUMN")
        return held
    entries: dict[str, Any] = {}
    for part in re.split(r"[,\n]", text):
        name, equals, column = (piece.strip().strip("\"'") for piece in part.partition("="))
        if not part.strip() or part.strip().startswith("#"):
            continue
        if not (equals and name and column):
            raise InputError(f"write NAME=COLUMN in a mapping, got {brief(part.strip())}")
        entries[name] = column
    return entries


def proposed(header: Iterable[str]) -> Columns:
    """The mapping that the names of columns suggest; each column is taken once, each field from its first."""
    found: Columns = {}
    for name in header:
        words, scale = without_unit(name)
        plain = spaced(name)
        field = next((field for field, pattern in _PROPOSED if re.fullmatch(pattern, plain)), None)
        field = field or next((field for field, pattern in _PROPOSED if re.fullmatch(pattern, words)), None)
        if field is None and plain.removesuffix(" id") in ("session", "conversation", "call", "room"):
            field = "session"
        if field is None and (meant := stage_column(name)) is not None:
            field, scale = meant.figure, meant.scale
        if field is not None:
            found.setdefault(field, Column(name, scale))
    return found


def is_enough(columns: Columns) -> bool:
    """Whether a mapping shows something of an agent."""
    return sum(field in columns for field in STAGES) >= 2


def as_options(columns: Columns) -> str:
    """The mapping as it is written on the command line."""
    return json.dumps({field: _written(column) for field, column in columns.items()}, ensure_ascii=False)


def _written(column: Column) -> str:
    """The column with its unit, where that is known."""
    unit = next((unit for unit in UNITS if column.scale == scale_of(unit)), None)
    return column.name if unit is None else f"{column.name}:{unit}"


def require(columns: Columns, header: list[str], path: str) -> None:
    """Raises InputError, with the closest name, where a column is not there."""
    for field, column in columns.items():
        if column.name not in header:
            close = difflib.get_close_matches(column.name, header, n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            raise InputError(f"{path}: there is no column {brief(column.name)} for {field}.{hint}")
