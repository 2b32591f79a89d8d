"""`turntempo case new, show, check, log, escalate, close, list, stats`."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tuner.support.intake.intake import FIELDS
from turntempo.cli.case import COMMANDS, new

NINE = "2026-11-22T09:00+00:00"


@pytest.fixture(autouse=True)
def ann(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TURNTEMPO_WHO", "ann")


@pytest.fixture
def opened(run, tmp_path: Path) -> Callable[..., Path]:
    """A new case of this name, received at nine."""

    def call(name: str = "lily", *options: object) -> Path:
        done = run("case", "new", tmp_path / name, "--at", NINE, *options)
        assert done.code == 0, done.err
        return tmp_path / name

    return call


def test_a_case_is_opened_from_options(run, opened) -> None:
    case = opened(
        "lily",
        "--title",
        "Late",
        "--users-report",
        "answers are slow",
        "--users-hit",
        "5%",
        "--environment",
        "production",
    )
    form = (case / "case.toml").read_text()
    assert 'title = "Late"' in form
    assert "# What users report." in form
    answer = run("case", "show", case, "--now", "2026-11-22T09:20+00:00", "--json").json
    assert (answer["severity"], answer["kind"]) == ("P1", "quality")
    assert answer["due"] == {"what": "response", "at": "2026-11-22T10:00:00+00:00", "left_s": 2400}
    assert [one["kind"] for one in answer["log"]] == ["received", "triaged"]
    assert {one["who"] for one in answer["log"]} == {"ann"}


def test_every_field_of_the_form_is_an_option() -> None:
    assert set(new.FIELDS) == set(FIELDS)


@pytest.mark.parametrize("suffix", ["toml", "yaml"])
def test_a_form_keeps_its_comments_and_options_fill_it_in(run, opened, tmp_path: Path, suffix: str) -> None:
    equals = " = " if suffix == "toml" else ": "
    form = tmp_path / f"theirs.{suffix}"
    form.write_text(f'# by Bo\ntitle{equals}"Late"  # short\nllm{equals}"?"\n')
    case = opened("lily", "--form", form, "--llm", "small")
    text = (case / f"case.{suffix}").read_text()
    assert "# by Bo" in text
    assert "# short" in text
    assert run("case", "show", case, "--json").json["intake"]["llm"] == "small"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--environment", "prod"], "environment: is one of production, test"),
        (["--form", "none.toml"], "none.toml: there is no such file"),
        (["--at", "soon"], "write a time as 2026-11-22T14:30"),
    ],
)
def test_errors_in_a_form_are_reported_and_no_file_is_left(run, tmp_path: Path, options: list[str], said: str) -> None:
    done = run("case", "new", tmp_path / "lily", *options)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert not (tmp_path / "lily").exists()


def test_a_case_is_not_opened_twice(run, opened) -> None:
    done = run("case", "new", opened())
    assert done.code == 2
    assert "a case is there already" in done.err


def test_it_shows_what_is_known_what_happened_and_what_is_next(run, opened) -> None:
    case = opened("lily", "--title", "Late", "--customer", "Lingo", "--users-report", "slow", "--region", "EU")
    shown = run("case", "show", case, "--now", NINE)
    assert shown.code == 0
    assert shown.out.startswith("Late - Lingo\nP1, audio or latency quality; first answer due in 1 h\n")
    for heading in ("What the customer says", "What happened", "Next"):
        assert f"\n{heading}\n" in shown.out
    assert "2026-11-22 09:00  ann  received" in shown.out
    assert max(len(line) for line in shown.out.splitlines()) <= 80


def test_what_would_control_the_terminal_is_not_shown(run, opened) -> None:
    case = opened("lily", "--title", "a\x1b[2Jb\u202e[red]c[/red]", "--users-report", "\x1b]0;owned\x07slow")
    for command in ("show", "check"):
        done = run("case", command, case)
        assert "\x1b" not in done.out + done.err
        assert "\u202e" not in done.out
        assert "[red]c[/red]" in done.out


def test_commands_to_be_typed_are_quoted(run, opened) -> None:
    case = opened("a; rm -rf $(x)")
    said = " ".join(run("case", "show", case).out.split()).replace(" ", "")
    assert f"turntempocaselog'{case}'responded".replace(" ", "") in said


def test_it_says_what_is_missing_and_asks_in_the_customer_s_language(run, opened) -> None:
    case = opened("lily", "--users-report", "slow", "--language", "zh")
    done = run("case", "check", case)
    assert done.code == 0
    assert "a recording of turns" in done.out
    assert "1. 请提供能复现问题的通话记录" in done.out
    assert "Hello" not in done.out
    both = run("case", "check", case, "--lang", "both", "--json").json
    assert both["questions"]["en"].startswith("Hello,\n")
    assert both["questions"]["zh"].startswith("您好：")
    worths = [one["worth"] for one in both["missing"]]
    assert worths == sorted(worths, reverse=True)


def test_a_person_overrules_the_proposal_with_a_reason_and_both_are_shown(run, opened) -> None:
    case = opened("lily", "--users-report", "slow")
    assert "say why" in run("case", "check", case, "--severity", "P0").err
    assert "--because says why" in run("case", "check", case, "--because", "x").err
    done = run("case", "check", case, "--severity", "P0", "--kind", "scenario", "--because", "launch day", "--at", NINE)
    assert done.code == 0
    assert "P1 proposed:" in done.out
    assert "P0 and specific to its scenario decided by ann: launch day" in done.out
    assert "first answer due in 15 min" in done.out


def test_a_form_filled_in_later_is_triaged_again_once(run, opened) -> None:
    case = opened()
    form = case / "case.toml"
    form.write_text(form.read_text().replace('impact = ""', 'impact = "down"'))
    for _ in range(2):
        run("case", "check", case)
    triaged = [one for one in run("case", "log", case, "--json").json["log"] if one["kind"] == "triaged"]
    assert [one["severity"] for one in triaged] == ["P2", "P0"]


def test_the_log_tells_what_happened_when_and_by_whom(run, opened) -> None:
    case = opened()
    assert (
        run("case", "log", case, "responded", "we are on it", "--at", "2026-11-22T09:10+00:00", "--who", "bo").code == 0
    )
    assert "2026-11-22 09:10  bo   responded: we are on it" in run("case", "log", case, "--at", NINE).out
    assert "say what it is" in run("case", "log", case, "found").err
    assert "--satisfaction is of a verdict" in run("case", "log", case, "note", "x", "--satisfaction", 3).err
    assert run("case", "log", case, "solved").code == 2


def test_an_incomplete_line_of_the_log_is_reported_and_later_events_are_read(run, opened) -> None:
    case = opened()
    with open(case / "log.jsonl", "a") as log:
        log.write('{"at": "2026-11-22T09:1')
    done = run("case", "log", case, "note", "after the kill")
    assert done.code == 0
    assert "log.jsonl:3: breaks off" in done.err
    assert [one["kind"] for one in run("case", "log", case, "--json").json["log"]] == ["received", "triaged", "note"]
    assert "breaks off" in run("case", "show", case).out


def test_a_kill_during_logging_leaves_a_case_that_opens(run, opened) -> None:
    case = opened()
    code = f"""
