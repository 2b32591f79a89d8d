"""Small inputs that failed once, each the whole way that a support engineer goes, by the symptom."""

import json
import re
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Calls with pauses, breaths and interruptions."""
    from pipeline.recordings import write
    from pipeline.simulation import Profile, simulate

    path = tmp_path_factory.mktemp("calls") / "calls.jsonl"
    write(path, simulate(Profile.load("support-call"), 1500, seed=4), None)
    return path


@pytest.fixture
def cases(shared: Path) -> Path:
    return shared / "data" / "cases"


def read(run: Any, file: Path) -> dict[str, Any]:
    """What `settings from` reads, by name."""
    done = run("settings", "from", file, "--json")
    assert done.code == 0, done.err
    groups: dict[str, dict[str, Any]] = done.json["settings"]
    return {f"{group}.{name}": value for group, held in groups.items() for name, value in held.items()}


def test_any_breath_breaks_the_agent_off(run: Any, cases: Path, calls: Path, tmp_path: Path) -> None:
    call = cases / "uv243" / "call.json"
    assert read(run, call)["barge_in.min_speech_ms"] == 90
    said = run("diagnose", calls, "--settings", call, "--complaint", "false-stops")
    first = said.out[: said.out.index("Where the time goes")]
    assert "vadSettings.minimumInterruptionDuration" in first
    assert "missed interrupts at" in first
    done = run("tune", calls, "--settings", call, "--complaint", "false-stops", "-o", tmp_path / "t", "--budget", "600")
    assert done.code == 0, done.err
    summary = " ".join(done.out[: done.out.index("What to change")].split())
    assert re.search(r"Against the complaint[^:]*: false interrupts 3\d% to \d", summary)
    assert re.search(r"missed interrupts \d+% \(now [\d.]+%", summary)
    exported = run("export", tmp_path / "t", "--to", "ultravox", "--base", call)
    assert exported.code == 0, exported.err
    written = json.loads(exported.out)["vadSettings"]["minimumInterruptionDuration"]
    assert 0.3 <= float(written.removesuffix("s")) <= 0.6
