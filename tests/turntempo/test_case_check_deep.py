"""Every file of a case and of a bundle read again: each kind of damage is named."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from turntempo.__main__ import main

Run = Callable[..., Any]
AT = ("--who", "ann", "--at", "2026-11-02T09:00:00+00:00")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, recording: Path) -> Path:
    """A folder with a case that has everything that commands leave in one."""
    folder = tmp_path_factory.mktemp("made")
    case, notes, config = folder / "lily", folder / "notes.txt", folder / "agent.json"
    notes.write_text("call 13812345678\n")
    config.write_text('{"turn_detection": {"config": {"end_of_speech": {"mode": "vad"}}}}')
    attached = ("--recording", recording, "--config", config, "--vendor", "agora")
    for arguments in (
        ("case", "new", case, "--title", "Slow tutor", *AT),
        ("case", "attach", case, notes, *attached, *AT),
        ("tune", case, "--budget", "60", "--seed", "1"),
        ("report", case, "--lang", "en", *AT),
    ):
        assert main([str(one) for one in arguments]) in ((0, 1) if arguments[0] == "tune" else (0,))
    return folder


@pytest.fixture
def case(made: Path, tmp_path: Path) -> Path:
    """That case, to be damaged."""
    shutil.copytree(made, tmp_path, symlinks=True, dirs_exist_ok=True)
    return tmp_path / "lily"


def damages(run: Run, path: Path) -> dict[str, str]:
    """File -> what is wrong with it."""
    ran = run("case", "check", path, "--deep", "--json")
    found = {one["path"]: one["what"] for one in ran.json["damages"]}
    assert ran.code == (1 if found else 0)
    assert ran.json["whole"] is not bool(found)
    return found


def test_a_case_as_commands_left_it_is_whole_and_all_but_its_form_is_checked(run: Run, case: Path) -> None:
    ran = run("case", "check", case, "--deep", "--json")
    assert (ran.code, ran.json["damages"], ran.json["without_sum"]) == (0, [], ["case.toml"])
    files = [path for path in case.rglob("*") if path.is_file() and not path.name.startswith(".turntempo.")]
    assert ran.json["checked"] == len(files) - len(["case.toml", "log.jsonl"])


def test_each_kind_of_damage_is_named_with_its_file(run: Run, case: Path) -> None:
    (case / "attachments" / "notes.txt").write_text("call 13812345679\n")
    (case / "report" / "report.html").unlink()
    (case / "tuning" / "more.json").write_text("{}")
    journal = case / "tuning" / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-1])
    (case / "settings.json").unlink()
    (case / "settings.json").symlink_to(case / "case.toml")
    with open(case / "log.jsonl", "ab") as log:
        log.write(b'{"at": "2026-')
    assert damages(run, case) == {
        "attachments/notes.txt": "changed",
        "log.jsonl": "torn",
        "report/report.html": "missing",
        "settings.json": "changed",
        "tuning/journal.jsonl": "torn",
        "tuning/more.json": "added",
    }


def test_a_line_of_a_journal_that_was_changed_is_named(run: Run, case: Path) -> None:
    journal = case / "tuning" / "journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join([lines[0], lines[1].replace("[[", "[[1, ", 1), *lines[2:]]))
    ran = run("case", "check", case, "--deep")
    assert ran.code == 1
    assert "tuning/journal.jsonl: changed: line 2 is not as it was written" in ran.out


def test_what_a_later_command_puts_in_the_place_of_a_file_counts(run: Run, case: Path, tmp_path: Path) -> None:
    other = tmp_path / "agent.yaml"
    other.write_text("turn_detection: {config: {end_of_speech: {mode: vad}}}\n")
    assert run("case", "attach", case, "--config", other, "--vendor", "agora", "--force", *AT).code == 0
    assert not (case / "config.json").exists()
    assert run("tune", case, "--budget", "40", "--seed", "2", "--force").code in (0, 1)
    assert damages(run, case) == {}


def test_what_an_earlier_version_wrote_has_no_checksum_and_is_said_to(run: Run, case: Path) -> None:
    log = case / "log.jsonl"
    events = [json.loads(line) for line in log.read_text().splitlines()]
    log.write_text("".join(json.dumps({**one, "sums": {}}) + "\n" for one in events))
    ran = run("case", "check", case, "--deep", "--json")
    assert ran.code == 0
    assert "tuning/recommendation.json" in ran.json["without_sum"]


def test_a_file_that_an_earlier_version_wrote_anew_has_no_checksum_any_more(run: Run, case: Path) -> None:
    page = case / "report" / "report.html"
    page.write_text("anew")
    events = [json.loads(line) for line in (case / "log.jsonl").read_text().splitlines()]
    with open(case / "log.jsonl", "a") as log:
        log.write(json.dumps({**events[-1], "kind": "reported", "files": ["report/report.html"], "sums": {}}) + "\n")
    assert damages(run, case) == {}


@pytest.fixture
def bundle(run: Run, case: Path, tmp_path: Path) -> Path:
    path = tmp_path / "lily.zip"
    assert run("case", "bundle", case, "-o", path, *AT).code == 0
    return path


def test_a_bundle_is_whole_and_so_is_the_case_that_it_is_opened_into(run: Run, bundle: Path, tmp_path: Path) -> None:
    assert damages(run, bundle) == {}
    assert run("case", "open", bundle, "-o", tmp_path / "opened").code == 0
    ran = run("case", "check", tmp_path / "opened", "--deep", "--json")
    assert (ran.code, ran.json["damages"], ran.json["without_sum"]) == (0, [], [])


def test_work_in_an_opened_case_is_no_damage_and_damage_is(run: Run, bundle: Path, tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    assert run("case", "open", bundle, "-o", opened).code == 0
    assert run("case", "attach", opened, tmp_path / "agent.json", *AT).code == 0
    assert damages(run, opened) == {}
    log = opened / "log.jsonl"
    log.write_text(log.read_text().replace("ann", "bob", 1))
    (opened / "config.json").unlink()
    assert damages(run, opened) == {"log.jsonl": "changed", "config.json": "missing"}


def rewritten(bundle: Path, change: Callable[[str, bytes], bytes | None], **more: bytes) -> None:
    """The bundle with the bytes that `change` gives for each file; none: without the file."""
    with zipfile.ZipFile(bundle) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**held, **more}.items():
            if (now := change(name, content)) is not None:
                archive.writestr(name, now)


def test_each_kind_of_damage_in_a_bundle_is_named(run: Run, bundle: Path) -> None:
    changes: dict[str, bytes | None] = {"attachments/notes.txt": b"call me\n", "settings.json": None}
    rewritten(bundle, lambda name, content: changes.get(name, content), more=b"x")
    assert damages(run, bundle) == {"attachments/notes.txt": "changed", "settings.json": "missing", "more": "added"}


def test_bytes_of_a_bundle_that_were_changed_on_the_way_are_torn(run: Run, bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        entry = archive.getinfo("settings.json")
    content = bytearray(bundle.read_bytes())
    content[entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2] ^= 0xFF
    bundle.write_bytes(content)
    assert damages(run, bundle) == {"settings.json": "torn"}


def test_a_bundle_that_breaks_off_is_torn(run: Run, bundle: Path) -> None:
    bundle.write_bytes(bundle.read_bytes()[:-100])
    assert damages(run, bundle) == {"lily.zip": "torn"}


def test_it_says_so_in_chinese(run: Run, case: Path) -> None:
    (case / "attachments" / "notes.txt").write_text("x")
    ran = run("case", "check", case, "--deep", "--lang", "zh")
    assert "attachments/notes.txt：" not in ran.err
    assert "已改动：校验和与日志或清单中的不同" in ran.out


@pytest.mark.parametrize("more", [("--severity", "P1", "--because", "x"), ("--kind", "quality")])
def test_a_deep_check_decides_nothing(run: Run, case: Path, more: tuple[str, ...]) -> None:
    ran = run("case", "check", case, "--deep", *more)
    assert ran.code == 2
    assert "--deep changes nothing" in ran.err


def test_a_folder_that_is_no_case_is_refused(run: Run, tmp_path: Path) -> None:
    ran = run("case", "check", tmp_path, "--deep")
    assert ran.code == 2
    assert "is no case" in ran.err
