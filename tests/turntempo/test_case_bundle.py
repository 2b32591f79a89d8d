"""A case mailed and opened again, from the command line."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

KEY = "sk-proj-AbCdEf123456_7890-xyzXYZ"
Run = Callable[..., Any]


@pytest.fixture
def case(run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "lily"
    assert run("case", "new", folder, "--title", "Slow tutor", "--tried", f"token {KEY}", "--who", "ann").code == 0
    (tmp_path / "notes.txt").write_text("call 13812345678\n")
    assert run("case", "attach", folder, tmp_path / "notes.txt", "--who", "ann").code == 0
    return folder


def test_a_case_is_packed_opened_and_shown(run: Run, case: Path, tmp_path: Path) -> None:
    packed = run("case", "bundle", case, "-o", tmp_path / "b.zip", "--who", "ann")
    assert packed.code == 0
    assert "files, sha256 " in packed.out
    assert "taken out: attachments/notes.txt: 1 phone number (line 1)" in packed.err
    assert KEY not in packed.out + packed.err
    opened = run("case", "open", tmp_path / "b.zip", "-o", tmp_path / "opened")
    assert opened.code == 0
    assert "REDACTED-phone-1" in (tmp_path / "opened" / "attachments" / "notes.txt").read_text()
    shown = run("case", "show", tmp_path / "opened")
    assert "Slow tutor" in shown.out
    assert KEY not in shown.out


def test_the_log_says_what_was_bundled_and_the_next_bundle_is_the_same(run: Run, case: Path, tmp_path: Path) -> None:
    first = run("case", "bundle", case, "-o", tmp_path / "a.zip", "--json", "--who", "ann").json
    second = run("case", "bundle", case, "-o", tmp_path / "b.zip", "--json", "--who", "bob").json
    assert first["sha256"] == second["sha256"]
    last = json.loads((case / "log.jsonl").read_text().splitlines()[-1])
    assert (last["kind"], last["who"]) == ("bundled", "bob")
    assert second["sha256"] in last["text"]


def test_a_bundle_is_named_for_its_case_and_is_not_overwritten(
    run: Run, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("case", "bundle", case, "--who", "ann").code == 0
    again = run("case", "bundle", case, "--who", "ann")
    assert again.code == 2
    assert "lily.zip: is there already" in again.err
    assert run("case", "bundle", case, "--force", "--who", "ann").code == 0


def test_transcripts_go_with_it_only_if_asked_for(run: Run, case: Path, tmp_path: Path) -> None:
    (case / "attachments" / "h.json").write_text(json.dumps([{"role": "user", "content": "I am seven"}]))
    run("case", "bundle", case, "-o", tmp_path / "a.zip", "--who", "ann")
    run("case", "bundle", case, "-o", tmp_path / "b.zip", "--with-transcripts", "--who", "ann")
    texts = {}
    for name in ("a.zip", "b.zip"):
        with zipfile.ZipFile(tmp_path / name) as archive:
            texts[name] = archive.read("attachments/h.json").decode()
    assert "I am seven" not in texts["a.zip"]
    assert "I am seven" in texts["b.zip"]


def test_what_is_not_a_bundle_is_refused_and_leaves_nothing(run: Run, tmp_path: Path) -> None:
    for content in (b"", b"PK\x03\x04", b"hello"):
        (tmp_path / "b.zip").write_bytes(content)
        refused = run("case", "open", tmp_path / "b.zip", "-o", tmp_path / "c")
        assert refused.code == 2
        assert "no whole zip file" in refused.err
    assert [path.name for path in tmp_path.iterdir()] == ["b.zip"]


def test_a_folder_that_is_there_is_refused(run: Run, case: Path, tmp_path: Path) -> None:
    run("case", "bundle", case, "-o", tmp_path / "b.zip", "--who", "ann")
    refused = run("case", "open", tmp_path / "b.zip", "-o", case)
    assert refused.code == 2
    assert "is there already" in refused.err
    assert KEY in (case / "case.toml").read_text()


def test_json_has_the_same(run: Run, case: Path, tmp_path: Path) -> None:
    packed = run("case", "bundle", case, "-o", tmp_path / "b.zip", "--json", "--who", "ann").json
    opened = run("case", "open", tmp_path / "b.zip", "-o", tmp_path / "c", "--json").json
    assert packed["files"] == opened["files"]
    assert packed["taken_out"] == opened["taken_out"]
    assert {one["kind"] for one in packed["taken_out"]} == {"api-key", "phone"}
