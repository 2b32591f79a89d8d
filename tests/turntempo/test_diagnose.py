import json
from pathlib import Path
from typing import Any

import pytest


def test_a_person_reads_parts_findings_and_what_is_not_known(run, recording: Path) -> None:
    done = run("diagnose", recording)
    assert (done.code, done.err) == (0, "")
    for heading in ("Where the time goes", "Limits missed now", "What no setting can fix", "cannot judge"):
        assert heading in done.out
    assert "Barge-in is off" in done.out
    assert "together" in done.out
    assert max(len(line) for line in done.out.splitlines()) <= 80


def test_the_result_is_available_as_json_with_its_inputs(run, recording: Path) -> None:
    found = run("diagnose", recording, "--json").json
    assert found["turns"] == found["of_turns"] == 400
    assert {"levers", "floor", "barge_in", "limits", "unjudged", "findings", "where_the_time_goes"} <= set(found)
    assert found["filled_in"]["fields"]
    assert found["settings_from"] == "the recording"


def test_limits_and_goal_are_the_user_s(run, recording: Path) -> None:
    found = run(
        "diagnose", recording, "--goal", "p50", "--limit", "p95=1500", "--limit", "cut_off_rate=5%", "--json"
    ).json
    assert found["goal"] == "p50"
    limits = {one["name"]: one["limit"] for one in found["limits"]}
    assert (limits["response_ms.p95"], limits["cut_off_rate"], limits["hiccup_rate"]) == (1500, 0.05, 0.05)


def test_a_wrong_limit_or_goal_is_reported_before_anything_is_read(run, tmp_path: Path) -> None:
    for wrong, said in (
        (["--limit", "cut_off_rate=3"], "write cut_off_rate=3%"),
        (["--limit", "cutoff_rate=3%"], "Did you mean cut_off_rate?"),
        (["--goal", "p101"], "is not a goal"),
        (["--goal", "fast"], "is not a goal"),
    ):
        done = run("diagnose", tmp_path / "none.jsonl", *wrong)
        assert (done.code, done.out) == (2, "")
        assert said in done.err


FIGURES = {"value", "estimate", "gain_ms", "response_ms", "goal_ms", "interrupts_met", "p50"}


def unmarked(value: Any, path: str = "") -> list[str]:
    """Where a figure stands without a word on whose it is."""
    if isinstance(value, list):
        return [place for i, one in enumerate(value) for place in unmarked(one, f"{path}[{i}]")]
    if not isinstance(value, dict):
        return []
    here = [path] if FIGURES & set(value) and value.get("assumed") is not True else []
    return here + [place for name, one in value.items() for place in unmarked(one, f"{path}.{name}")]


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "agent.json"
    path.write_text('{"endpointing": {"silence_ms": 900}, "barge_in": {"min_speech_ms": 500}}')
    return path


def test_without_a_recording_it_reasons_from_a_profile_and_says_so_once_before_any_figure(run, settings: Path) -> None:
    done = run("diagnose", "--profile", "support-call", "--settings", settings, "-n", 400)
    assert (done.code, done.err) == (0, "")
    text = " ".join(done.out.split())
    assert "400 turns of" in text
    assert "simulated from the profile support-call" in text
    findings, _, rest = text.partition("Read on")
    assert findings.count("Assumed: nothing was measured") == 1
    assert findings.index("Assumed: nothing was measured") < findings.index("What is wrong:")
    assert "not the customer's" not in findings
    assert "Nothing of this was measured at the customer's" in rest
    assert "first audio: 152 ms at the median" in rest


def test_programs_find_assumed_at_every_figure(run, settings: Path) -> None:
    found = run("diagnose", "--profile", "support-call", "--settings", settings, "-n", 400, "--seed", 3, "--json").json
    assumed = found.pop("assumed")
    assert (assumed["profile"], assumed["turns"], assumed["seed"]) == ("support-call", 400, 3)
    assert {"field": "tts.ttfb_ms", "p50": 152.0, "p95": 182.0}.items() <= assumed["rests_on"][-1].items()
    assert unmarked(found) == []
    assert all(one["assumed"] for findings in found["findings"].values() for one in findings)
    assert "assumed" not in found["settings"]


