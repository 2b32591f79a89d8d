"""`turntempo compare` of two probes."""

from pathlib import Path

import pytest

from pipeline.simulation.stage_file import Probed, stage_file_text


def file(folder: Path, name: str, ms: float) -> Path:
    path = folder / f"{name}.toml"
    probed = Probed(stage="llm", endpoint="https://eu.example/v1", model=name, measured="2026-11-30", requests=100)
    times = {"values": [ms + step for step in range(100)], "source": "a test"}
    path.write_text(stage_file_text(probed, {"llm": {"ttft_ms": times}}))
    return path


def test_the_faster_endpoint_is_named_in_turns_with_an_interval(run, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("tuner.comparison.of_stages.DRAWS", 10)
    slow, fast = file(tmp_path, "slow", 900), file(tmp_path, "fast", 500)
    done = run("compare", slow, fast, "--profile", "support-call", "-n", 200, "--set", "endpointing.silence_ms=500")
    assert done.code == 0
    assert "B answers sooner at p95" in done.out
    assert "LLM fast at https://eu.example/v1 (100 requests)" in " ".join(done.out.split())
    assert "endpointing.silence_ms=500" in done.out
    shown = run("compare", slow, fast, "--profile", "support-call", "-n", 200, "--json").json
    assert shown["figures"]["response_ms.p50"]["change"] < -300
    assert [one["model"] for one in shown["b"]] == ["fast"]
    assert shown["assumed"] is True


@pytest.mark.parametrize(
    ("more", "says"),
    [((), "--profile"), (("calls.jsonl", "--profile", "support-call"), "TURNS")],
)
def test_what_does_not_belong_to_probes_is_refused(more: tuple[str, ...], says: str, run, tmp_path: Path) -> None:
    one = file(tmp_path, "one", 500)
    done = run("compare", one, one, *more)
    assert done.code == 2
    assert says in done.err


def test_a_probe_is_not_compared_with_settings(run, tmp_path: Path) -> None:
    done = run("compare", file(tmp_path, "one", 500), "now", "--profile", "support-call")
    assert done.code == 2
    assert "another probe alone" in done.err
