from pathlib import Path

import pytest

from pipeline.recordings import read

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
