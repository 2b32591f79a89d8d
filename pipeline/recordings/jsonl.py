"""Turns from JSON Lines: one object a line, and at most one line of settings (timing model, section 8)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from pydantic import ValidationError
from pydantic_core import from_json

from pipeline.recordings.block import Block
from pipeline.recordings.explanation import WRONG_SCHEMA, explained
from pipeline.recordings.open_recording import OpenRecording, lines
from pipeline.recordings.problem import Problem
from pipeline.turns.builder import BLOCK, MASKS, block
from stages import settings
from stages.errors import SettingsError, UnknownName
from stages.schema_ids import former_id, is_schema, schema_id
from stages.settings import Settings
from stages.turn import Turn

_SETTINGS_MARKS = (schema_id("settings").encode(), former_id("settings").encode())


def blocks(source: OpenRecording, stop: bool) -> Iterator[Block]:
    """The recording in blocks of `BLOCK` turns; with `stop` reading ends after the first bad line."""
    enough = 1 if stop else BLOCK
    turns: list[Turn] = []
    places: list[int] = []
    around = Block({}, np.empty(0, dtype=np.int64))
    for number, line in lines(source):
        match line if isinstance(line, Problem) else _parsed(line):
            case Turn() as turn:
                turns.append(turn)
                places.append(number)
            case Settings() as found:
                around.settings.append((number, found))
            case problem:
                around.problems.append((number, problem))
        if len(turns) == BLOCK or len(around.problems) == enough:
            yield _filled(around, turns, places)
            turns, places, around = [], [], Block({}, np.empty(0, dtype=np.int64))
    yield _filled(around, turns, places)


def _filled(around: Block, turns: list[Turn], places: list[int]) -> Block:
    around.arrays = block(turns)
    around.arrays["index"] = np.array(
        [turn.index if "index" in turn.model_fields_set else np.nan for turn in turns], dtype=np.float64
    )
    around.places = np.array(places, dtype=np.int64)
    return around


def _parsed(line: bytes) -> Turn | Settings | Problem:
    """What a line holds."""
    if any(mark in line for mark in _SETTINGS_MARKS) and (found := _settings(line)):
        return found
    try:
        turn = Turn.model_validate_json(line)
    except ValidationError as error:
        return explained(error)
    if "schema_" not in turn.model_fields_set:
        return WRONG_SCHEMA
    return unknown_mark(turn.censored) or turn


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
        if name not in MASKS:
            return Problem("unknown name", str(UnknownName("censored field", name, MASKS)), "censored")
    return None
