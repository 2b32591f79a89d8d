"""Turns from JSON Lines: one object a line, and at most one line of settings (timing model, section 8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

import msgspec
import numpy as np
from pydantic import ValidationError
from pydantic_core import from_json

from pipeline.recordings.block import Block, kept
from pipeline.recordings.checks import problems
from pipeline.recordings.explanation import WRONG_SCHEMA, explained
from pipeline.recordings.fast_turns import Decoded, decoder
from pipeline.recordings.open_recording import OpenRecording, lines
from pipeline.recordings.problem import Problem
from pipeline.turns.builder import MASKS, block
from pipeline.turns.tool_marks import tool_mark
from stages import settings
from stages.errors import SettingsError, UnknownName
from stages.schema_ids import former_id, is_schema, schema_id
from stages.settings import Settings
from stages.turn import Turn

LINES = 4096
"""Turns of a block: many, so that what is done once a block costs little; a decoded turn has no part in collection of
garbage."""

_SETTINGS_MARKS = (schema_id("settings").encode(), former_id("settings").encode())


def blocks(source: OpenRecording, stop: bool) -> Iterator[Block]:
    """The recording in blocks of `LINES` turns; with `stop` reading ends after the first bad line."""
    enough = 1 if stop else LINES
    part = Part()
    for number, line in lines(source):
        part.take(number, line)
        if len(part.turns) == LINES or len(part.problems) == enough:
            yield part.block()
            part = Part()
    yield part.block()


@dataclass
class Part:
    """Lines that become a block: their turns, and what else they hold."""

    turns: list[Decoded] = field(default_factory=list)
    lines: list[tuple[int, bytes]] = field(default_factory=list)
    """Number and bytes of each turn's line."""
    indexed: list[bool] = field(default_factory=list)
    """Whether a turn says its index."""
    problems: list[tuple[int, Problem]] = field(default_factory=list)
    settings: list[tuple[int, Settings]] = field(default_factory=list)

    def take(self, number: int, line: bytes | Problem) -> None:
        """Add a line."""
        match line if isinstance(line, Problem) else _parsed(line):
            case Problem() as problem:
                self.problems.append((number, problem))
            case Settings() as found:
                self.settings.append((number, found))
            case turn:
                self.indexed.append(turn.index is not msgspec.UNSET)
                if turn.index is msgspec.UNSET:
                    turn.index = 0
                self.turns.append(turn)
                self.lines.append((number, cast(bytes, line)))

    def block(self) -> Block:
        """The turns as arrays. Of those that break a rule between fields the model says what is wrong."""
        arrays = block(self.turns)
        arrays["index"] = np.where(self.indexed, arrays["index"], np.nan)
        places = np.array([number for number, _ in self.lines], dtype=np.int64)
        refused = {turn: why for turn in problems(arrays) if (why := _refused(self.lines[turn][1]))}
        if refused:
            keep = np.ones(len(places), dtype=np.bool_)
            keep[list(refused)] = False
            self.problems += [(self.lines[turn][0], why) for turn, why in refused.items()]
            arrays, places = kept(arrays, keep), places[keep]
        return Block(arrays, places, self.problems, self.settings)


def _parsed(line: bytes) -> Decoded | Settings | Problem:
    """What a line holds."""
    if b"settings/" in line and any(mark in line for mark in _SETTINGS_MARKS) and (found := _settings(line)):
        return found
    try:
        turn = decoder().decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _refused(line) or _slow(line)
    if turn.schema_ is msgspec.UNSET:
        return _refused(line) or WRONG_SCHEMA
    return unknown_mark(turn.censored) or turn


def _refused(line: bytes) -> Problem | None:
    """What the model says is wrong with a line; None: nothing."""
    try:
        turn = Turn.model_validate_json(line)
    except ValidationError as error:
        return explained(error)
    return WRONG_SCHEMA if "schema_" not in turn.model_fields_set else unknown_mark(turn.censored)


def _slow(line: bytes) -> Decoded:
    """A turn that the model allows and the decoder does not: what it holds, decoded from what the model writes."""
    turn = Turn.model_validate_json(line)
    return decoder().decode(msgspec.json.encode(turn.json_dict()))


def _settings(line: bytes) -> Settings | Problem | None:
    """The settings that a line holds; None: it is not a line of settings."""
    try:
        data = from_json(line)
    except ValueError:
        return None
    if not isinstance(data, dict) or not is_schema(data.get("schema"), "settings"):
        return None
    try:
        return settings.parse(data, "settings in force")
    except (SettingsError, UnknownName) as error:
        return Problem("bad settings", str(error))


@lru_cache
def unknown_mark(censored: tuple[str, ...]) -> Problem | None:
    """The problem with a list of censored fields that names a field which cannot be censored."""
    for name in censored:
        if name not in MASKS and tool_mark(name) is None:
            return Problem("unknown name", str(UnknownName("censored field", name, MASKS)), "censored")
    return None
