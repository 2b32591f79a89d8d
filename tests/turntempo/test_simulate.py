from pathlib import Path

import pytest

from pipeline.recordings import read


@pytest.mark.parametrize("name", ["r.jsonl", "r.jsonl.gz", "r.parquet"])
def test_a_recording_is_written_in_the_form_its_name_says(run, name: str, tmp_path: Path) -> None:
    done = run("simulate", "ai-tutor", "-n", 40, "--seed", 2, "-o", tmp_path / name, "--json")
    assert done.code == 0
    assert done.json == {
        "profile": "ai-tutor",
        "seed": 2,
        "turns": 40,
        "sessions": len(read(tmp_path / name).columns.session_names),
        "file": str(tmp_path / name),
        "censored_by": None,
    }
    assert len(read(tmp_path / name).columns) == 40


def test_the_same_seed_gives_the_same_bytes(run, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        run("simulate", "support-call", "-n", 20, "--seed", seed, "-o", tmp_path / f"{name}.jsonl")
    a, b, c = ((tmp_path / f"{name}.jsonl").read_bytes() for name in "abc")
    assert a == b != c


def test_a_censored_recording_holds_the_settings_and_what_their_log_would_have(run, tmp_path: Path) -> None:
    settings, out = tmp_path / "s.json", tmp_path / "r.jsonl"
    settings.write_text('{"llm": {"timeout_ms": 500}}')
    assert run("simulate", "ai-tutor", "-n", 60, "--censor-by", settings, "-o", out).code == 0
    found = read(out)
    assert found.settings is not None
    assert found.settings.llm.timeout_ms == 500
    assert found.columns.censored.any()


def test_the_profiles_are_listed_and_a_misspelt_one_is_refused_with_the_closest(run, tmp_path: Path) -> None:
    names = [line.split(":")[0] for line in run("simulate", "--list").out.splitlines()]
    assert {"ai-tutor", "support-call", "companion-toy", "receptionist"} <= set(names)
    done = run("simulate", "ai-tuter", "-n", 5, "-o", tmp_path / "r.jsonl")
    assert (done.code, list(tmp_path.iterdir())) == (2, [])
    assert "Did you mean ai-tutor?" in done.err


def test_nothing_is_overwritten_without_force_and_no_odd_name_is_taken(run, tmp_path: Path) -> None:
    mine = tmp_path / "mine.jsonl"
    mine.write_text("mine")
    assert run("simulate", "ai-tutor", "-n", 5, "-o", mine).code == 2
    assert mine.read_text() == "mine"
    assert run("simulate", "ai-tutor", "-n", 5, "-o", mine, "--force").code == 0
    odd = run("simulate", "ai-tutor", "-n", 5, "-o", tmp_path / "r.csv")
    assert odd.code == 2
    assert ".parquet" in odd.err


@pytest.mark.parametrize("n", ["0", "-3", "many"])
def test_a_number_of_turns_that_is_invalid_is_refused(run, n: str, tmp_path: Path) -> None:
    assert run("simulate", "ai-tutor", "-n", n, "-o", tmp_path / "r.jsonl").code == 2
