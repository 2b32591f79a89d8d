"""`--set` on the command line."""

import json
from pathlib import Path

import pytest


@pytest.mark.parametrize("command", ["replay", "diagnose"])
def test_a_setting_is_changed_on_top_of_those_in_force(run, command: str, recording: Path) -> None:
    before, after = (run(command, recording, *more, "--json").json for more in ([], ["--set", "llm.hedge=true"]))
    assert after["settings"]["llm"] == before["settings"]["llm"] | {"hedge": True}
    assert (before["set"], after["set"]) == ([], ["llm.hedge=true"])
    assert after["settings_from"] == "the recording"


def test_what_was_set_is_printed(run, recording: Path) -> None:
    done = run("replay", recording, "--set", "endpointing.silence_ms=600")
    assert "under the settings in the recording, with" in done.out
    assert "endpointing.silence_ms=600" in done.out


def test_a_vendor_s_name_says_whose_it_was(run, recording: Path) -> None:
    done = run("replay", recording, "--set", "turn_handling.endpointing.min_delay=0.2", "--json")
    assert done.json["settings"]["endpointing"]["silence_ms"] == 200
    assert "of LiveKit Agents is taken as endpointing.silence_ms=200" in done.err


def test_of_a_case_the_vendor_is_that_of_its_configuration(run, recording: Path, tmp_path: Path) -> None:
    config = tmp_path / "join.json"
    speech = {"mode": "semantic", "semantic_config": {"silence_duration_ms": 1500, "max_wait_ms": 4000}}
    config.write_text(json.dumps({"properties": {"turn_detection": {"config": {"end_of_speech": speech}}}}))
    case = tmp_path / "case"
    assert run("case", "new", case).code == 0
    assert run("case", "attach", case, "--recording", recording, "--config", config, "--vendor", "agora").code == 0
    done = run("replay", case, "--set", "semantic_config.max_wait_ms=2500", "--json")
    assert done.json["settings"]["endpointing"]["max_silence_ms"] == 2500
    assert done.json["settings"]["endpointing"]["silence_ms"] == 1500
    assert "of Agora Conversational AI is taken as endpointing.max_silence_ms=2500" in done.err


def test_a_wrong_name_is_reported_before_anything_is_read(run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{")
    done = run("replay", broken, "--set", "endpointing.silnce_ms=600")
    assert (done.code, done.out) == (2, "")
    assert "Did you mean endpointing.silence_ms?" in done.err


def test_diagnose_takes_the_names_of_its_target(run, recording: Path) -> None:
    done = run("diagnose", recording, "--target", "agora", "--set", "semantic_config.max_wait_ms=3500", "--json")
    assert done.code == 0, done.err
    assert done.json["settings"]["endpointing"]["max_silence_ms"] == 3500


def test_settings_that_are_odd_only_together_are_doubted(run, recording: Path) -> None:
    done = run("replay", recording, "--set", "endpointing.max_silence_ms=400", "--json")
    assert "endpointing.max_silence_ms=400 is below endpointing.silence_ms=2000" in done.err
