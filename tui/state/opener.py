"""Reads a source, completes its turns and prepares them for replay; lists the sources there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from pipeline.connect.recording import is_calls
from pipeline.kernel.batch import Batch
from pipeline.recordings.store.form import is_store
from pipeline.simulation import profile_names
from tui.state.allowed import EVERYWHERE, Allowed
from tui.state.app_state import Opened
from tui.state.calls import OpenedCalls, open_calls
from tui.state.turn_source import TurnSource
from tuner.deploy import inputs
from tuner.deploy.deployment import deployable_of_case
from tuner.space.fixed import unjudged
from tuner.support.case import is_case, open_case

SUFFIXES = (".jsonl", ".jsonl.gz", ".parquet")
OWN_FILES = ("journal.jsonl", "log.jsonl")
"""JSON lines files that are not recordings."""

DEEP, MOST_LISTED = 2, 60
"""How many folders deep, and how many sources of a kind, are listed."""


def open_any(
    source: TurnSource, watch: Callable[[int], None] | None = None, allowed: Allowed = EVERYWHERE
) -> Opened | OpenedCalls:
    """The turns of a source, or its calls; a case about calls has those. Raises InputError."""
    allowed.source(source)
    if source.kind == "case" and (case := open_case(source.name)).of_calls and case.calls is not None:
        source = replace(source, kind="calls", name=str(case.calls))
    return open_calls(source) if source.kind == "calls" else open_source(source, watch, allowed)


def open_source(
    source: TurnSource, watch: Callable[[int], None] | None = None, allowed: Allowed = EVERYWHERE
) -> Opened:
    """The turns of a source, with the kernel compiled. `watch` gets the number of turns read. Raises InputError."""
    allowed.source(source)
    settings_file = None if source.settings_file is None else Path(source.settings_file)
    if source.kind == "profile":
        given = inputs.assumed(source.name, source.turns, source.seed, settings_file)
    else:
        given = inputs.load([source.name], settings_file, source.seed, source.profile, source.skip_bad, watch)
    case = open_case(source.name) if source.kind == "case" else None
    batch = Batch(given.complete)
    batch.outcomes(given.settings)
    locks = tuple(unjudged(given.recorded, given.complete).items())
    return Opened(source, given, batch, case, deployable_of_case(case, given.settings), locks)


def source_at(path: str) -> TurnSource:
    """The source at a path: a case folder, else a recording, of calls where its first line says so."""
    plain = str(Path(path).expanduser())
    return TurnSource("case" if is_case(plain) else "calls" if is_calls(plain) else "recording", plain)


def sources_around(folder: Path, allowed: Allowed = EVERYWHERE) -> tuple[TurnSource, ...]:
    """Cases and recordings in a folder and up to two levels below, by name; files inside a case are not listed."""
    found = [one for one in _below(folder, DEEP) if allowed.has(one)]
    cases = [one for one in found if one.kind == "case"][:MOST_LISTED]
    recordings = [one for one in found if one.kind in ("recording", "calls")][:MOST_LISTED]
    return (*cases, *recordings)


def profile_sources() -> tuple[TurnSource, ...]:
    """The profiles from which turns can be simulated."""
    return tuple(TurnSource("profile", name) for name in profile_names())


def _below(folder: Path, deep: int) -> Iterator[TurnSource]:
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        return
    for path in paths:
        if path.is_dir():
            if is_case(path):
                yield TurnSource("case", str(path))
            elif deep:
                yield from _below(path, deep - 1)
        elif (path.name.endswith(SUFFIXES) and path.name not in OWN_FILES) or is_store(path):
            yield TurnSource("calls" if is_calls(path) else "recording", str(path))
