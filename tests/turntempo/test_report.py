import json
import shutil
from pathlib import Path

import pytest

FILES = {"report.html", "report.md", "reply.md", "report.zh.html", "report.zh.md", "reply.zh.md"}
AT = ("--at", "2026-11-22T12:00+00:00", "--who", "ana")


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case of a slow tutor with a recommendation."""
    from pipeline.recordings import write
    from pipeline.simulation import Profile, simulate
    from tests.slow_agent import SLOW
    from turntempo.__main__ import main

    work = tmp_path_factory.mktemp("report")
    case, recording = work / "case", work / "turns.jsonl.gz"
    write(recording, simulate(Profile.load("ai-tutor"), 400, seed=3), SLOW)
    report = "It takes ages. Call 13812345678 or mail ana@example.com."
    new = ("case", "new", case, "--title", "Late answers", "--customer", "Lingo", "--users-report", report, *AT)
    for command in (
        new,
        ("case", "attach", case, "--recording", recording, *AT),
        ("tune", case, "-o", case / "tuning", "--budget", "200"),
    ):
        assert main([str(word) for word in command]) == 0
    return case


def test_a_case_becomes_a_report_and_a_reply_in_both_languages(run, tuned: Path) -> None:
    done = run("report", tuned, *AT)
    assert done.code == 0
    assert {Path(line).name for line in done.out.splitlines()} == FILES
    assert {path.name for path in (tuned / "report").iterdir()} == FILES
    assert "left out: case.toml: users_report: 1 phone number" in done.err
    last = json.loads((tuned / "log.jsonl").read_text().splitlines()[-1])
    assert (last["kind"], last["who"]) == ("reported", "ana")
    assert set(last["files"]) == {f"report/{name}" for name in FILES}


def test_no_secret_leaves_in_any_file(run, tuned: Path, tmp_path: Path) -> None:
    run("report", tuned, "-o", tmp_path / "out", *AT)
    for name in FILES:
        text = (tmp_path / "out" / name).read_text()
        assert "13812345678" not in text
        assert "ana@example.com" not in text
    assert "1 phone number" in (tmp_path / "out" / "report.md").read_text().replace("\\", "")


def test_one_language_into_another_folder_is_not_logged(run, tuned: Path, tmp_path: Path) -> None:
    before = (tuned / "log.jsonl").read_text()
    done = run("report", tuned, "--lang", "zh", "-o", tmp_path / "zh", *AT)
    assert {path.name for path in (tmp_path / "zh").iterdir()} == {name for name in FILES if ".zh." in name}
    assert done.code == 0
    assert "Lingo，您好：" in (tmp_path / "zh" / "reply.zh.md").read_text()
    assert (tuned / "log.jsonl").read_text() == before


def test_the_same_case_gives_the_same_bytes(run, tuned: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run("report", tuned, "-o", tmp_path / name, *AT)
    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_report_that_the_customer_s_file_would_not_keep_is_not_written(run, tuned: Path, tmp_path: Path) -> None:
    case, join, out = tmp_path / "case", tmp_path / "join.json", tmp_path / "out"
    shutil.copytree(tuned, case)
    join.write_text('{"properties": {"turn_detection": {"config": {"end_of_speech": {"mode": "semantic"}}}}}')
    assert run("case", "attach", case, "--config", join, "--vendor", "agora", "--force", *AT).code == 0
    assert run("tune", case, "--budget", 300, "--force").code == 0
    (case / "config.json").write_text('{"properties": {"vad": {"silence_duration_ms": 2000}}}')
    done = run("report", case, "-o", out, *AT)
    assert (done.code, out.exists()) == (1, False)
    assert "replayed on the same turns" in done.err
    assert "--target agora-vad" in done.err
    assert run("report", case, "-o", out, "--anyway", *AT).code == 0
    for name, words in (("report.md", "differ from those of this report"), ("report.zh.md", "下列数字与本报告不同")):
        assert words in (out / name).read_text()


def test_programs_get_figures_findings_and_what_was_left_out(run, tuned: Path, tmp_path: Path) -> None:
    found = run("report", tuned, "--json", "-o", tmp_path / "out", *AT).json
    assert {Path(name).name for name in found["files"]} == FILES
    assert {"kind": "phone", "where": "case.toml: users_report", "count": 1} in found["left_out"]
    assert found["summary"] == json.loads((tuned / "tuning" / "recommendation.json").read_text())["summary"]
    assert found["figures"]["response_ms.p95"]["n"] == found["turns"]
    assert "What no setting can fix" in found["findings"]


def test_before_tuning_it_says_what_was_found_alone(run, recording: Path, tmp_path: Path) -> None:
    case = tmp_path / "case"
    run("case", "new", case, "--title", "Late", *AT)
    run("case", "attach", case, "--recording", recording, "--profile", "ai-tutor", *AT)
    assert run("report", case, "--profile", "ai-tutor", *AT).code == 0
    assert "No better settings have been searched for yet" in (case / "report" / "report.md").read_text()


def test_without_a_recording_it_holds_the_complaint_and_asks(run, tmp_path: Path) -> None:
    case = tmp_path / "case"
    run("case", "new", case, "--title", "Late [x](http://a.example)", "--users-report", "ages", *AT)
    done = run("report", case, *AT)
    assert done.code == 0
    assert "turntempo case attach" in done.err
    assert "There is no recording yet" in (case / "report" / "report.md").read_text()
    reply = (case / "report" / "reply.md").read_text()
    assert "Please send a recording" in reply
    assert "[x](http" not in reply


def test_a_recommendation_for_other_settings_is_refused(run, tuned: Path, tmp_path: Path) -> None:
    import shutil

    case = tmp_path / "case"
    shutil.copytree(tuned, case)
    (case / "settings.json").write_text('{"llm": {"timeout_ms": 900}}')
    done = run("report", case, *AT)
    assert done.code == 2
    assert "was made for other settings than those in force now" in done.err


def test_what_is_not_a_case_is_reported(run, tmp_path: Path) -> None:
    done = run("report", tmp_path, *AT)
    assert (done.code, done.out) == (2, "")
    assert "is no case" in done.err


def test_a_case_without_a_recording_gets_a_report_on_a_profile_that_is_marked_assumed_once(run, tmp_path: Path) -> None:
    case = tmp_path / "case"
    run("case", "new", case, "--title", "The agent is slow", "--customer", "Lingo", *AT)
    done = run("report", case, "--profile", "support-call", "--lang", "en", *AT)
    assert done.code == 0
    report = (case / "report" / "report.md").read_text()
    assert report.count("Assumed: nothing was measured") == 1
    assert report.count("profile support-call") == 2
    assert "simulated turns" in report
    assert "that were recorded" not in report
    assert "Real turns" not in report
    reply = (case / "report" / "reply.md").read_text()
    assert "nothing below was measured with you" in reply
    assert "turns you sent" not in reply


def test_a_recommendation_made_on_a_profile_is_reported_on_the_same_turns(run, tmp_path: Path) -> None:
    case = tmp_path / "case"
    run("case", "new", case, "--title", "The agent is slow", "--customer", "Lingo", *AT)
    assert run("tune", case, "--profile", "receptionist", "-n", 400, "--budget", "300").code == 0
    found = run("report", case, "--json", *AT).json
    assert found["assumed"] == "receptionist"
    assert found["summary"][0].startswith("Assumed: nothing was measured")
    recommended = json.loads((case / "tuning" / "recommendation.json").read_text())
    judged = recommended["held_out"] or recommended["tuning"]
    assert found["figures"]["response_ms.p95"]["value"] == judged["before"]["response_ms.p95"]["value"]
