import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest


def test_kept_limits_pass(run, recording: Path) -> None:
    done = run("check", recording, "--limit", "p95=20000", "--limit", "hiccup_rate=5%")
    assert done.code == 0
    assert "pass  response_ms.p95 <= 20000 ms" in done.out
    assert "all limits are kept" in done.out


def test_a_limit_that_is_missed_exits_1_and_says_which(run, recording: Path) -> None:
    done = run("check", recording, "--limit", "p95=900", "--limit", "hiccup_rate=5%", "--json")
    assert done.code == 1
    assert done.json["met"] is False
    assert [(one["name"], one["passes"]) for one in done.json["limits"]] == [
        ("response_ms.p95", False),
        ("hiccup_rate", True),
    ]
    assert done.json["filled_in"]["turns"] == 400


def test_met_on_the_estimate_is_a_miss_that_says_how_many_turns_it_takes(run, plain: Path) -> None:
    done = run("check", plain, "--limit", "failed_rate=3%")
    assert done.code == 1
    assert "met on the estimate, not shown: needs" in done.out
    assert run("check", plain, "--limit", "failed_rate=3%", "--point").code == 0


def test_without_a_limit_the_default_ones_are_checked(run, recording: Path) -> None:
    found = run("check", recording, "--json").json
    assert {"cut_off_rate", "missed_interrupt_rate", "llm_starts_per_turn"} <= {one["name"] for one in found["limits"]}


def test_a_build_server_gets_junit(run, recording: Path, tmp_path: Path) -> None:
    report = tmp_path / "junit.xml"
    done = run("check", recording, "--limit", "p95=900", "--limit", "p50=20000", "--junit", report)
    assert done.code == 1
    suite = ElementTree.parse(report).getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    refused = run("check", recording, "--limit", "p95=900", "--junit", report)
    assert refused.code == 2
    assert "--force" in refused.err


def test_a_figure_clearly_worse_than_the_baseline_is_a_miss(run, recording: Path, tmp_path: Path) -> None:
    stored, slower = tmp_path / "baseline.json", tmp_path / "slower.json"
    stored.write_text(run("check", recording, "--limit", "p95=20000", "--json").out)
    assert run("check", recording, "--limit", "p95=20000", "--baseline", stored).code == 0
    slower.write_text('{"endpointing": {"silence_ms": 3000, "max_silence_ms": 6000}}')
    done = run("check", recording, "--settings", slower, "--limit", "p95=20000", "--baseline", stored)
    assert done.code == 1
    assert "response_ms.p50: worse than the baseline: " in done.out
    assert done.err == ""
    said = re.findall(r"worse than the baseline: .*", done.out)
    assert said
    assert [number for line in said for number in re.findall(r"\d+\.\d{3,}|\d{4,}", line)] == []


def test_a_baseline_of_another_recording_is_reported(run, recording: Path, plain: Path, tmp_path: Path) -> None:
    stored = tmp_path / "baseline.json"
    stored.write_text(run("check", plain, "--limit", "p95=20000", "--json").out)
    done = run("check", recording, "--limit", "p95=20000", "--baseline", stored, "--json")
    assert "warning: the baseline is of another recording" in done.err
    assert done.json["baseline_of_other_recording"] is True
    mixed = tmp_path / "mixed.jsonl"
    lines = plain.read_text().splitlines()
    mixed.write_text("".join(f"{line}\n" for line in [*lines[1::2], *lines[::2]]))
    same = run("check", mixed, "--limit", "p95=20000", "--baseline", stored, "--json")
    assert same.json["baseline_of_other_recording"] is False
    assert "another recording" not in same.err


def test_a_baseline_that_does_not_say_its_recording_is_compared_as_before(run, plain: Path, tmp_path: Path) -> None:
    stored = tmp_path / "baseline.json"
    held = run("check", plain, "--limit", "p95=20000", "--json").json
    del held["recording_digest"]
    stored.write_text(json.dumps(held))
    done = run("check", plain, "--limit", "p95=20000", "--baseline", stored, "--json")
    assert done.json["baseline_of_other_recording"] is False


