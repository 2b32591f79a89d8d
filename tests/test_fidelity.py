"""The timing model against real runs of two agent frameworks: docs/fidelity.md says what is behind these figures."""

import json
from pathlib import Path

import pytest

from scripts.fidelity import Compared, Explained, compare, explained, recorded, response_errors
from scripts.framework_runs import livekit_reading, pipecat_reading
from tuner.targets.readings import OF_FILE

WITHIN_MS = {
    "livekit-default": (1, 3),
    "livekit-vad": (1, 5),
    "pipecat-speech-timeout": (3, 25),
    "pipecat-speech-timeout, own lags": (2, 5),
    "pipecat-smart-turn": (2, 6),
    "pipecat-smart-turn, own lags": (2, 6),
}
"""Run -> median and p95 of the response time's absolute error."""

DIFFERS = {
    ("livekit-default", "t11"): {"llm_starts"},
    ("livekit-vad", "t9"): {"llm_starts"},
    ("pipecat-speech-timeout", "06-short-pause"): {"premature", "llm_starts"},
    ("pipecat-speech-timeout", "07-short-pause"): {"premature", "llm_starts"},
    ("pipecat-smart-turn, own lags", "17-long-pause"): {"cut_off"},
}
"""Every turn of which something else than a time is predicted wrongly; docs/fidelity.md explains each."""


@pytest.fixture(scope="module")
def compared(shared: Path) -> dict[str, list[Compared]]:
    return {title: compare(run) for title, run in recorded(shared / "data" / "framework-runs").items()}


@pytest.fixture(scope="module")
def residuals(shared: Path) -> dict[str, Explained]:
    return {title: explained(run) for title, run in recorded(shared / "data" / "framework-runs").items()}


SETTINGS = {
    "livekit-default": ("settings.json", livekit_reading, "livekit"),
    "livekit-vad": ("settings.json", livekit_reading, "livekit"),
    "pipecat-speech-timeout": ("pipecat_settings.json", pipecat_reading, "pipecat-speech-timeout"),
    "pipecat-smart-turn": ("pipecat_settings.json", pipecat_reading, "pipecat"),
}


@pytest.mark.parametrize("run", SETTINGS)
def test_the_settings_of_a_run_are_read_whole_by_the_frameworks_target(run: str, shared: Path) -> None:
    name, read, form = SETTINGS[run]
    reading = read(json.loads((shared / "data" / "framework-runs" / run / name).read_text()))
    assert (reading.target, reading.unknown) == (form, ())
    assert [one for one in reading.doubts if "no effect: no detector says" not in one] == []
    stated = {name for name, origin in reading.origins.items() if origin in OF_FILE}
    assert {"vad.silence_ms", "endpointing.silence_ms", "endpointing.onset_ms", "barge_in.min_speech_ms"} <= stated


@pytest.mark.parametrize("run", WITHIN_MS)
def test_response_times_are_predicted_within_a_few_milliseconds(run: str, compared: dict[str, list[Compared]]) -> None:
    median, p95, _ = response_errors(compared[run])
    assert median <= WITHIN_MS[run][0]
    assert p95 <= WITHIN_MS[run][1]


def test_what_happened_is_predicted_but_for_the_turns_that_are_explained(compared: dict[str, list[Compared]]) -> None:
    differs = {(run, one.id): set(one.differs) for run, turns in compared.items() for one in turns if one.differs}
    assert differs == DIFFERS


def test_the_agent_falls_silent_when_it_is_predicted_to_within_two_frames_of_sound(
    compared: dict[str, list[Compared]],
) -> None:
    errors = [error for turns in compared.values() for one in turns for error in one.stop_errors_ms]
    assert len(errors) == 15
    assert max(abs(error) for error in errors) <= 40


@pytest.mark.parametrize("run", WITHIN_MS)
def test_every_run_fits_what_was_measured(run: str, residuals: dict[str, Explained]) -> None:
    assert residuals[run].verdict == "fits"
    assert residuals[run].distance <= WITHIN_MS[run][0]


@pytest.mark.parametrize("run", WITHIN_MS)
def test_what_no_stage_explains_leaves_no_answer_later_than_modelled(run: str, residuals: dict[str, Explained]) -> None:
    assert residuals[run].later_left == pytest.approx(0, abs=1e-6)
    assert -25 < residuals[run].sooner_left < 0
