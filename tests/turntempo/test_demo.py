import runpy
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from pipeline.recordings import read, read_settings


def test_the_bundled_recording_is_what_the_script_makes(root: Path) -> None:
    script = runpy.run_path(str(root / "scripts" / "demo_recording.py"))
    bundled, made = read(script["FILE"]), script["recording"]()
    assert bundled.settings == script["SETTINGS"]
    assert fields(made)
    for field in fields(made):
        held, wanted = getattr(bundled.columns, field.name), getattr(made, field.name)
        if held.dtype.kind == "f":
            assert np.allclose(held, wanted, rtol=1e-12, atol=1e-9, equal_nan=True), field.name
        else:
            assert np.array_equal(held, wanted), field.name


def test_the_demo_diagnoses_tunes_and_writes(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("demo")
    assert done.code == 0, done.err
    for text in ("Where the time goes", "Barge-in is off", "Before and after", "sooner", "Written to turntempo-demo/"):
        assert text in done.out
    assert max(len(line) for line in done.out.splitlines()) <= 80
    folder = tmp_path / "turntempo-demo"
    assert {path.name for path in folder.iterdir()} == {
        *("settings.json", "recommendation.json", "frontier.csv", "journal.jsonl", "tutor.jsonl.gz"),
        *("intake.toml", "join.json", "case"),
    }
    assert read_settings(folder / "settings.json").barge_in.mode == "interrupt"
    assert '+      "enable": true,' in done.out
    assert {path.name for path in (folder / "case" / "report").iterdir()} >= {"report.html", "report.zh.html"}


def test_a_demo_replaces_that_of_before(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("case", "new", "turntempo-demo/case", "--title", "Of before").code == 0
    (tmp_path / "turntempo-demo" / "settings.json").write_text("{}")
    again = run("demo", "--json")
    assert again.code == 0
    assert "Of before" not in (tmp_path / "turntempo-demo" / "case" / "case.toml").read_text()
    assert '+      "enable": true,' in again.json["case"]["diff"]
    found = again.json["recommendation"]
    assert found["status"] == "recommended"
    assert found["held_out"]["gain_ms"]["low"] > 1000
    assert found["held_out"]["after"]["cut_off_rate"]["value"] < 0.03


def test_another_folder_is_not_overwritten_without_force(run, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "settings.json").write_text("mine")
    done = run("demo", "-o", mine)
    assert (done.code, done.out) == (2, "")
    assert (mine / "settings.json").read_text() == "mine"
