import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.recordings import read_settings
from stages.settings import Settings
from tuner.search.budget import DEFAULT_BUDGET
from turntempo.cli import tune

FILES = ("settings.json", "recommendation.json", "frontier.csv", "journal.jsonl")


@pytest.fixture
def quick(run, recording: Path, tmp_path: Path):
    """Tune the small recording in a few hundred evaluations."""

    def call(*more: object, out: str = "out"):
        return run("tune", recording, "--budget", 300, "-o", tmp_path / out, *more)

    return call


def test_it_writes_settings_proof_frontier_and_journal(quick, tmp_path: Path) -> None:
    done = quick("--json")
    assert done.code == 0, done.err
    assert {path.name for path in (tmp_path / "out").iterdir()} >= set(FILES)
    found = done.json
    assert found["status"] in ("recommended", "too small")
    assert found["settings"] == read_settings(tmp_path / "out" / "settings.json").json_dict()
    assert {"tuning", "held_out", "limits", "frontier", "filled_in", "locked", "summary"} <= set(found)
    stored = json.loads((tmp_path / "out" / "recommendation.json").read_text())
    assert stored == found


def test_a_person_reads_what_to_change_before_and_after_limits_and_locks(quick) -> None:
    done = quick()
    assert done.code == 0
    for heading in ("What to change", "Before and after", "Limits, on", "Left as they are", "does not show"):
        assert heading in done.out
    assert "95% interval" in done.out
    assert max(len(line) for line in done.out.splitlines()) <= 80
    assert "\x1b" not in done.out


def test_the_same_seed_gives_the_same_bytes_and_another_need_not(quick, tmp_path: Path) -> None:
    for out, seed in (("a", 4), ("b", 4)):
        assert quick("--seed", seed, out=out).code == 0
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_results_are_not_overwritten_without_force(quick, tmp_path: Path) -> None:
    assert quick().code == 0
    before = (tmp_path / "out" / "settings.json").read_bytes()
    refused = quick("--seed", 9)
    assert (refused.code, refused.out) == (2, "")
    assert "--force" in refused.err
    assert (tmp_path / "out" / "settings.json").read_bytes() == before
    assert quick("--force").code == 0


