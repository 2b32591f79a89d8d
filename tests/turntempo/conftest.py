"""A command line to call, and a small recording for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.recordings import write
from pipeline.simulation import Profile, censor, simulate
from tests.slow_agent import SLOW
from turntempo.__main__ import main


@dataclass(frozen=True)
class Ran:
    """The result of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Call `turntempo` with these arguments."""
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments: object) -> Ran:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return call


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """400 turns with a tutor, as in the log of the slow agent, with its settings."""
    path = tmp_path_factory.mktemp("recordings") / "tutor.jsonl"
    write(path, censor(simulate(Profile.load("ai-tutor"), 400, seed=3), SLOW), SLOW)
    return path


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """30 complete turns of two sessions, without settings."""
    path = tmp_path_factory.mktemp("recordings") / "plain.jsonl"
    write(path, simulate(Profile.load("receptionist"), 30, seed=1))
    return path