@pytest.mark.parametrize("content", ["{", "[]", '{"schema": "other"}', None])
def test_a_baseline_that_is_invalid_is_refused(run, content: str | None, plain: Path, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    if content is not None:
        path.write_text(content)
    done = run("check", plain, "--limit", "p95=9000", "--baseline", path)
    assert (done.code, done.out) == (2, "")
    assert "baseline" in done.err


def test_the_result_is_a_baseline_for_the_next(run, plain: Path) -> None:
    found = run("check", plain, "--limit", "p95=9000", "--json").json
    assert found["schema"] == "turntempo.check/2"
    assert json.dumps(found["figures"])


def test_a_recording_that_knows_no_pause_shows_no_cut_offs(run, shared: Path) -> None:
    case = shared / "data" / "cases" / "no-pauses"
    done = run("check", case / "calls.jsonl", "--settings", case / "settings.json", "--limit", "cut_off_rate=3%")
    assert done.code == 1
    assert "not known from this recording: record `speech.pauses`" in done.out
    assert run("check", case / "calls.jsonl", "--limit", "cut_off_rate=3%", "--point").code == 1


def test_a_limit_on_lost_references_is_not_shown_where_nobody_recorded_them(run, plain: Path, tmp_path: Path) -> None:
    bare, settings = tmp_path / "bare.jsonl", tmp_path / "settings.json"
    rows = [json.loads(line) for line in plain.read_text().splitlines()]
    bare.write_text("".join(json.dumps({k: v for k, v in row.items() if k != "history"}) + "\n" for row in rows))
    for kept, code in ((8, 1), (None, 0)):
        settings.write_text(json.dumps({"llm": {"max_history": kept}}))
        done = run("check", bare, "--settings", settings, "--limit", "history_lost_rate=2%", "--point", "--despite-fit")
        assert done.code == code, done.out
        assert ("not known from this recording: record `history.needs`" in done.out) is (code == 1)


def test_what_a_profile_assumes_is_met_as_assumed(run, plain: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.jsonl"
    rows = [json.loads(line) for line in plain.read_text().splitlines()]
    for row in rows:
        row["speech"].pop("pauses", None)
    bare.write_text("\n".join(json.dumps(row) for row in rows))
    refused = run("check", bare, "--limit", "cut_off_rate=99%")
    assert (refused.code, "not shown" in refused.out) == (1, True)
    done = run("check", bare, "--profile", "receptionist", "--limit", "cut_off_rate=99%")
    assert (done.code, "met as assumed" in done.out) == (0, True)


@pytest.mark.parametrize(("case", "p95"), [("lk4009", "5,900"), ("pc4098", "6,512")])
def test_a_gate_judges_the_answers_that_were_measured(run, shared: Path, case: str, p95: str) -> None:
    turns = shared / "data" / "cases" / case / "calls.jsonl"
    done = run("check", turns, "--profile", "support-call", "--limit", "p95=2000")
    assert done.code == 1
    assert f"p95 {p95} ms" in done.out.splitlines()[1]
    assert f"{p95} ms of 200" in done.out


def test_settings_that_were_not_in_force_are_not_judged_by_a_model_that_does_not_fit(
    run, shared: Path, tmp_path: Path
) -> None:
    turns, settings = tmp_path / "calls.jsonl", tmp_path / "other.json"
    lines = (shared / "data" / "cases" / "lk4009" / "calls.jsonl").read_text()
    turns.write_text('{"schema": "turntempo.settings/2", "vad": {"silence_ms": 200}}\n' + lines)
    settings.write_text('{"endpointing": {"silence_ms": 500}}')
    asked = ("check", turns, "--settings", settings, "--profile", "support-call", "--limit", "p95=9000")
    done = run(*asked)
    assert (done.code, done.out.count("--despite-fit")) == (1, 1)
    assert run(*asked, "--despite-fit").code == 0
