"""What cannot be simulated is planned as a trial, from the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.turntempo.conftest import Ran
from tuner.recommendation.result_files import RECOMMENDATION


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "agent.json"
    file.write_text('{"endpointing": {"silence_ms": 600}}')
    return file


@pytest.fixture
def agent(tmp_path: Path) -> Path:
    file = tmp_path / "retell.json"
    file.write_text('{"responsiveness": 0.7, "voice_id": "v"}')
    return file


def test_a_vendor_with_only_untimed_settings_gets_a_trial(run: Callable[..., Ran], settings: Path) -> None:
    ran = run("export", settings, "--to", "retell")
    assert ran.code == 0
    assert "cannot be simulated" in ran.out
    assert "arms: 1 (now), 0.8, 0.6" in ran.out
    assert "users cut off, 3.0% to 2.0%: 3,013 turns in each arm" in ran.out
    assert "(assumed)" in ran.out


def test_the_value_in_the_customer_s_file_is_the_control(run: Callable[..., Ran], settings: Path, agent: Path) -> None:
    ran = run("export", settings, "--to", "retell", "--base", agent, "--json")
    assert ran.json["trials"][0]["arms"] == [0.7, 1, 0.8, 0.6]


def test_what_is_known_of_the_agent_decides_the_numbers(run: Callable[..., Ran], tmp_path: Path) -> None:
    before = {
        "cut_off_rate": {"value": 0.06, "n": 900},
        "missed_interrupt_rate": {"value": None, "n": 0},
        **{f"response_ms.p{percent}": {"value": 10.0 * percent, "n": 900} for percent in (50, 90, 95)},
    }
    document = {"held_out": {"turns": 900, "sessions": 45, "before": before, "limits": []}, "tuning": None}
    (tmp_path / RECOMMENDATION).write_text(json.dumps(document))
    trials = run("export", tmp_path, "--to", "openai-realtime", "--ab", "--json").json["trials"]
    assert [one["path"].rpartition(".")[2] for one in trials] == ["type", "eagerness"]
    assert trials[0]["arms"] == ["server_vad", "semantic_vad"]
    known = {one["figure"]: not one["assumed"] for one in trials[0]["comparisons"]}
    assert known == {"response_ms.p50": True, "response_ms.p95": True, "cut_off_rate": True, "false_start_rate": False}
    cut_offs = next(one for one in trials[0]["comparisons"] if one["figure"] == "cut_off_rate")
    assert (cut_offs["turns_per_arm"], cut_offs["sessions_per_arm"]) == (1468, 74)


def test_a_case_is_answered_with_a_trial_of_its_own_configuration(
    run: Callable[..., Ran], tmp_path: Path, agent: Path
) -> None:
    assert run("case", "new", tmp_path / "case", "--title", "slow").code == 0
    assert run("case", "attach", tmp_path / "case", "--config", agent, "--vendor", "retell").code == 0
    ran = run("export", tmp_path / "case")
    assert ran.code == 0
    assert "arms: 0.7 (now), 1, 0.8, 0.6" in ran.out


def test_a_vendor_without_untimed_settings_has_nothing_to_try(run: Callable[..., Ran], settings: Path) -> None:
    ran = run("export", settings, "--to", "agora", "--ab")
    assert ran.code == 2
    assert "can be simulated" in ran.err
    assert run("export", settings, "--ab").code == 2


def test_a_file_of_untimed_settings_is_read_as_settings_for_a_trial(run: Callable[..., Ran], agent: Path) -> None:
    ran = run("settings", "from", "retell", agent)
    assert ran.code == 0
    assert "responsiveness 0.7" in ran.out
    assert "cannot be simulated" in ran.out
    assert "turntempo export" in ran.err
    assert run("settings", "from", "retell", agent, "-o", "ours.json").code == 2


def test_only_settings_that_are_not_simulated_are_named_as_such(run: Callable[..., Ran], tmp_path: Path) -> None:
    file = tmp_path / "session.json"
    for kind, untimed in (("server_vad", False), ("semantic_vad", True)):
        file.write_text(json.dumps({"session": {"audio": {"input": {"turn_detection": {"type": kind}}}}}))
        assert ("cannot be simulated" in run("settings", "from", "openai-realtime", file).err) == untimed


def test_a_value_that_no_untimed_setting_has_is_refused(run: Callable[..., Ran], agent: Path) -> None:
    agent.write_text('{"responsiveness": 7}')
    ran = run("settings", "from", "retell", agent)
    assert ran.code == 2
    assert "responsiveness: must be within 0..1, got 7" in ran.err


def test_tuning_is_refused_where_all_settings_are_untimed(
    run: Callable[..., Ran], recording: Path, tmp_path: Path
) -> None:
    ran = run("tune", recording, "--target", "retell", "-o", tmp_path / "tuned")
    assert ran.code == 2
    assert "none can be simulated" in ran.err


def test_it_is_listed_as_what_it_is(run: Callable[..., Ran]) -> None:
    assert "retell: Retell (cannot be simulated" in run("export", "--list").out
