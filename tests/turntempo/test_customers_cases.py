"""Small inputs that failed once, each the whole way that a support engineer goes, by the symptom."""

import json
import re
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Calls with pauses, breaths and interruptions."""
    from pipeline.recordings import write
    from pipeline.simulation import Profile, simulate

    path = tmp_path_factory.mktemp("calls") / "calls.jsonl"
    write(path, simulate(Profile.load("support-call"), 1500, seed=4), None)
    return path


LOOSE = [
    *("--limit", "cut_off_rate=60%", "--limit", "failed_rate=10%", "--limit", "lost_rate=60%"),
    *("--limit", "dead_air_rate=90%", "--limit", "false_start_rate=60%", "--limit", "missed_interrupt_rate=100%"),
    *("--limit", "false_interrupt_rate=60%", "--limit", "restarted_rate=60%", "--limit", "llm_starts_per_turn=5"),
]
"""Limits that settings of old forms can keep."""


@pytest.fixture
def cases(shared: Path) -> Path:
    return shared / "data" / "cases"


def read(run: Any, file: Path) -> dict[str, Any]:
    """What `settings from` reads, by name."""
    done = run("settings", "from", file, "--json")
    assert done.code == 0, done.err
    groups: dict[str, dict[str, Any]] = done.json["settings"]
    return {f"{group}.{name}": value for group, held in groups.items() for name, value in held.items()}


def test_any_breath_breaks_the_agent_off(run: Any, cases: Path, calls: Path, tmp_path: Path) -> None:
    call = cases / "uv243" / "call.json"
    assert read(run, call)["barge_in.min_speech_ms"] == 90
    said = run("diagnose", calls, "--settings", call, "--complaint", "false-stops")
    first = said.out[: said.out.index("Where the time goes")]
    assert "vadSettings.minimumInterruptionDuration" in first
    assert "missed interrupts at" in first
    done = run("tune", calls, "--settings", call, "--complaint", "false-stops", "-o", tmp_path / "t", "--budget", "600")
    assert done.code == 0, done.err
    summary = " ".join(done.out[: done.out.index("What to change")].split())
    assert re.search(r"Against the complaint[^:]*: false interrupts 3\d% to \d", summary)
    assert re.search(r"missed interrupts \d+% \(now [\d.]+%", summary)
    exported = run("export", tmp_path / "t", "--to", "ultravox", "--base", call)
    assert exported.code == 0, exported.err
    written = json.loads(exported.out)["vadSettings"]["minimumInterruptionDuration"]
    assert 0.3 <= float(written.removesuffix("s")) <= 0.6


def test_hmm_stops_an_agent_whose_version_counts_no_words(run: Any, cases: Path, calls: Path, tmp_path: Path) -> None:
    bot, out = cases / "pc1391" / "bot.py", tmp_path / "t"
    found = read(run, bot)
    assert (found["vad.silence_ms"], found["barge_in.min_speech_ms"], found["barge_in.min_words"]) == (800, 608, 0)
    asked = ("tune", calls, "--settings", bot, "--complaint", "false-stops", "--budget", "500", "-o", out)
    done = run(*asked)
    assert done.code == 1, done.err  # without words nothing mends it within the limits
    assert "none of the settings tried keep the limits" in done.err
    assert not (out / "settings.json").exists()
    assert "barge_in.min_words" in done.out
    assert run(*asked, "--force", "--target", "pipecat").code == 0
    assert json.loads((out / "settings.json").read_text())["barge_in"]["min_words"] >= 2
    exported = run("export", out, "--to", "pipecat", "--base", bot)
    assert (exported.code, exported.out) == (1, "")
    assert "barge_in.min_words is 0 in the file" in exported.err
    assert re.search(r"barge_in.min_words: .*pipecat-ai", exported.err)


def test_a_body_of_the_old_form_gets_settings_of_the_old_form(
    run: Any, cases: Path, calls: Path, tmp_path: Path
) -> None:
    join, own, present = cases / "agora-vad-form" / "join.json", tmp_path / "own", tmp_path / "present"
    assert run("tune", calls, "--settings", join, "--budget", "300", "-o", own, *LOOSE).code == 0
    kept = run("export", own, "--to", "agora", "--base", join)
    assert kept.code == 0, kept.err
    assert "silence_duration_ms" in json.loads(kept.out)["properties"]["vad"]
    other = run("tune", calls, "--settings", join, "--target", "agora", "--budget", "300", "-o", present)
    assert other.code == 0, other.err
    refused = run("export", present, "--to", "agora", "--base", join)
    assert (refused.code, refused.out) == (1, "")
    assert "replayed on the same turns" in refused.err
    assert "--target agora-vad" in refused.err


MEASURED = [
    ("lk4009", "5,493", "are not explained by any stage"),
    ("pc4098", "1,599", "p95 6,512"),
    ("lk3687", "1,286", "longer than the whole measured answer in 58 turns"),
]


@pytest.mark.parametrize(("case", "median", "also"), MEASURED, ids=["no stage explains it", "watchdog", "wrong metric"])
def test_what_was_measured_stands_first_and_what_does_not_fit_it_is_named(
    run: Any, cases: Path, case: str, median: str, also: str
) -> None:
    folder = cases / case
    settings = [one for one in (folder / "agent.py", folder / "bot.py") if one.is_file()]
    done = run("diagnose", folder / "calls.jsonl", *(word for one in settings for word in ("--settings", one)))
    said = " ".join(done.out.split())
    assert done.code == 0
    assert said.index(f"Measured median {median} ms") < said.index("What is wrong")
    assert also in said


def test_dead_air_is_not_missed_where_every_measured_answer_came_in_time(run: Any, cases: Path) -> None:
    done = run("check", cases / "lk3687" / "calls.jsonl", "--limit", "p95=2000", "--limit", "dead_air_rate=5%")
    assert done.code == 0
    assert "dead_air_rate <= 5%: 0% of 200" in done.out
    diagnosed = run("diagnose", cases / "lk3687" / "calls.jsonl")
    assert "dead air 0%" in diagnosed.out
    assert "Dead air over 3 s 29%" not in diagnosed.out


def test_no_field_says_where_users_paused_so_no_cut_off_is_known(run: Any, cases: Path) -> None:
    folder = cases / "no-pauses"
    asked = (folder / "calls.jsonl", "--settings", folder / "settings.json")
    assert run("check", *asked, "--limit", "cut_off_rate=3%").code == 1
    said = run("diagnose", *asked)
    assert said.code == 0
    assert not re.search(r"cut off \d", said.out)
    assert "speech.pauses" in said.out


VALUES = [
    ("interruptions are off and the VAD waits long", "pc2788/bot.py", {"barge_in.mode": "ignore"}, "4.2"),
    ("three words are asked for", "pc-oldwords/bot.py", {"barge_in.min_words": 3}, ""),
    ("the model ends turns", "lk6635/agent.py", {"endpointing.silence_ms": 500, "barge_in.mode": "ignore"}, ""),
    ("old names in seconds", "ajs-voiceoptions/agent.ts", {"barge_in.min_words": 1}, "0.1 s is 100 ms"),
    ("old flat names", "ajs-voiceoptions/flat_seconds.json", {}, "ignores it at the top of AgentSession"),
    ("a wait of five seconds", "gemini1467/config.json", {"endpointing.silence_ms": 3000}, "would be 5000"),
    ("a start body of the old API", "agora-ios/old_vad.json", {"endpointing.silence_ms": 480}, "deprecated form"),
    ("a mistyped mode", "agora-ios/join.json", {}, "did you mean properties.turn_detection.config.end_of_speech.mode"),
    ("the recogniser waits itself", "unk/lk_1_2_7_stt_kw.py", {"endpointing.silence_ms": 500}, "after 1700 ms"),
    ("a mistyped delay", "unk/lk_typo.py", {}, "did you mean AgentSession.turn_handling.endpointing.min_delay"),
    ("a mistyped switch", "unk/oai_typo.json", {"endpointing.silence_ms": 1000}, "turn_detection.interrupt_response"),
    ("keys of the old API", "unk/vapi_old.json", {"barge_in.min_words": 3}, "responseDelaySeconds"),
    ("the vendor's example with comments", "volc-k1/doc.json", {"endpointing.silence_ms": 600}, ""),
    ("the client ends turns", "volc-k1/bot.json", {"barge_in.min_speech_ms": 600}, "TurnDetectionMode is 1"),
]


@pytest.mark.parametrize(("name", "expected", "said"), [one[1:] for one in VALUES], ids=[one[0] for one in VALUES])
def test_a_customers_file_is_read_and_what_is_odd_of_it_is_said(
    run: Any, cases: Path, name: str, expected: dict[str, object], said: str
) -> None:
    found = read(run, cases / name)
    assert {one: found[one] for one in expected} == expected
    assert said in run("settings", "from", cases / name).err


@pytest.mark.parametrize("name", ["agent.py", "flux.json", "listen_url.txt"])
def test_an_eager_threshold_above_the_end_is_refused_wherever_it_stands(run: Any, cases: Path, name: str) -> None:
    for words in (("settings", "from"), ("diagnose", "--profile", "support-call", "--settings")):
        done = run(*words, cases / "lk5199" / name)
        assert (done.code, done.out) == (2, "")
        assert "eager_eot_threshold 0.8 is above" in done.err
        assert "400" in done.err
