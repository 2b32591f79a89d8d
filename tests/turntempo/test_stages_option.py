"""--stages puts measured stages in the place of a profile's own, in every command that has --profile."""

import json
from pathlib import Path

import pytest

from pipeline.recordings import read
from pipeline.simulation.stage_file import Probed, stage_file_text


@pytest.fixture
def stages(tmp_path: Path) -> Path:
    path = tmp_path / "llm.toml"
    probed = Probed(
        stage="llm", endpoint="http://x/v1", model="m", measured="2026-11-30", requests=40, failed={"http_5xx": 2}
    )
    values = [1000.0 + step for step in range(40)]
    tables = {"llm": {"ttft_ms": {"values": values, "source": "a probe"}, "first_turn": {"value": 1.0, "source": "s"}}}
    path.write_text(stage_file_text(probed, tables))
    return path


def test_simulated_turns_have_the_measured_times(run, stages: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.parquet"
    assert run("simulate", "support-call", "--stages", stages, "-n", 50, "-o", out).code == 0
    assert (read(out).columns.ttft_ms >= 1000).all()


def test_a_diagnosis_rests_on_them_names_them_as_source_and_says_what_is_doubtful(run, stages: Path) -> None:
    done = run("diagnose", "--profile", "support-call", "--stages", stages, "-n", 200, "--json")
    assert done.code == 0
    rests_on = {one["field"]: one for one in done.json["assumed"]["rests_on"]}
    assert rests_on["llm.ttft_ms"]["source"] == "a probe"
    assert rests_on["llm.ttft_ms"]["p50"] == pytest.approx(1019.5, abs=1)
    assert "2 requests to LLM m failed (http_5xx 2)" in done.err
    assert "from 40 requests" in done.err


def test_a_recording_without_times_of_the_llm_is_completed_from_them(run, stages: Path, tmp_path: Path) -> None:
    turns = tmp_path / "r.jsonl"
    made = [
        {"schema": "turntempo.turn/2", "id": f"t{i}", "session": "s", "index": i, "speech": {"end_ms": 1500}}
        for i in range(30)
    ]
    turns.write_text("\n".join(map(json.dumps, made)))
    plain = run("replay", turns, "--profile", "support-call", "--json")
    done = run("replay", turns, "--profile", "support-call", "--stages", stages, "--json")
    assert (plain.code, done.code) == (0, 0)
    assert done.json["filled_in"]["profile"] == f"support-call+{stages}"
    assert done.json["response_ms"]["p50"] > plain.json["response_ms"]["p50"] + 300


def test_stages_without_a_conversation_are_refused(run, stages: Path, tmp_path: Path) -> None:
    done = run("diagnose", "--stages", stages)
    assert done.code == 2
    assert "--profile" in done.err