import os
from turntempo.__main__ import main
write = os.fsync
def killed(number):
    with open({str(case / "log.jsonl")!r}, "r+b") as log:
        log.truncate(os.fstat(number).st_size - 7)
    os._exit(9)
os.fsync = killed
main(["case", "log", {str(case)!r}, "note", "never finished"])
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    assert run("case", "log", case, "note", "next").code == 0
    assert run("case", "log", case, "--json").json["log"][-1]["text"] == "next"


def test_it_is_escalated_line_by_line(run, opened) -> None:
    case = opened()
    for line in ("expert line", "SDK engineering"):
        done = run("case", "escalate", case, "--found", "waits 2 s", "--asked", "is 900 ms safe?")
        assert f"is with {line} now" in done.err
    again = run("case", "escalate", case, "--found", "x", "--asked", "y")
    assert again.code == 2
    assert "there is no line above" in again.err
    shown = " ".join(run("case", "show", case).out.split())
    assert "escalated to expert line: waits 2 s; asked: is 900 ms safe?" in shown
    assert run("case", "escalate", case, "--found", "x").code == 2


def test_it_is_closed_with_cause_and_verdict_and_taken_up_again(run, opened) -> None:
    case = opened()
    done = run(
        "case", "close", case, "deployed 900 ms", "--cause", "endpointing", "--satisfaction", 5, "--comment", "thanks"
    )
    assert done.code == 0
    assert "cause: endpointing" in done.err
    assert "solved" in run("case", "show", case).out
    assert "is closed already" in run("case", "close", case).err
    assert run("case", "log", case, "reopened", "it is back").code == 0
    assert run("case", "show", case, "--json").json["due"]["what"] == "response"


