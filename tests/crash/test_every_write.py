"""A kill and a full disk at every write of everything that writes: the old state is there, or the new one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.crash.faults import KILLED, NEVER_FULL
from tests.crash.scenarios import SCENARIOS
from tests.crash.trying import Ran, Scenario, State, fresh, leftovers, ran, state

EVERY = int(os.environ.get("TURNTEMPO_CRASH_EVERY", "1"))
"""Each so-many-th point is tried."""

NO_ROOM = ("No space left on device", "disk is full")


@dataclass(frozen=True)
class Tried:
    """A scenario with the states before and after it."""

    scenario: Scenario
    ready: Path
    work: Path
    old: State
    new: State
    first: Ran


@pytest.fixture
def tried(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tried:
    scenario: Scenario = request.param
    ready, work = tmp_path / "ready" / "f", tmp_path / "work" / "f"
    for folder in (ready, work):
        folder.mkdir(parents=True)
    monkeypatch.chdir(ready)
    monkeypatch.setenv("TURNTEMPO_WHO", "ann")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(os, "fsync", lambda _: None)
    scenario.prepare(ready)
    monkeypatch.chdir(tmp_path)
    old = state(ready)
    monkeypatch.chdir(fresh(ready, work))
    if scenario.forks:
        scenario.run()  # in this process, so that its forks have all that is loaded and compiled
    monkeypatch.chdir(tmp_path)
    first = ran(scenario.run, fresh(ready, work))
    assert first.points, first.said
    assert first.code in (0, 1), first.said
    assert leftovers(work) == []
    return Tried(scenario, ready, work, old, state(work), first)


BY_NAME = [pytest.param(one, id=one.name) for one in SCENARIOS]


@pytest.mark.parametrize("tried", BY_NAME, indirect=True)
def test_after_a_kill_at_any_write_the_old_or_the_new_state_is_there(tried: Tried) -> None:
    for at in range(0, len(tried.first.points), EVERY):
        killed = ran(tried.scenario.run, fresh(tried.ready, tried.work), "kill", at)
        where = f"{tried.scenario.name}: killed at {at}, {tried.first.points[at].call} {tried.first.points[at].path}"
        assert killed.code in (KILLED, tried.first.code), f"{where}: {killed.said}"
        holds(tried, where)


@pytest.mark.parametrize("tried", BY_NAME, indirect=True)
def test_a_disk_that_is_full_at_any_write_is_said_and_the_old_or_the_new_state_is_there(tried: Tried) -> None:
    for at in range(0, len(tried.first.points), EVERY):
        if tried.first.points[at].call in NEVER_FULL:
            continue
        full = ran(tried.scenario.run, fresh(tried.ready, tried.work), "full", at)
        point = tried.first.points[at]
        where = f"{tried.scenario.name}: no room at {at}, {point.call} {point.path}: {full.said}"
        assert "Traceback" not in full.said, where
        assert "bug in turntempo" not in full.said, where
        refused = full.code == 2 and any(text in full.said for text in NO_ROOM)
        harmless = full.code == tried.first.code and (tried.scenario.optional or is_new(tried, state(tried.work)))
        assert refused or harmless, where
        holds(tried, where)


def holds(tried: Tried, where: str) -> None:
    """The state is one of the two, and the command can be repeated and ends in the new one."""
    found = state(tried.work)
    for path in tried.scenario.grows & found.keys():
        assert grown(found[path], tried.old.get(path, b""), tried.new[path]), f"{where}: {path} is neither"
    rest = without(found, tried)
    assert rest in (without(tried.old, tried), without(tried.new, tried)), f"{where}: {differing(rest, tried)}"
    again = ran(tried.scenario.run, tried.work)
    if again.code == 2 and "already" in again.said and (tried.scenario.goes_on or is_new(tried, found)):
        again = ran(tried.scenario.again, tried.work) if tried.scenario.again else Ran(tried.first.code, "")
    assert again.code == tried.first.code, f"{where}: repeated: {again.said}"
    after = without(state(tried.work), tried)
    assert after.keys() >= without(tried.new, tried).keys(), f"{where}: repeated: {differing(after, tried)}"
    left = [path for path in leftovers(tried.work) if again.points or not path.endswith("/.turntempo.lock")]
    assert left == [], where


def is_new(tried: Tried, found: State) -> bool:
    return without(found, tried) == without(tried.new, tried)


def without(found: State, tried: Tried) -> State:
    """The state without the files that grow."""
    return {path: content for path, content in found.items() if path not in tried.scenario.grows}


def grown(found: bytes, old: bytes, new: bytes) -> bool:
    """Whether a file is the old one, or the beginning of the new one."""
    return found == old or new.startswith((found, found[: found.rfind(b"\n") + 1]))


def differing(found: State, tried: Tried) -> dict[str, str]:
    """Path -> old, new or neither, for each file that is not the same in both."""
    names = sorted(found.keys() | tried.old.keys() | tried.new.keys())
    kinds = {
        name: "old"
        if found.get(name) == tried.old.get(name)
        else "new"
        if found.get(name) == tried.new.get(name)
        else "neither"
        for name in names
        if name not in tried.scenario.grows
    }
    return {name: kind for name, kind in kinds.items() if tried.old.get(name) != tried.new.get(name) or kind != "old"}
