"""`turntempo connect` from a recording to settings with proof."""

import json
from pathlib import Path

import pytest

from pipeline.connect.batch import run as run_batch
from pipeline.connect.figures import seen
from pipeline.connect.simulation import ConnectProfile, draw
from stages.connect_settings import parse
from tests.turntempo.json_schema import problems
from turntempo.schemas import session_schema

NOW = {"check": {"threshold": 0.5}, "signalling": {"timeout_ms": 3000, "attempts": 2, "backoff_ms": 500}}


def simulated(seed: int) -> list[str]:
    return ["connect", "simulate", "tutor-app", "-n", "1500", "--seed", str(seed), "--settings"]


@pytest.fixture
def calls(run, tmp_path: Path) -> Path:
    (tmp_path / "now.json").write_text(json.dumps(NOW))
    path = tmp_path / "calls.jsonl"
    done = run(
        *simulated(1),
        tmp_path / "now.json",
        "-o",
        path,
    )
    assert done.code == 0
    return path


def test_a_recording_keeps_its_schema_and_same_seed_gives_same_bytes(run, calls: Path, tmp_path: Path) -> None:
    lines = calls.read_text().splitlines()
    assert [problem for line in lines[1:200] for problem in problems(json.loads(line), session_schema())] == []
    again = tmp_path / "again.jsonl"
    run(
        *simulated(1),
        tmp_path / "now.json",
        "-o",
        again,
    )
    assert again.read_bytes() == calls.read_bytes()


def test_the_share_that_the_check_turns_away_lies_in_its_interval(run, calls: Path) -> None:
    lost = run("connect", "diagnose", calls, "--json").json["would_have_connected_turned_away"]
    names = [f"call-9-{place:06d}" for place in range(20000)]
    truth = seen(run_batch(draw(ConnectProfile.load("tutor-app"), names, 9), [parse(NOW)]))
    away, good = truth.rates["good_turned_away_rate"]
    assert lost["low"] < (away.sum() / good.sum()) * (1 - 0.08) < lost["high"]  # 8 % of the clients do not obey


def test_better_settings_do_on_new_calls_what_was_promised(run, calls: Path, tmp_path: Path) -> None:
    better, fresh = tmp_path / "better.json", tmp_path / "fresh.jsonl"
    tuned = run("connect", "tune", calls, "--json", "-o", better)
    assert (tuned.code, tuned.json["met"]) == (0, True)
    run(*simulated(2), better, "-o", fresh)
    promised = tuned.json["after"]["connected_rate"]
    found = run("connect", "replay", fresh, "--json").json["figures"]["connected_rate"]
    assert tuned.json["before"]["connected_rate"]["value"] < 0.7
    assert found["low"] <= promised["high"]
    assert promised["low"] <= found["high"]


def test_what_becomes_of_calls_turned_away_is_unknown_where_nothing_shows_it(run, calls: Path, tmp_path: Path) -> None:
    kept = [
        line
        for line in calls.read_text().splitlines()
        if '"retry_of":"' not in line and not ('"verdict":"failed"' in line and '"turned_away"' not in line)
    ]
    alone = tmp_path / "alone.jsonl"
    alone.write_text("\n".join(kept))
    done = run("connect", "diagnose", alone, "--json")
    assert done.json["would_have_connected_turned_away"] is None
    assert done.json["figures"]["good_turned_away_rate"]["value"] is None
    assert "not known" in run("connect", "diagnose", alone).out
    changed = [one["setting"] for one in run("connect", "tune", alone, "--json").json["changes"]]
    assert [name for name in changed if name.startswith("check.")] == []


def test_the_figures_say_why_they_turn_away_more_than_the_log(run, calls: Path) -> None:
    found = run("connect", "diagnose", calls, "--json").json
    logged, replayed = found["turned_away"], found["figures"]["turned_away_rate"]
    more = round((replayed["value"] - logged["value"]) * logged["n"])
    assert more > 0
    assert sum(f"{more} calls more that went on in the log" in one for one in found["findings"]) == 1


@pytest.mark.parametrize(
    ("limit", "why"),
    [
        ("connected_rate=99%", "none of the settings tried keep the limits"),
        ("bad_let_through_rate=8.5%", "the settings found are not shown to keep the limits"),
    ],
)
def test_no_settings_are_written_where_none_are_recommended(run, calls: Path, tmp_path: Path, limit, why) -> None:
    better = tmp_path / "better.json"
    better.write_text("of an earlier run")
    done = run("connect", "tune", calls, "--limit", limit, "-o", better, "--force")
    assert (done.code, better.exists()) == (1, False)
    assert f"better.json is not written: {why}" in " ".join(done.err.split())


def test_a_missed_limit_is_exit_code_1_and_a_kept_one_0(run, calls: Path) -> None:
    assert run("connect", "check", calls, "--limit", "connected_rate=95%").code == 1
    assert run("connect", "check", calls, "--limit", "wasted_attempts=0.9").code == 0


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"schema":"turntempo.session/1","id":"a","outcome":"turned_away"}', "bad.jsonl:1: check.verdict"),
        ('{"schema":"turntempo.session/1","id":"a","outcome":"lost"}', "bad.jsonl:1: outcome"),
        ('{"schema":"turntempo.session/1","id":"a","outcome":"left","attempts":[{"ms":-1}]}', "bad.jsonl:1: attempts"),
        ("[", "bad.jsonl:1"),
        ('{"schema":"turntempo.connect/1","check":{"treshold":1}}', "unknown setting"),
    ],
)
def test_a_bad_line_is_named_with_its_place_and_field(run, tmp_path: Path, line: str, says: str) -> None:
    (tmp_path / "bad.jsonl").write_text(line)
    done = run("connect", "diagnose", tmp_path / "bad.jsonl")
    assert (done.code, done.out) == (2, "")
    assert says in done.err


def test_a_call_is_traced_event_by_event(run, calls: Path) -> None:
    events = run("connect", "replay", calls, "--trace", "call-1-000000", "--json").json
    assert events[0] == {"at_ms": 0.0, "what": "the call starts"}