def test_cases_are_listed_by_the_time_left_and_reviewed(run, opened, tmp_path: Path) -> None:
    opened("minor", "--impact", "minor")
    opened("down", "--impact", "down", "--title", "All down")
    opened("solved", "--impact", "broken")
    run("case", "close", tmp_path / "solved", "--cause", "echo", "--satisfaction", 1, "--at", "2026-11-22T11:30+00:00")
    listed = run("case", "list", tmp_path, "--now", "2026-11-22T09:20+00:00")
    assert listed.code == 0
    rows = listed.out.splitlines()
    assert "first answer 5 min overdue" in rows[1]
    assert "All down" in rows[1]
    assert "minor" in rows[2]
    assert "solved" not in listed.out
    assert "solved" in run("case", "list", tmp_path, "--all").out
    assert [row["case"] for row in run("case", "list", tmp_path, "--json", "--now", NINE).json["cases"]] == [
        str(tmp_path / name) for name in ("down", "minor")
    ]
    stats = run("case", "stats", tmp_path, "--now", "2026-11-22T09:20+00:00")
    assert "3 cases, 2 open" in stats.out
    assert "solved (P1): answered 1 h 30 min late, satisfaction 1 of 5" in " ".join(stats.out.split())
    assert "down (P0): first answer overdue by 5 min" in stats.out
    answer = run("case", "stats", tmp_path, "--json", "--now", NINE).json
    assert answer["severities"]["P1"]["response"] == {
        "n": 1,
        "within_target": 0,
        "overdue": 0,
        "median_s": 9000,
        "longest_s": 9000,
        "target_s": 3600,
    }


def test_a_folder_without_cases_says_how_to_open_one(run, tmp_path: Path) -> None:
    assert "turntempo case new" in run("case", "list", tmp_path).out
    assert run("case", "list", tmp_path / "none").code == 2


def test_a_broken_case_does_not_hide_the_others(run, opened, tmp_path: Path) -> None:
    opened("good")
    (opened("bad") / "case.toml").write_text("title = ")
    done = run("case", "list", tmp_path, "--now", NINE)
    assert done.code == 0
    assert "good" in done.out
    assert "left out" in done.err
    assert "bad/case.toml:1: is not TOML" in done.err


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_every_command_loads_nothing_heavy(name: str) -> None:
    code = f"""
import sys
from turntempo.__main__ import main
main(["case", {name!r}, "--help"])
print("LOADED", *(name for name in ("numpy", "pydantic", "tuner", "rich", "tomlkit", "ruamel") if name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "LOADED"


def test_an_unknown_command_is_refused_with_the_closest(run) -> None:
    done = run("case", "chek")
    assert done.code == 2
    assert "Did you mean check?" in done.err


def test_the_log_is_a_json_line_an_event(opened) -> None:
    case = opened()
    lines = (case / "log.jsonl").read_text().splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["received", "triaged"]


def test_it_shows_first_what_was_measured_beside_what_the_model_says(
    run, opened, recording: Path, tmp_path: Path
) -> None:
    case, late = opened("lily", "--title", "Late"), tmp_path / "late.jsonl"
    lines = [json.loads(line) for line in recording.read_text().splitlines()]
    late.write_text(
        "".join(json.dumps(line | ({"response_ms": 9000} if "id" in line else {})) + "\n" for line in lines)
    )
    assert "Measured" not in run("case", "show", case).out
    assert run("case", "show", case, "--json").json["fit"] is None
    assert run("case", "attach", case, "--recording", late).code == 0
    shown = run("case", "show", case, "--now", NINE).out
    said = " ".join(shown.split())
    assert "Measured median 9,000 ms, p95 9,000 ms; the stages explain" in said
    assert shown.index("Measured") < shown.index("proposed") < shown.index("What happened")
    assert run("case", "show", case, "--json").json["fit"]["measured_p50"] == 9000


def test_a_recording_that_cannot_be_replayed_does_not_hide_the_case(run, opened, tmp_path: Path) -> None:
    case, bare = opened("lily", "--title", "Late"), tmp_path / "bare.jsonl"
    bare.write_text('{"schema": "turntempo.turn/2", "id": "a", "session": "s", "speech": {"end_ms": 900}}\n')
    run("case", "attach", case, "--recording", bare)
    shown = run("case", "show", case)
    assert shown.code == 0
    assert "The recording cannot be replayed: " in shown.out
    assert "\nWhat happened\n" in shown.out
    assert "--profile" in run("case", "show", case, "--json").json["fit_problem"]
