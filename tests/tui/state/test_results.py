from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from stages.errors import InputError
from tests.tui.driving import CAUTIOUS
from tui.state import opener, results
from tui.state.app_state import Opened, SearchResult
from tui.state.turn_source import TurnSource
from tuner.recommendation.recommendation import Task, recommend
from tuner.search.budget import Budget
from tuner.space.deployable import EVERYTHING
from tuner.statistics.limits import default_limits
from tuner.statistics.objective import DEFAULT_GOAL
from tuner.targets import target

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def opened(source: TurnSource) -> Opened:
    return opener.open_source(source)


def kept(opened: Opened, folder: Path, vendor: str = "") -> SearchResult:
    """A small search's result, written."""
    folder.mkdir(parents=True, exist_ok=True)
    stack = target(vendor) if vendor else None
    settings = opened.settings if stack is None else stack.as_deployed(opened.settings)
    budget, scope = Budget(evaluations=30), EVERYTHING if stack is None else stack.deployable_space()
    task = Task(opened.inputs.recorded, settings, DEFAULT_GOAL, default_limits(), budget=budget, deployable=scope)
    return results.write_result(opened, folder, recommend(task), stack, lambda: AT, "ana")


def test_turns_have_a_folder_of_their_own_in_the_memory(opened: Opened, tmp_path: Path) -> None:
    folder = results.results_folder(opened, tmp_path)
    other = replace(opened, source=replace(opened.source, seed=8))
    assert folder.parent == tmp_path / "tuned"
    assert results.results_folder(opened, tmp_path) == folder
    assert results.results_folder(other, tmp_path) != folder


def test_what_was_found_comes_back_as_it_was(opened: Opened, tmp_path: Path) -> None:
    assert results.restore_result(opened, tmp_path / "none") is None
    before = kept(opened, tmp_path / "a").recommendation
    again = results.restore_result(opened, tmp_path / "a")
    assert again is not None
    assert (again.recommendation.status, again.recommendation.settings) == (before.status, before.settings)
    assert again.recommendation.frontier == before.frontier


def test_what_was_found_for_a_vendor_comes_back_and_its_file_stands_beside(opened: Opened, tmp_path: Path) -> None:
    assert target("agora").as_deployed(opened.settings) != opened.settings
    kept(opened, tmp_path / "a", "agora")
    assert (tmp_path / "a" / "agora.json").is_file()
    assert results.restore_result(opened, tmp_path / "a") is not None


def test_what_was_found_for_other_settings_or_turns_is_shown(opened: Opened, tmp_path: Path) -> None:
    kept(opened, tmp_path / "a")
    inputs = replace(opened.inputs, settings=CAUTIOUS.replace({"endpointing.silence_ms": 444}))
    with pytest.raises(InputError, match="other settings"):
        results.restore_result(replace(opened, inputs=inputs), tmp_path / "a")
    completed = opened.inputs.completed
    completed = replace(completed, recording=completed.recording.of_sessions(np.array([0, 1])))
    fewer = replace(opened.inputs, completed=completed)
    with pytest.raises(InputError, match="turns"):
        results.restore_result(replace(opened, inputs=fewer), tmp_path / "a")


def test_what_cannot_be_written_is_shown_and_not_lost(opened: Opened, tmp_path: Path) -> None:
    folder = tmp_path / "a"
    (folder / "frontier.csv").mkdir(parents=True)
    found = kept(opened, folder)
    assert "frontier.csv" in found.write_error
    assert found.recommendation.evaluations
