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

_AGENT = "(?:reply|agent|bot|assistant|playback|answer)"
_BEGAN, _ENDED = "(?:start|started|begin|began)(?: at| time)?", "(?:end|ended|stop|stopped)(?: at| time)?"

_PROPOSED: tuple[tuple[str, str], ...] = (
    ("session", r"session|conversation|conv|call|room|dialog|dialogue|channel id|会话|通话|对话|anruf|gespräch"),
    ("turn", r"turn|turn id|turn index|turn number|turn no|round|轮次|runde"),
    (
        "speech_start",
        rf"(user )?(speech|speaking|user|utterance) (speech |speaking )?{_BEGAN}|用户开始说话(时间)?|说话开始(时间)?",
    ),
    (
        "speech_end",
        rf"(user )?(speech|speaking|user|utterance) (speech |speaking )?{_ENDED}"
        r"|(end of (speech|utterance)|eos|vad (end|stop))( at| time)?"
        r"|用户(停止|结束)说话(时间)?|用户说话结束(时间)?|说话结束(时间)?",
    ),
    ("final_at", r"(final|transcript|stt|asr)( final)? (at|time stamp|timestamp|end|end at)"),
    ("request_at", r"(llm|request)( request)? (at|start|started at|start at|start time)"),
    ("first_token_at", r"(llm )?first token (at|time|timestamp)"),
    ("tts_at", r"tts( request)? (at|start|started at|start at|start time)"),
    (
        "reply_start",
        rf"{_AGENT} (speech |speaking |audio )?{_BEGAN}"
        rf"|{_AGENT} (first )?(audio|sound)( at| time| out| played)?|first (audio|sound) (at|time|out|played)"
        r"|(机器人|智能体|客服|助手)开始(说话|播报|播放|回复)(时间)?",
    ),
    (
        "reply_end",
        rf"{_AGENT} (speech |speaking |audio )?{_ENDED}"
        r"|(机器人|智能体|客服|助手)(停止|结束)(说话|播报|播放|回复)(时间)?",
    ),
    ("eot_score", r"(eot|eou|end of turn|turn)( detection)? (score|probability|prob|confidence)"),
    ("reply_tokens", r"(completion|output|reply|response) tokens"),
    ("speech_ms", r"(user )?(speech|utterance|speaking) (duration|length)|说话时长"),
)

_SESSION_IDS = re.compile(
    r"(session|conversation|conv|call|room|dialog|dialogue) (id|sid|uuid|no|number)|(会话|通话|对话)id"
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
        field, scale = _meant(name)
        if field is None and "." in name:  # a value of an object: its own name says more than those above it
            field, scale = _meant(name.rpartition(".")[2])
        if field is not None:
            found.setdefault(field, Column(name, scale))
    return found


def _meant(name: str) -> tuple[str | None, float | None]:
    """The field that a column's name suggests, and its unit."""
    words, scale = without_unit(name)
    plain = spaced(name)
    for form in (plain, words):
        for field, pattern in _PROPOSED:
            if re.fullmatch(pattern, form):
                return field, scale
    if _SESSION_IDS.fullmatch(plain):
        return "session", scale
    meant = stage_column(name)
    return (None, scale) if meant is None else (meant.figure, meant.scale)


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
