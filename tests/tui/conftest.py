"""Apps for a pilot: with new memory, a fixed clock, and always the same turns."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.connect.recording import write
from pipeline.connect.simulation import ConnectProfile, simulate
from pipeline.recordings import write_settings
from stages.connect_settings import parse
from tests.tui.driving import CAUTIOUS, MakeApp
from tui.app import TurntempoApp
from tui.state.memory import Memory, SavedState
from tui.state.opener import source_at
from tui.state.turn_source import TurnSource

NOW = {"check": {"threshold": 0.5}, "signalling": {"timeout_ms": 3000, "attempts": 2, "backoff_ms": 500}}
SIZES = ((80, 24), (140, 44))


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Of the terminal."""
    found: tuple[int, int] = request.param
    return found


@pytest.fixture
def source(tmp_path: Path) -> TurnSource:
    """400 simulated turns, under settings that wait too long."""
    settings = tmp_path / "cautious.json"
    write_settings(settings, CAUTIOUS, force=True)
    return TurnSource("profile", "ai-tutor", turns=400, seed=7, settings_file=str(settings))


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TurnSource:
    """A recording whose path is the same wherever the tests run."""
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    folder = tmp_path / "recordings"
    folder.mkdir()
    monkeypatch.chdir(folder)
    settings = parse(NOW)
    write("calls.jsonl", simulate(ConnectProfile.load("tutor-app"), 1200, 1, settings), settings)
    return source_at("calls.jsonl")


@pytest.fixture
def make(tmp_path: Path) -> MakeApp:
    """An app that goes on with `wanted` where one opens turns; `named`: as if they were named on the command line."""

    def made(wanted: TurnSource | None = None, named: bool = False, **options: Any) -> TurntempoApp:
        memory = options.pop("memory", None) or Memory(tmp_path / "state")
        if wanted is not None and not named:
            memory.save(SavedState("open").with_latest(memory.load().of(wanted)))
        now = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
        return TurntempoApp(wanted if named else None, memory=memory, now=lambda: now, who="tester", **options)

    return made
