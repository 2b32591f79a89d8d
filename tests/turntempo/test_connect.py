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


REPORT = {"report.html", "report.md", "reply.md", "report.zh.html", "report.zh.md", "reply.zh.md"}
AT = ("--at", "2026-11-22T12:00+00:00", "--who", "ana")


def test_a_recording_becomes_a_report_and_a_reply_in_both_languages(run, calls: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("connect", "report", calls, "-o", out, *AT).code == 0
    assert {path.name for path in out.iterdir()} == REPORT
    text, zh, page = ((out / name).read_text() for name in ("report.md", "reply.zh.md", "report.html"))
    promised = run("connect", "tune", calls, "--json").json["after"]["connected_rate"]["value"]
    assert f"→ **{promised:.0%}**" in text
    assert "| the score that passes the network check | 0.5 | no check |" in text
    assert "被网络检测拒绝" in zh
    assert "good networks turned away" in page
    for name in REPORT:
        assert "check.threshold" not in (out / name).read_text()


def test_a_report_of_few_calls_says_that_nothing_was_searched_for(run, calls: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("".join(calls.read_text().splitlines(keepends=True)[:150]))
    assert run("connect", "report", few, "-o", tmp_path / "out", *AT).code == 0
    assert "149 calls are too few" in (tmp_path / "out" / "report.md").read_text()


def test_a_report_on_settings_that_are_kept_shows_no_gain_over_themselves(run, tmp_path: Path) -> None:
    calls = tmp_path / "fine.jsonl"  # of an app without a check, with a long timeout
    assert run("connect", "simulate", "tutor-app", "-n", 1000, "--seed", 1, "-o", calls).code == 0
    assert run("connect", "report", calls, "-o", tmp_path / "out", *AT).code == 0
    for name in ("report.md", "reply.md"):
        text = (tmp_path / "out" / name).read_text()
        assert "none were found that connect more calls within the limits" in text
        assert "instead of" not in text
        assert "→" not in text


def test_a_report_needs_a_folder_unless_it_is_of_a_case(run, calls: Path) -> None:
    done = run("connect", "report", calls)
    assert (done.code, "name the folder" in done.err) == (2, True)


@pytest.mark.parametrize("said", ["Calls do not connect: signalling timeout", "通话接不通，信令超时"])
def test_a_case_of_calls_asks_for_their_log_and_reports_on_it(run, calls: Path, tmp_path: Path, said: str) -> None:
    case = tmp_path / "case"
    run("case", "new", case, "--title", said, "--users-report", "call 13812345678", *AT)
    before = run("case", "check", case, "--json", *AT).json
    assert "calls" in [one["name"] for one in before["missing"]]
    assert "recording" not in [one["name"] for one in before["missing"]]
    assert "turntempo schema session" in before["questions"]["en"]
    assert f"turntempo case attach {case} --calls FILE" in " ".join(run("case", "show", case).out.split())
    done = run("connect", "diagnose", case)
    assert (done.code, "--calls FILE" in done.err) == (2, True)

    assert run("case", "attach", case, "--recording", calls, *AT).code == 0
    after = run("case", "check", case, "--json", *AT).json
    assert {"calls", "settings"} & {one["name"] for one in after["missing"]} == set()
    assert after["files"]["calls"] == "calls.jsonl"
    assert "turntempo connect diagnose" in run("case", "show", case).out
    of_case, alone = (run("connect", "diagnose", one, "--json").json for one in (case, calls))
    assert of_case == alone
    done = run("report", case, *AT)
    assert (done.code, {Path(line).name for line in done.out.splitlines()}) == (0, REPORT)
    text = (case / "report" / "report.md").read_text()
    assert "13812345678" not in text
    assert "What to change" in text
    assert json.loads((case / "log.jsonl").read_text().splitlines()[-1])["kind"] == "reported"


def test_calls_that_are_attached_already_are_not_replaced(run, calls: Path, tmp_path: Path) -> None:
    case = tmp_path / "case"
    run("case", "new", case, *AT)
    assert run("case", "attach", case, "--calls", calls, *AT).code == 0
    again = run("case", "attach", case, "--calls", calls, *AT)
    assert (again.code, "--force" in again.err) == (2, True)
    assert run("case", "attach", case, "--calls", calls, "--force", *AT).code == 0


def test_a_damaged_recording_of_calls_is_not_attached(run, tmp_path: Path) -> None:
    case, bad = tmp_path / "case", tmp_path / "bad.jsonl"
    run("case", "new", case, *AT)
    bad.write_text('{"schema":"turntempo.session/1","id":"a","outcome":"lost"}')
    done = run("case", "attach", case, "--recording", bad, *AT)
    assert (done.code, "bad.jsonl:1: outcome" in done.err, (case / "calls.jsonl").exists()) == (2, True, False)