def test_with_a_recording_nothing_is_called_assumed(run, recording: Path) -> None:
    found = run("diagnose", recording, "--profile", "ai-tutor", "--json").json
    assert found.pop("assumed") is None
    assert '"assumed"' not in json.dumps(found)


def test_with_neither_a_recording_nor_a_profile_it_says_how_to_go_on(run, settings: Path, recording: Path) -> None:
    for given, said in (
        ([], "turntempo diagnose --profile support-call --settings S.json"),
        ([recording, "-n", 500], "a recording is given"),
        (["--profile", "suport-call"], "Did you mean support-call?"),
    ):
        done = run("diagnose", *given, "--settings", settings)
        assert (done.code, done.out) == (2, "")
        assert said in done.err


def test_a_case_without_a_recording_is_reasoned_about_under_its_own_settings(run, settings: Path) -> None:
    case = settings.parent / "case"
    assert run("case", "new", case).code == 0
    (case / "settings.json").write_text(settings.read_text())
    done = run("diagnose", case)
    assert done.code == 2
    assert f"`turntempo diagnose {case} --profile NAME` reasons without one" in " ".join(done.err.split())
    found = run("diagnose", case, "--profile", "receptionist", "-n", 200, "--json").json
    assert found["assumed"]["profile"] == "receptionist"
    assert found["settings"]["endpointing"]["silence_ms"] == 900


def test_on_a_vendor_s_stack_only_what_it_can_be_set_to_is_changed(run, recording: Path, tmp_path: Path) -> None:
    case = tmp_path / "case"
    assert run("case", "new", case).code == 0
    body = tmp_path / "join.json"
    body.write_text('{"name": "a", "properties": {"interruption": {"enable": false}}}')
    assert run("case", "attach", case, "--recording", recording, "--config", body, "--vendor", "agora").code == 0
    done = run("diagnose", case)
    assert "only what Agora Conversational AI can be set to is changed" in done.err
    assert "llm.timeout_ms" not in done.out
    theirs = run("diagnose", case, "--json").json
    assert theirs["beyond"]["llm.timeout_ms"].startswith("Agora Conversational AI: ")
    every = run("diagnose", case, "--target", "json", "--json").json
    assert "llm.timeout_ms" not in every["beyond"]
    assert run("diagnose", recording, "--target", "agora", "--json").json["beyond"].keys() == theirs["beyond"].keys()


def test_the_first_lines_say_what_is_wrong_what_to_change_and_what_it_costs(run, recording: Path) -> None:
    out = run("diagnose", recording).out
    places = [out.index(text) for text in ("Measured median", "What is wrong:", "What to change:", "What it costs:")]
    assert places == sorted(places)
    assert out.index("What it costs:") < out.index("Where the time goes")
    assert len(out[: out.index("Where the time goes")].splitlines()) <= 24


def test_the_change_is_named_as_the_vendor_names_it(run, recording: Path) -> None:
    lines = run("diagnose", recording, "--target", "livekit", "--json").json["in_short"]
    assert "(LiveKit Agents)" in lines["change"]
    assert "barge_in." not in lines["change"]


def test_read_on_names_a_command_that_an_installed_package_has(run, recording: Path) -> None:
    out = run("diagnose", recording).out
    pages = [line.split()[3].rstrip(":") for line in out.splitlines() if line.startswith("- turntempo guide ")]
    assert pages
    for page in pages:
        assert run("guide", page).code == 0


def test_with_a_vendors_file_only_what_that_vendor_has_is_changed(run, plain, tmp_path) -> None:
    agent = tmp_path / "call.json"
    agent.write_text('{"model": "ultravox-v0.7", "vadSettings": {"turnEndpointDelay": "1.2s"}}')
    done = run("diagnose", plain, "--settings", agent)
    assert done.code == 0
    assert "only what Ultravox can be set to is changed" in done.err
    assert "endpointing.silence_ms 1216 (not 1200)" in done.err
    assert "score_threshold" not in done.out[: done.out.index("Where the time goes")]
    everything = run("diagnose", plain, "--settings", agent, "--target", "json")
    assert "only what" not in everything.err
