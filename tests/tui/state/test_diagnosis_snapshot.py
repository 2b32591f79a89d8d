"""What the Diagnose screen is given of what was opened: the fit, the case's complaint, the vendor's words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.kernel.batch import Batch
from pipeline.recordings import write
from pipeline.simulation import Profile, simulate
from stages.i18n import translate
from stages.settings import Settings
from tui.state.diagnosis_snapshot import diagnose_opened, naming_of, take_snapshot
from tui.state.opener import open_source
from tui.state.turn_source import TurnSource
from tuner.support.case import create_case

MOVES = {"barge_in.min_words": (0, 2)}


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    """60 turns that were answered 4 s later than their stages explain."""
    turns = simulate(Profile.load("receptionist"), 60, seed=1)
    times = Batch(turns).measure(Settings()).response_ms
    path = tmp_path / "measured.jsonl"
    write(path, turns.replace(response_ms=np.where(np.isfinite(times), times + 4000, np.nan)), Settings())
    return path


def test_the_fit_of_the_recording_is_that_of_the_diagnosis(measured: Path) -> None:
    opened = open_source(TurnSource("recording", str(measured)))
    found = diagnose_opened(opened)
    assert found.fit == opened.inputs.fit
    assert found.fit.is_bad
    median = take_snapshot(opened).gauge.figures["response_ms.p50"].value
    assert median == pytest.approx(found.fit.measured_p50)


def test_changes_are_named_as_in_the_vendor_s_file_that_was_given_as_settings(measured: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "session.py"
    theirs.write_text("from livekit.agents import AgentSession\nsession = AgentSession(min_endpointing_delay=0.4)\n")
    opened = open_source(TurnSource("recording", str(measured), settings_file=str(theirs)))
    said = naming_of(opened, opened.settings)(MOVES)
    assert said is not None
    assert "LiveKit" in translate(said, "en")
    ours = naming_of(open_source(TurnSource("recording", str(measured))), Settings())(MOVES)
    assert ours is not None
    assert translate(ours, "en") == "barge_in.min_words 2 (now 0)"


def test_the_complaint_is_that_of_the_case(measured: Path, tmp_path: Path) -> None:
    create_case(tmp_path / "case", 'title = "It interrupts users in mid-sentence"\n', "case.toml")
    measured.rename(tmp_path / "case" / "recording.jsonl")
    found = diagnose_opened(open_source(TurnSource("case", str(tmp_path / "case"))))
    assert found.harm is not None
    assert found.harm.complaint in ("cut-off", "talks-over")
