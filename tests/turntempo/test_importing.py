import json
from pathlib import Path

import pytest

from pipeline.recordings import read
from tests.pipeline.importers.livekit_source import lines
from tests.pipeline.importers.livekit_source import metrics as livekit_metrics
from tests.pipeline.importers.livekit_source import report as livekit_report

SPURTS = """conv,ch,start,end,n_words,is_backchannel
c1,A,0.0,1.2,4,0
c1,A,1.7,2.6,3,0
c1,B,2.9,4.0,5,0
c1,A,4.3,5.5,4,0
"""


@pytest.fixture
def spurts(tmp_path: Path) -> Path:
    path = tmp_path / "spurts.csv"
    path.write_text(SPURTS)
    return path


def test_a_table_becomes_a_recording_and_the_report_goes_to_stderr(run, spurts: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"
    done = run("import", "spurts", spurts, "-o", out)
    assert (done.code, done.out) == (0, "")
    assert len(read(out).columns) >= 2
    assert done.err.startswith(f"wrote {out}: ")
    assert "speech.pauses" in done.err


def test_programs_get_the_report_as_json(run, spurts: Path, tmp_path: Path) -> None:
    done = run("import", "spurts", spurts, "-o", tmp_path / "r.jsonl", "--json")
    assert done.json["format"] == "spurts"
    assert {"turns", "sessions", "fields", "notes", "counts"} <= set(done.json)


def test_options_go_to_the_format_by_name(run, spurts: Path, tmp_path: Path) -> None:
    only = run("import", "spurts", spurts, "-o", tmp_path / "a.jsonl", "--option", "only=B", "--json").json
    assert only["turns"] == 1
    wrong = run("import", "spurts", spurts, "-o", tmp_path / "b.jsonl", "--option", "speakr=B")
    assert (wrong.code, wrong.out) == (2, "")
    assert "Did you mean speaker?" in wrong.err
    assert "write NAME=VALUE" in run("import", "spurts", spurts, "-o", tmp_path / "b.jsonl", "--option", "only").err


def test_an_unknown_format_is_refused_with_the_known_ones(run, spurts: Path, tmp_path: Path) -> None:
    done = run("import", "spurt", spurts, "-o", tmp_path / "r.jsonl")
    assert done.code == 2
    assert "Did you mean spurts?" in done.err


def test_the_formats_are_listed_with_their_options(run) -> None:
    out = run("import", "--list").out
    assert "spurts: " in out
    assert "--option speaker=" in out


def test_a_source_without_turns_leaves_no_file(run, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("conv,ch,start,end,n_words,is_backchannel\n")
    done = run("import", "spurts", empty, "-o", tmp_path / "r.jsonl")
    assert done.code == 2
    assert not (tmp_path / "r.jsonl").exists()


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "session_report.json"
    path.write_text(json.dumps(livekit_report()))
    return path


def test_auto_says_why_it_takes_a_file_for_what_it_is(run, report: Path, tmp_path: Path) -> None:
    done = run("import", "auto", report, "-o", tmp_path / "r.jsonl")
    assert done.code == 0
    assert f"{report}: livekit, as it is a session report of LiveKit Agents" in done.err
    assert "What the source shows, in how many turns" in done.err


def test_the_settings_of_a_log_are_in_the_recording_and_its_fit_is_said(run, report: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"
    done = run("import", "auto", report, "-o", out)
    settings = read(out).settings
    assert settings is not None
    assert (settings.endpointing.silence_ms, settings.endpointing.max_silence_ms) == (500, 3000)
    assert "Measured median" in done.err
    again = run("import", "auto", report, "-o", out, "--force", "--json").json
    assert again["fit"]["turns"] == 3
    assert again["settings"]["endpointing"]["silence_ms"] == 500


def test_a_strict_import_refuses_known_faults_and_leaves_no_file(run, tmp_path: Path) -> None:
    metrics = livekit_metrics()
    metrics[0]["transcription_delay"] = -3.0
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(lines(metrics))
    done = run("import", "auto", path, "-o", tmp_path / "r.jsonl", "--strict")
    assert done.code == 2
    assert "1 delays below zero" in done.err
    assert not (tmp_path / "r.jsonl").exists()
    assert "1 delays below zero" in run("import", "auto", path, "-o", tmp_path / "r.jsonl").err


def test_the_grace_is_chosen(run, report: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"
    said = run("import", "auto", report, "-o", out, "--grace", "200", "--json").json
    assert "turns with the grace of 200 ms" in said["counts"]
    assert run("import", "auto", report, "-o", tmp_path / "s.jsonl", "--grace", "x").code == 2


def test_a_file_that_nobody_knows_is_refused_with_the_formats_there_are(run, tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_text("hello\n")
    done = run("import", "auto", path, "-o", tmp_path / "r.jsonl")
    assert done.code == 2
    assert "name one of these: audio, eva, livekit" in done.err


def test_a_log_is_diagnosed_as_it_is(run, report: Path) -> None:
    done = run("diagnose", report)
    assert done.code == 0
    assert "come from a log of another tool (livekit)" in done.err
    assert "under the settings in the recording" in done.out
    assert run("diagnose", report, "--json").json["import"]["format"] == "livekit"


EVENTS = (
    ("EOU", {"end_of_utterance_delay": 1.61, "transcription_delay": 0.21, "speech_id": "a1"}),
    ("LLM", {"ttft": 0.92, "completion_tokens": 44, "speech_id": "a1"}),
    ("TTS", {"ttfb": 0.41, "audio_duration": 4.2, "speech_id": "a1"}),
)
WAITED = "".join(
    f"2025-09-02 10:11:1{place},001 - INFO livekit.agents - {stage} metrics {json.dumps(held)}\n"
    for place, (stage, held) in enumerate(EVENTS)
)


def test_a_wait_that_the_log_measured_stands_against_settings_that_nobody_named(run, tmp_path: Path) -> None:
    log = tmp_path / "agent.log"
    log.write_text(WAITED)
    done = run("diagnose", log)
    assert "the source waited 1,610 ms from the end of speech to the end of the turn (median of 1)" in done.err
    assert "figures here are of the defaults, not of the agent" in done.err
    imported = run("import", "auto", log, "-o", tmp_path / "r.jsonl", "--json").json
    assert imported["wait"] == {"turns": 1, "p50_ms": 1610.0, "p95_ms": 1610.0}


def test_and_against_named_settings_that_wait_otherwise(run, tmp_path: Path) -> None:
    log, settings = tmp_path / "agent.log", tmp_path / "settings.json"
    log.write_text(WAITED)
    settings.write_text('{"endpointing": {"silence_ms": 500}}')
    assert "these may not be the settings that were in force" in run("diagnose", log, "--settings", settings).err
    settings.write_text('{"endpointing": {"silence_ms": 1610}}')
    assert "the source waited" not in run("diagnose", log, "--settings", settings).err


def test_what_users_do_is_not_assumed_for_a_log_where_nobody_named_a_profile(run, tmp_path: Path) -> None:
    log = tmp_path / "agent.log"
    log.write_text(WAITED)
    unnamed = run("diagnose", log, "--json")
    assert "Pauses and speech over the agent do not" in unnamed.err
    assert [one["name"] for one in unnamed.json["limits"] if one.get("assumed")] == []
    assert {one["name"] for one in unnamed.json["limits"] if one.get("unknown")} >= {"cut_off_rate", "hiccup_rate"}
    assert "not known from this recording" in unnamed.json["in_short"]["wrong"]
    named = run("diagnose", log, "--json", "--profile", "support-call").json
    assert "cut_off_rate" in {one["name"] for one in named["limits"] if one.get("assumed")}


def test_figures_that_a_profile_alone_shows_are_not_what_is_wrong(run, tmp_path: Path) -> None:
    log = tmp_path / "agent.log"
    log.write_text(WAITED)
    done = run("diagnose", log, "--profile", "support-call", "--limit", "hiccup_rate=0.0001%", "--limit", "p95=60s")
    assert "as assumed, where the limit is" in " ".join(done.out.split())
    assert "What is wrong: no limit is shown to be missed by what was recorded" in " ".join(done.out.split())


def test_settings_that_stand_in_the_log_are_pointed_out(run, tmp_path: Path) -> None:
    log = tmp_path / "mail.txt"
    log.write_text("> session = AgentSession(\n>   min_endpointing_delay=1.6,\n> )\n" + WAITED)
    assert f"{log} holds settings of LiveKit Agents too: name them with --settings {log}" in run("diagnose", log).err
    named = run("diagnose", log, "--settings", log)
    assert "holds settings" not in named.err
    assert f"underthesettingsin{log}" in "".join(named.out.split())


def test_typed_response_times_are_not_called_measured(run, tmp_path: Path) -> None:
    ticket = tmp_path / "ticket.md"
    ticket.write_text("stt 120-150 ms, llm 80-120 ms, tts 500-800 ms, felt 5 s")
    done = run("diagnose", ticket)
    said = " ".join(done.out.split())
    assert "As typed, not measured: median 5,000 ms" in said
    assert "ms typed into the ticket are explained by no stage" in said
    assert "Measured median" not in said


def test_what_an_import_left_out_is_said_by_every_command_that_takes_the_file(run, tmp_path: Path) -> None:
    ticket = tmp_path / "ticket.md"
    ticket.write_text("stt 120-150 ms, llm 80-120 ms, tts 500-800 ms, felt 5 s\n\nSome of them wait.\n\n14 s\n")
    for command in ("diagnose", "replay"):
        said = " ".join(run(command, ticket).err.split())
        assert "the import left things out, 1 in all" in said
        assert "14 s: nothing near it says what it is the time of" in said