def test_a_killed_run_is_resumed_from_its_journal(quick, tmp_path: Path) -> None:
    whole = quick("--json")
    out = tmp_path / "cut"
    out.mkdir()
    lines = (tmp_path / "out" / "journal.jsonl").read_text().splitlines(keepends=True)
    (out / "journal.jsonl").write_text("".join(lines[: len(lines) // 2]))
    resumed = quick("--resume", "--json", out="cut")
    assert resumed.code == 0, resumed.err
    assert resumed.json == whole.json


def test_a_journal_of_another_run_is_refused(quick) -> None:
    assert quick("--seed", 1).code == 0
    done = quick("--seed", 2, "--resume")
    assert (done.code, done.out) == (2, "")


def test_only_what_is_named_is_varied_and_what_is_locked_stays(quick, tmp_path: Path) -> None:
    vary = ("--vary", "endpointing.silence_ms=300:2000", "--vary", "playout", "--lock", "playout.prebuffer_ms")
    found = quick(*vary, "--vary", "tts.first_chunk", "--json").json
    changed = {
        name
        for name, value in read_settings(tmp_path / "out" / "settings.json").flat().items()
        if value != Settings.model_validate(found["settings_in_force"]).flat()[name]
    }
    assert changed <= {"endpointing.silence_ms", "tts.first_chunk"}
    assert set(found["searched"]) <= {"endpointing.silence_ms", "tts.first_chunk"}
    assert found["locked"]["playout.prebuffer_ms"] == "locked by the user"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--goal", "p0"], "--goal"),
        (["--limit", "cut_off_rate=3"], "cut_off_rate=3%"),
        (["--vary", "endpointing.silence"], "Did you mean endpointing.silence_ms?"),
        (["--lock", "llm.timeot_ms"], "Did you mean llm.timeout_ms?"),
        (["--budget", "soon"], "--budget"),
        (["--profile", "nobody"], "unknown profile"),
        (["--seed", "-1"], "--seed"),
    ],
)
def test_a_wrong_option_is_reported_before_long_work_and_leaves_nothing(quick, wrong, said, tmp_path: Path) -> None:
    done = quick(*wrong)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert not (tmp_path / "out").exists()


def test_the_default_budget_is_the_tuner_s() -> None:
    (option,) = (one for one in tune.command.params if one.name == "budget")
    assert option.default == str(DEFAULT_BUDGET.evaluations)


def test_ctrl_c_writes_the_best_so_far_and_exits_130(recording: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "turntempo", "tune", str(recording), "-o", str(out), "--budget", "10m", "--json"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)
    for _ in range(600):
        time.sleep(0.1)
        journal = out / "journal.jsonl"
        if journal.exists() and len(journal.read_text().splitlines()) > 3:
            break
    running.send_signal(signal.SIGINT)
    printed, said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    found = json.loads(printed)
    assert found["interrupted"] is True
    assert "--resume" in said
    assert "Traceback" not in said
    assert {path.name for path in out.iterdir()} >= set(FILES) - {"settings.json"}
    assert (out / "settings.json").exists() == (found["status"] != "infeasible")


UNASKED = ("tuner.support.report", "tuner.support.redaction", "tuner.diagnosis", "textual", "jinja2", "lets_plot")


def test_plain_tuning_loads_no_report_no_redaction_and_no_diagnosis(recording: Path, tmp_path: Path) -> None:
    code = f"""
import sys
from turntempo.__main__ import main
code = main(["tune", {str(recording)!r}, "--budget", "100", "-o", {str(tmp_path / "out")!r}])
print("LOADED", *(name for name in {UNASKED!r} if name in sys.modules))
sys.exit(code)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "LOADED"


def test_without_a_recording_a_profile_is_searched_and_everything_says_that_it_is_assumed(run, tmp_path: Path) -> None:
    settings, out = tmp_path / "s.json", tmp_path / "out"
    settings.write_text('{"endpointing": {"silence_ms": 1500}}')
    asked = ("tune", "--profile", "receptionist", "-n", "600", "--budget", "300", "--settings", settings, "-o", out)
    done = run(*asked, "--target", "vapi")
    assert done.code == 0, done.err
    assert "Assumed: nothing was measured." in done.out
    stored = json.loads((out / "recommendation.json").read_text())
    assert stored["assumed"] == "receptionist"
    assert stored["summary"][0].startswith("Assumed: nothing was measured.")
    exported = run("export", out, "--to", "vapi")
    assert exported.code == 0, exported.err


def test_without_a_recording_and_a_profile_it_says_what_to_name(run, tmp_path: Path) -> None:
    done = run("tune", "-o", tmp_path / "out")
    assert (done.code, "--profile support-call" in done.err) == (2, True)


def test_limits_that_nothing_meets_leave_no_settings_that_look_like_a_recommendation(
    quick, run, tmp_path: Path
) -> None:
    done = quick("--limit", "p50=100")
    assert done.code == 1
    assert "p50 <= 100 ms cannot be met" in " ".join(done.out.split())
    assert "no settings.json is written" in done.err
    out = tmp_path / "out"
    assert not (out / "settings.json").exists()
    assert json.loads((out / "recommendation.json").read_text())["status"] == "infeasible"
    exported = run("export", out, "--to", "json")
    assert (exported.code, exported.out) == (2, "")
    assert "recommends nothing" in exported.err


def test_settings_of_an_earlier_run_do_not_stay_where_nothing_meets_the_limits(quick, tmp_path: Path) -> None:
    assert quick().code == 0
    assert quick("--limit", "p50=100", "--force").code == 1
    assert not (tmp_path / "out" / "settings.json").exists()


def test_a_vendor_s_file_is_not_written_either_where_nothing_meets_the_limits(quick, tmp_path: Path) -> None:
    assert quick("--limit", "p50=100", "--target", "agora").code == 1
    assert not list((tmp_path / "out").glob("agora*"))


def test_more_turns_are_not_said_to_show_what_such_a_recording_never_shows(run, plain: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.jsonl"
    turns = [json.loads(line) for line in plain.read_text().splitlines()]
    for turn in turns:
        turn["speech"].pop("pauses", None)
    bare.write_text("".join(json.dumps(turn) + "\n" for turn in turns))
    said = " ".join(run("tune", bare, "-o", tmp_path / "out", "--budget", 60).out.split())
    assert "like these would, but for users cut off" in said
    assert "which such a recording does not show however long it is" in said
