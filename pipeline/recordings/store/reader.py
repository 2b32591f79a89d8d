"""The turns of a store as blocks of a recording, in the order in which they arrived."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from pipeline.recordings import jsonl
from pipeline.recordings.block import Block
from pipeline.recordings.fast_turns import decoder
from pipeline.recordings.problem import Problem
from pipeline.recordings.store.form import APPLICATION_ID, VERSION
from pipeline.recordings.store.selection import Selection
from stages.errors import RecordingError, TurntempoError
from stages.settings import Settings, parse

LONGEST_NAME = 200
"""The most characters of a turn's or a session's name (`stages.model.Name`)."""

DAMAGED = "the store's file is damaged: a value in it is none that a collector writes; take a copy of it"

BUSY_S = 10.0
"""How long a reader waits for a writer."""


class DamagedRow(ValueError):
    """A row of a store holds what no collector writes."""


@contextlib.contextmanager
def connected(file: str) -> Iterator[sqlite3.Connection]:
    """The store, open for reading, beside a collector that writes. Raises RecordingError."""
    try:
        with contextlib.closing(_connect(file)) as store:
            _require_ours(store, file)
            yield store
    except sqlite3.Error as error:
        raise RecordingError(f"the store cannot be read: {error}", file=file) from None
    except DamagedRow:
        raise RecordingError(DAMAGED, file=file) from None


def _connect(file: str) -> sqlite3.Connection:
    if not Path(file).is_file():
        raise RecordingError("there is no such file", file=file)
    address = f"file:{quote(str(Path(file).resolve()))}?mode=ro"
    return sqlite3.connect(address, uri=True, timeout=BUSY_S)


def _require_ours(store: sqlite3.Connection, file: str) -> None:
    if store.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise RecordingError("is a SQLite file, but not a store of `turntempo listen`", file=file)
    version = store.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        rule = f"is a store of form {version}, and this turntempo reads forms up to {VERSION}; install a later one"
        raise RecordingError(rule, file=file)


def blocks(selection: Selection) -> Iterator[Block]:
    """The selected turns. A turn's id is AGENT/SESSION/TURN, its session AGENT/SESSION, so that both are unique.

    Raises RecordingError where there are none, or where more than one set of settings was in force.
    """
    with connected(selection.file) as store:
        part = jsonl.Part()
        if (in_force := _settings(store, selection)) is not None:
            part.settings.append((0, in_force))
        where, values = selection.condition()
        found = store.execute(f"SELECT seq, agent, session, turn, body FROM turns WHERE {where} ORDER BY seq", values)
        for seq, agent, session, turn, body in rows(found, tuple[int, str, str, str, bytes]):
            part.take(seq, renamed(body, agent, session, turn))
            if len(part.turns) == jsonl.LINES:
                yield part.block()
                part = jsonl.Part()
        yield part.block()


def renamed(body: bytes, agent: str, session: str, turn: str) -> bytes | Problem:
    """The turn's line with names that are unique in the fleet."""
    try:
        held = decoder().decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return Problem("damaged", "the stored turn cannot be read; the store's file is damaged")
    held.session, held.id = unique_name(agent, session), unique_name(agent, session, turn)
    return msgspec.json.encode(held)


def unique_name(*parts: str) -> str:
    """The parts with / between them; where that is too long, the first and a digest of the others."""
    name = "/".join(parts)
    if len(name) <= LONGEST_NAME:
        return name
    return f"{parts[0]}/{blake2b('/'.join(parts[1:]).encode(), digest_size=12).hexdigest()}"


def _settings(store: sqlite3.Connection, selection: Selection) -> Settings | None:
    """The settings in force for the selected turns; None: their agents reported none."""
    where, values = selection.condition()
    asked = (
        f"SELECT settings, COUNT(*), COUNT(DISTINCT agent) FROM turns WHERE {where} GROUP BY settings ORDER BY 2 DESC"
    )
    found = [*rows(store.execute(asked, values), tuple[int | None, int, int])]
    if not found:
        raise RecordingError("the store holds no such turns; widen the selection", file=selection.name)
    if len(found) > 1:
        raise _several(store, selection, found)
    if found[0][0] is None:
        return None
    asked = "SELECT body FROM settings WHERE id = ?"
    for (body,) in rows(store.execute(asked, (found[0][0],)), tuple[str]):
        return settings_in(body, selection.file)
    raise DamagedRow


def settings_in(body: str, file: str) -> Settings:
    """Settings as a store holds them. Raises RecordingError."""
    try:
        return parse(msgspec.json.decode(body), f"{file}: settings in force")
    except TurntempoError as error:
        raise RecordingError(str(error), file=file) from None
    except (msgspec.MsgspecError, UnicodeDecodeError, TypeError, RecursionError):
        raise RecordingError(DAMAGED, file=file) from None


def rows(found: Iterable[Any], form: Any) -> Iterator[Any]:
    """Rows of a store, of the types that `form`, a tuple's, has. Raises DamagedRow: SQLite keeps any value anywhere."""
    try:
        for one in found:
            yield msgspec.convert(one, form)
    except msgspec.ValidationError:
        raise DamagedRow from None


def _several(
    store: sqlite3.Connection, selection: Selection, found: list[tuple[int | None, int, int]]
) -> RecordingError:
    """What to say where turns under several settings are selected: which there are, and how to choose."""
    shown = []
    for settings, turns, agents in found[:5]:
        digest = store.execute("SELECT digest FROM settings WHERE id = ?", (settings,)).fetchone()
        under = "under unknown settings" if digest is None else f"--under {digest[0][:12]}"
        shown.append(f"{turns:,} turns of {agents:,} agents {under}")
    rule = (
        f"the turns are from under {len(found)} different settings, and one set is judged at a time; choose with "
        f"--under, --agent, --since or --until. There are: {'; '.join(shown)}"
    )
    return RecordingError(rule, file=selection.name)
