"""A command completes the recording it is given once: the search takes what was completed as it was read."""

from pathlib import Path

import pytest

from pipeline.completion.filling import DrawSource
from pipeline.completion.tokens import filled_tokens


@pytest.fixture
def seeds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The seed of each completion, in order."""
    found: list[int] = []

    def counted(columns, source: DrawSource):
        found.append(source.seed)
        return filled_tokens(columns, source)

    monkeypatch.setattr("pipeline.completion.filled_tokens", counted)
    return found


@pytest.mark.parametrize("command", ["check", "replay", "diagnose"])
def test_a_command_completes_the_recording_once(run, plain: Path, seeds: list[int], command: str) -> None:
    run(command, plain, "--seed", "3")
    assert seeds == [3]


def test_tune_completes_a_complete_recording_once(run, plain: Path, seeds: list[int], tmp_path: Path) -> None:
    run("tune", plain, "--seed", "3", "--budget", "300", "-o", tmp_path / "tuned")
    assert seeds == [3]


def test_tune_completes_a_recording_with_gaps_once_a_seed(
    run, recording: Path, seeds: list[int], tmp_path: Path
) -> None:
    """The gain is estimated on four more draws of the missing values, each with a seed of its own."""
    run("tune", recording, "--profile", "ai-tutor", "--budget", "300", "-o", tmp_path / "tuned")
    assert sorted(seeds) == [0, 1, 2, 3, 4]


def test_a_report_completes_the_recording_of_the_case_once(run, plain: Path, seeds: list[int], tmp_path: Path) -> None:
    case = tmp_path / "case"
    assert run("case", "new", case).code == 0
    assert run("case", "attach", case, "--recording", plain).code == 0
    seeds.clear()
    assert run("report", case).code == 0
    assert seeds == [0]
