"""`turntempo import table`: mappings as options and files, and the questions at the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.recordings import read
from turntempo.given import mapping

CSV = "call,stt_ms,model_s,total_ms,other\nc,200,0.3,900,0.4\nc,250,0.35,1000,0.5\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "calls.csv"
    path.write_text(CSV)
    return path


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What somebody at the terminal answers, in order."""
    given: list[str] = []
    monkeypatch.setattr(mapping, "_is_terminal", lambda: True)
    monkeypatch.setattr("click.prompt", lambda *_, **__: given.pop(0))
    return given


def test_a_mapping_comes_from_options_and_files(run, table: Path, tmp_path: Path) -> None:
    (tmp_path / "map.txt").write_text("# fields\nfinal_ms=stt_ms\nresponse_ms=total_ms\n")
    done = run(
        "import", "table", table, "-o", tmp_path / "r.jsonl", "--map", tmp_path / "map.txt", "--map", "ttft_ms=other:s"
    )
    assert done.code == 0
    assert read(tmp_path / "r.jsonl").columns.ttft_ms[:, 0].tolist() == [400, 500]


def test_a_wrong_mapping_leaves_no_file(run, table: Path, tmp_path: Path) -> None:
    for wrong, says in (
        ("ttft=other", "Did you mean ttft_ms"),
        ("none.txt", "there is no such file"),
        ("ttft_ms=x", "no column 'x'"),
    ):
        done = run("import", "table", table, "-o", tmp_path / "r.jsonl", "--map", wrong)
        assert done.code == 2
        assert says in done.err
        assert not (tmp_path / "r.jsonl").exists()


def test_the_proposal_and_the_first_turn_are_shown_before_it_goes_on(run, table, tmp_path, answers: list[str]) -> None:
    answers += ["ttft_ms=nothing", "ttft_ms=other:s", ""]
    done = run("import", "table", table, "-o", tmp_path / "r.jsonl")
    assert done.code == 0
    assert "Proposed mapping of" in done.err
    assert "no column 'nothing' for ttft_ms" in done.err
    assert "whole response" in done.err
    assert "█" in done.err
    assert '--map \'{"session": "call"' in done.err.replace("\n", " ")
    assert read(tmp_path / "r.jsonl").columns.ttft_ms[:, 0].tolist() == [400, 500]


def test_whoever_stops_gets_no_file(run, table: Path, tmp_path: Path, answers: list[str]) -> None:
    answers += ["session=", "q"]
    done = run("import", "table", table, "-o", tmp_path / "r.jsonl")
    assert done.code == 2
    assert "no file was written" in done.err
    assert not (tmp_path / "r.jsonl").exists()


def test_nobody_is_asked_where_there_is_no_terminal(run, table: Path, tmp_path: Path) -> None:
    done = run("import", "table", table, "-o", tmp_path / "r.jsonl")
    assert done.code == 0
    assert "the mapping was proposed" in done.err.replace("\n", " ")


def test_a_table_is_diagnosed_as_it_is(run, table: Path) -> None:
    done = run("diagnose", table)
    assert done.code == 0
    assert "Measured median" in done.out
