"""`turntempo probe llm` on a server whose times are known."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from pipeline.simulation import Profile
from tests.turntempo.probe.servers import Request, chat, event, refuse, serving
from tests.turntempo.probe.servers import begin as head
from tests.turntempo.probe.servers import end as done_
from turntempo.probe.journal import read_records

Writer = asyncio.StreamWriter


def test_first_token_clause_sentence_and_tokens_are_those_of_the_script(probe) -> None:
    with serving(partial(chat, first_s=0.1, gap_s=0.02)) as server:
        done, held = probe(server.url, "--json", n=12)
    assert done.code == 0
    for one in held.records:
        assert one.failure is None
        assert one.first_ms is not None
        assert one.done_ms is not None
        assert one.first_ms >= 100
        assert one.done_ms >= 100 + 8 * 20 - 1
        assert (one.clause_tokens, one.sentence_tokens, one.reply_tokens) == (2, 7, 9)
        assert one.clause_ms is not None
        assert one.sentence_ms is not None
        assert one.first_ms <= one.clause_ms <= one.sentence_ms <= one.done_ms
    assert np.median([one.token_ms for one in held.records]) >= 19
    figures = done.json["figures"]
    assert figures["first_ms"]["p50"]["value"] >= 100
    assert figures["first_ms"]["p50"]["low"] <= figures["first_ms"]["p50"]["value"]
    assert done.json["connections"] == "reused"


def test_a_pause_in_an_answer_is_counted_as_a_stall(probe) -> None:
    with serving(partial(chat, gap_s=0.55, words=("A", " b", " c."))) as server:
        done, _ = probe(server.url, "--json")
    assert done.json["stalled"]["value"] == 1


def test_only_the_first_request_on_a_connection_is_on_a_new_one(probe) -> None:
    with serving(chat) as server:
        _, held = probe(server.url, only="load,cold", n=8)
        on_connection = [one.on_connection for one in server.requests]
    kinds = [(one.cell.split("/")[0], one.connection) for one in held.records]
    assert kinds.count(("load", "new")) == 1
    assert kinds.count(("load", "reused")) == 7
    assert {kind for kind in kinds if kind[0] == "cold"} == {("cold", "new")}
    assert on_connection.count(0) == 9


def test_so_many_are_in_flight_as_asked(probe) -> None:
    with serving(partial(chat, first_s=0.15)) as server:
        probe(server.url, n=16, concurrency="4")
    assert server.most_at_once == 4


def test_the_time_that_the_server_says_it_took_is_told_from_the_rest(probe) -> None:
    async def script(request: Request, writer: Writer) -> None:
        await asyncio.sleep(0.08)
        name = "openai_processing_ms" if request.number % 2 else "Server_Timing"
        head(writer, **{name: "50" if request.number % 2 else "db;dur=5, total;dur=50"})
        event(writer, {"choices": [{"delta": {"content": "Yes."}, "finish_reason": "stop"}]})
        event(writer, b"[DONE]")
        done_(writer)

    with serving(script) as server:
        done, held = probe(server.url, "--json")
    assert {one.server_ms for one in held.records} == {50}
    assert {one.server_ms_from for one in held.records} == {"openai-processing-ms", "server-timing"}
    assert done.json["steps"]["around_server_ms"]["value"] >= 29


def test_a_rate_limit_is_waited_for_and_what_it_refused_is_sent_again(probe) -> None:
    refused: list[float] = []
    answered: list[float] = []

    async def script(request: Request, writer: Writer) -> None:
        if request.number == 1:
            refused.append(time.monotonic())
            refuse(writer, "429 Too Many Requests", b'{"error": {"code": "rate_limit"}}', Retry_After="1")
            return
        answered.append(time.monotonic())
        await chat(request, writer)

    with serving(script) as server:
        done, held = probe(server.url, "--json", n=6)
    assert done.code == 0
    assert done.json["requests"] == {"sent": 7, "answered": 6, "rate_limited": 1}
    assert min(at for at in answered if at > refused[0]) >= refused[0] + 0.99
    assert [one.retry_after_s for one in held.records if one.failure] == [1.0]


def test_a_server_that_asks_for_more_patience_than_there_is_ends_the_run_to_be_resumed(probe) -> None:
    async def script(request: Request, writer: Writer) -> None:
        if request.number == 2:
            refuse(writer, "429 Too Many Requests", Retry_After="3600")
            return
        await chat(request, writer)

    with serving(script) as server:
        stopped, held = probe(server.url, n=6)
        assert (stopped.code, len(held.records)) == (1, 3)
        assert "60 min" in stopped.err
        done, held = probe(server.url, "--resume", n=6)
    assert done.code == 0
    assert sum(one.failure is None for one in held.records) == 6


def test_a_longer_history_shows_what_reading_it_takes(run, tmp_path: Path) -> None:
    async def script(request: Request, writer: Writer) -> None:
        tokens = sum(len(one["content"]) for one in request.json["messages"]) // 4
        await chat(request, writer, first_s=0.02 + 0.1 * tokens / 1000)

    out = tmp_path / "r.jsonl"
    with serving(script) as server:
        common = ("--url", server.url, "--model", "m", "-n", 12, "--concurrency", 1, "--only", "load,history")
        done = run("probe", "llm", *common, "--history", "0,2000", "-o", out, "--json")
    slope = done.json["prefill_ms_per_1k"]
    assert slope["low"] > 50
    assert slope["high"] < 250


def test_rounds_of_a_tool_call_are_timed_to_the_call_and_after_its_result(run, tmp_path: Path) -> None:
    async def script(request: Request, writer: Writer) -> None:
        asked = request.json
        if "tools" not in asked or asked["messages"][-1]["role"] == "tool":
            await chat(request, writer, first_s=0.05)
            return
        name = asked["tools"][0]["function"]["name"]
        await asyncio.sleep(0.08)
        head(writer)
        call = {"index": 0, "id": "call_7", "function": {"name": name, "arguments": ""}}
        event(writer, {"choices": [{"delta": {"tool_calls": [call]}}]})
        event(writer, {"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"arguments": "{}"}}]}}]})
        event(writer, {"choices": [{"delta": {}, "finish_reason": "tool_calls"}]})
        event(writer, b"[DONE]")
        done_(writer)

    out = tmp_path / "r.jsonl"
    with serving(script) as server:
        common = ("--url", server.url, "--model", "m", "-n", 4, "--concurrency", 1, "--history", "0")
        done = run("probe", "llm", *common, "--tools", "--only", "load,tools", "-o", out, "--json")
        results = [one.json["messages"][-1] for one in server.requests if "tools" in one.json]
    assert done.json["figures"]["tool_call_ms"]["p50"]["value"] >= 80
    assert done.json["figures"]["after_tool_ms"]["p50"]["value"] >= 50
    assert [one["tool_call_id"] for one in results if one["role"] == "tool"] == ["call_7"] * 4


def test_slow_requests_that_come_together_are_found_and_stand_in_the_stage_profile(run, tmp_path: Path) -> None:
    async def script(request: Request, writer: Writer) -> None:
        system = request.json["messages"][0]["content"]
        pair = int(system.split("-")[-2]) if "twins" in system else 0
        await chat(request, writer, first_s=0.4 if pair % 8 == 1 else 0.01)

    out, profile = tmp_path / "r.jsonl", tmp_path / "llm.toml"
    with serving(script) as server:
        common = ("--url", server.url, "--model", "m", "-n", 160, "--concurrency", 4, "--history", "0")
        done = run("probe", "llm", *common, "--only", "load,twins", "-o", out, "--json", "--profile-out", profile)
    assert done.json["twins"]["pairs"] == 40
    assert done.json["twins"]["verdict"] == "together"
    assert Profile.load(f"support-call+{profile}").probed[0].slow_together


def test_what_was_measured_replaces_the_preset_and_names_the_probe_as_source(run, tmp_path: Path) -> None:
    out, profile = tmp_path / "r.jsonl", tmp_path / "llm.toml"
    with serving(partial(chat, first_s=0.05)) as server:
        common = ("--url", server.url, "--model", "fast-1", "-n", 40, "--concurrency", "1,4", "--history", "0")
        assert run("probe", "llm", *common, "-o", out, "--profile-out", profile).code == 0
    found = Profile.load(f"support-call+{profile}").llm
    records = [one for one in read_records(out).records if one.cell.startswith("load/1/")]
    times = sorted(one.first_ms for one in records if one.connection == "reused" and one.first_ms)
    assert found.ttft_ms.values == pytest.approx(times)
    assert "fast-1" in found.ttft_ms.source
    assert found.reply_tokens.values == (9.0,) * 39
    assert "new connections" in found.first_turn.source
    at_4 = tmp_path / "at4.toml"
    assert run("probe", "show", out, "--profile-out", at_4, "--at", 4).code == 0
    assert "4 at once" in Profile.load(f"support-call+{at_4}").llm.ttft_ms.source


def test_too_few_answers_make_no_stage_profile(run, tmp_path: Path) -> None:
    out, profile = tmp_path / "r.jsonl", tmp_path / "llm.toml"
    with serving(chat) as server:
        common = ("--url", server.url, "--model", "m", "-n", 4, "--concurrency", 1, "--history", "0", "--only", "load")
        done = run("probe", "llm", *common, "-o", out, "--profile-out", profile)
    assert done.code == 2
    assert "-n" in done.err
    assert not profile.exists()
    assert len(read_records(out).records) == 4


def test_a_killed_run_keeps_every_record_that_came_in_and_is_resumed(tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"
    with serving(partial(chat, first_s=0.05)) as server:
        asked = ["probe", "llm", "--url", server.url, "--model", "m", "-n", "60", "--concurrency", "2"]
        command = [sys.executable, "-m", "turntempo", *asked, "--history", "0", "--only", "load", "-o", str(out)]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        _until(lambda: out.exists() and out.read_bytes().count(b"\n") > 8)
        process.kill()
        process.wait()
        kept = len(read_records(out).records)
        with open(out, "ab") as stream:
            stream.write(b'{"cell":"load/2/auto/0","i":')  # as a kill in the middle of a write leaves it
        done = subprocess.run([*command, "--resume", "--json"], capture_output=True, check=False)
    assert kept >= 8
    assert done.returncode == 0
    assert json.loads(done.stdout)["requests"]["answered"] == 60
    assert sorted(one.i for one in read_records(out).records) == list(range(60))


def _heeds_ctrl_c() -> None:
    """As in a terminal: what a shell starts in the background ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_shows_what_there_is(tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"
    with serving(partial(chat, first_s=0.05)) as server:
        asked = ["probe", "llm", "--url", server.url, "--model", "m", "-n", "5000", "--concurrency", "2"]
        command = [sys.executable, "-m", "turntempo", *asked, "--history", "0", "--only", "load", "-o", str(out)]
        process = subprocess.Popen(
            [*command, "--json"], stderr=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=_heeds_ctrl_c
        )
        try:
            _until(lambda: out.exists() and out.read_bytes().count(b"\n") > 30)
            process.send_signal(signal.SIGINT)
            shown, messages = process.communicate(timeout=120)
        finally:
            process.kill()
            process.wait()
    assert process.returncode == 130
    assert json.loads(shown)["requests"]["answered"] >= 20
    assert b"--resume goes on" in messages
    assert b"Traceback" not in messages


def test_another_command_does_not_go_on_with_these_records(probe) -> None:
    with serving(chat) as server:
        probe(server.url)
        done, _ = probe(server.url, "--resume", n=6)
        assert done.code == 2
        assert "options" in done.err
        refused, _ = probe(server.url)
    assert refused.code == 2
    assert "--force" in refused.err


def test_a_plan_sends_nothing_and_says_how_many_requests_show_p95(run, tmp_path: Path) -> None:
    common = ("--url", "http://127.0.0.1:9/v1", "--model", "m", "-n", 100, "--plan", "--json")
    planned = run("probe", "llm", *common, "--price", "in=1", "--price", "out=2").json
    assert planned["needed"]["0.1"] > planned["needed"]["0.2"] > 20
    assert planned["requests"] == sum(one["requests"] for one in planned["cells"]) == 425
    assert planned["cost"] == pytest.approx((planned["uses"]["in"] + 2 * planned["uses"]["out"]) / 1e6, rel=1e-3)
    assert "profile" in planned["spread_of"]


def test_a_plan_with_records_rests_on_their_spread(run, probe, tmp_path: Path) -> None:
    with serving(partial(chat, first_s=0.05)) as server:
        probe(server.url, n=20)
        planned = run(
            "probe", "llm", "--url", server.url, "--model", "m", "--plan", "-o", tmp_path / "records.jsonl", "--json"
        )
    assert planned.json["spread_of"] == "19 requests of the earlier run"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--url", "ftp://x/v1"), "--url"),
        (("--url", "http://user:pass@x/v1"), "environment"),
        (("--url", "https://x/v1?api-key=abc"), "environment"),
        (("--url", "http://x:99999/v1"), "--url"),
        (("--concurrency", "0"), "--concurrency"),
        (("--concurrency", "1,1"), "--concurrency"),
        (("--concurrency", "many"), "--concurrency"),
        (("--history", "-1"), "--history"),
        (("--http", "3"), "--http"),
        (("--price", "in"), "--price"),
        (("--price", "chars=3"), "--price"),
        (("--scenario", "suport-call"), "Did you mean support-call"),
        (("--key-env", "NO_SUCH_VARIABLE"), "NO_SUCH_VARIABLE"),
        (("--auth", "basic"), "--auth"),
        (("--only", "cold"), "load"),
        (("--only", "lode"), "Did you mean load"),
        (("--at", "3"), "--at 3"),
        (("--ca", "/nowhere.pem"), "--ca"),
        (("-o", "/nowhere/r.jsonl"), "/nowhere"),
    ],
)
def test_bad_options_are_refused_before_anything_is_sent(
    arguments: tuple[str, ...], says: str, run, tmp_path: Path
) -> None:
    with serving(chat) as server:
        given = {"--url": server.url, "--model": "m", "-n": "4", "-o": str(tmp_path / "r.jsonl")}
        given[arguments[0]] = arguments[1]
        done = run("probe", "llm", *(part for pair in given.items() for part in pair))
        assert server.requests == []
    assert done.code == 2
    assert says in done.err


def test_a_key_is_not_sent_without_tls_to_another_machine(run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-0123456789")
    done = run("probe", "llm", "--url", "http://llm.example/v1", "--model", "m", "-o", tmp_path / "r.jsonl")
    assert done.code == 2
    assert "TLS" in done.err
    assert "sk-secret" not in done.err


def test_no_text_and_no_key_is_in_the_records(probe, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-0123456789")
    with serving(chat) as server:
        probe(server.url)
        assert server.requests[0].headers["authorization"] == "Bearer sk-secret-0123456789"
    kept = (tmp_path / "records.jsonl").read_text()
    assert "sk-secret" not in kept
    assert "Hello" not in kept
    assert "internet" not in kept


def test_httpx_is_loaded_by_a_probe_alone() -> None:
    code = "import sys, turntempo.app, turntempo.cli.probe.llm; print('httpx' in sys.modules, 'aiohttp' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert shown.stdout.split() == ["False", "False"]


def _until(true, deadline_s: float = 120) -> None:
    """Wait for a condition."""
    end = time.monotonic() + deadline_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)
