"""What leaves in a bundle, and what does not."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import pytest

from pipeline.recordings import read, write
from pipeline.simulation import Profile, simulate
from tuner.support.bundle import open_bundle, pack

KEY = "sk-proj-AbCdEf123456_7890-xyzXYZ"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    (folder / "attachments").mkdir(parents=True)
    (folder / "case.toml").write_text("title = 'Slow tutor'\ncustomer = 'Acme, call 13812345678'\n")
    (folder / "config.json").write_text(json.dumps({"llm": {"api_key": KEY}, "turn": {"silence_ms": 640}}))
    events = [
        {"at": "2026-11-22T20:00:00+00:00", "who": "user", "kind": "received", "text": "mail a@b.example.com"},
        {"at": "2026-11-22T21:00:00+00:00", "who": "ann", "kind": "bundled", "text": "earlier.zip"},
    ]
    (folder / "log.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    return folder


def opened(case: Path, tmp_path: Path, transcripts: bool = False) -> Path:
    pack(case, tmp_path / "b.zip", transcripts=transcripts)
    open_bundle(tmp_path / "b.zip", tmp_path / "opened")
    return tmp_path / "opened"


def test_the_same_case_gives_the_same_bytes(case: Path, tmp_path: Path) -> None:
    first = pack(case, tmp_path / "a.zip")
    (case / "log.jsonl").touch()
    with open(case / "log.jsonl", "a") as log:
        log.write('{"at": "2026-11-23T00:00:00+00:00", "who": "ann", "kind": "bundled"}\n')
    second = pack(case, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert first.sha256 == second.sha256


def test_a_bundle_has_no_secrets_and_the_case_is_unchanged(case: Path, tmp_path: Path) -> None:
    (case / "attachments" / "notes.md").write_text(f"it says {KEY} in the log")
    (case / "attachments" / "gbk.txt").write_bytes("电话 13812345678 很慢".encode("gb18030"))
    (case / "attachments" / "wide.txt").write_text(f"key {KEY}", encoding="utf-16")
    (case / "attachments" / "log.txt.gz").write_bytes(gzip.compress(f"token: {KEY}".encode()))
    (case / ".env").write_text("PASSWORD=correct horse\n")
    folder = opened(case, tmp_path)
    everything = b"".join(
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    )
    for secret in (KEY, "13812345678", "a@b.example.com", "correct horse"):
        for encoding in ("utf-8", "utf-16-le"):
            assert secret.encode(encoding) not in everything
    assert "很慢" in (folder / "attachments" / "gbk.txt").read_bytes().decode("gb18030")
    assert KEY in (case / "config.json").read_text()


def test_a_secret_of_the_configuration_is_removed_from_every_file(case: Path, tmp_path: Path) -> None:
    (case / "config.json").write_text('{"password": "Tr0ub4dor&3"}')
    (case / "attachments" / "a.txt").write_text("we logged in with Tr0ub4dor&3 and it was slow")
    folder = opened(case, tmp_path)
    assert (folder / "attachments" / "a.txt").read_text() == "we logged in with REDACTED-password-1 and it was slow"


def test_names_of_files_and_folders_hold_no_secret(case: Path, tmp_path: Path) -> None:
    (case / "attachments" / "call-13812345678.txt").write_text("slow")
    (case / "attachments" / "call-13912345678.txt").write_text("slower")
    names = {path.name for path in opened(case, tmp_path).rglob("*.txt")}
    assert len(names) == 2
    assert all("REDACTED-phone" in name for name in names)


def test_the_manifest_lists_what_was_removed_and_left_out(case: Path, tmp_path: Path) -> None:
    (case / "attachments" / "screen.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    (case / "attachments" / "call.wav").write_bytes(b"RIFF")
    (case / "attachments" / "transcript.txt").write_text("hello")
    (case / "attachments" / "link").symlink_to("/etc/passwd")
    manifest = pack(case, tmp_path / "b.zip").manifest
    assert {(one.kind, one.where) for one in manifest.taken_out} == {
        ("phone", "case.toml:2"),
        ("api-key", "config.json:1"),
        ("email", "log.jsonl:1"),
    }
    left = {one.path.removeprefix("attachments/"): one.why for one in manifest.left_out}
    assert set(left) == {"screen.png", "call.wav", "transcript.txt", "link"}
    assert "--with-transcripts" in left["call.wav"]


def test_transcripts_are_packed_only_where_asked_for(case: Path, tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "my name is Li Lei"}, {"role": "system", "content": "be short"}]
    (case / "attachments" / "history.json").write_text(json.dumps(turns))
    (case / "attachments" / "call.wav").write_bytes(b"RIFF")
    without = pack(case, tmp_path / "a.zip")
    with_them = pack(case, tmp_path / "b.zip", transcripts=True)
    with zipfile.ZipFile(without.path) as archive:
        said = archive.read("attachments/history.json").decode()
        assert "Li Lei" not in said
        assert "be short" not in said
    with zipfile.ZipFile(with_them.path) as archive:
        assert "Li Lei" in archive.read("attachments/history.json").decode()
        assert archive.read("attachments/call.wav") == b"RIFF"


@pytest.mark.parametrize("name", ["recording.jsonl.gz", "recording.parquet", "recording.jsonl"])
def test_a_recording_stays_readable_and_its_sessions_stay_apart(case: Path, tmp_path: Path, name: str) -> None:
    turns = simulate(Profile.load("support-call"), 40, 1)
    write(case / name, turns)
    folder = opened(case, tmp_path)
    kept = read([str(folder / name)]).columns
    assert len(kept) == 40
    assert kept.ids.tolist() == turns.ids.tolist()


@pytest.mark.parametrize("name", ["recording.jsonl", "recording.parquet"])
def test_sessions_named_by_a_telephone_number_get_one_name_each(case: Path, tmp_path: Path, name: str) -> None:
    lines = [
        {"schema": "turntempo.turn/2", "id": f"{number}-{index}", "session": number, "index": index}
        | {"speech": {"end_ms": 1000.0 + index}}
        for number in ("13812345678", "13912345678")
        for index in (0, 1)
    ]
    (tmp_path / "r.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    write(case / name, read([str(tmp_path / "r.jsonl")]).columns)
    kept = read([str(opened(case, tmp_path) / name)]).columns
    assert sorted(one.decode() for one in kept.session_names) == ["REDACTED-phone-1", "REDACTED-phone-2"]
    assert len(set(kept.ids.tolist())) == 4


def test_files_that_only_differ_in_case_get_names_of_their_own(case: Path, tmp_path: Path) -> None:
    (case / "attachments" / "a.txt").write_text("one")
    (case / "attachments" / "A.txt").write_text("two")
    if len(list((case / "attachments").iterdir())) == 1:
        pytest.skip("this disk takes the two for one")
    texts = {path.read_text() for path in opened(case, tmp_path).rglob("*.txt")}
    assert texts == {"one", "two"}


@pytest.mark.parametrize("size", [0, 4, 40, 400])
def test_a_damaged_table_is_left_out_and_the_rest_is_packed(case: Path, tmp_path: Path, size: int) -> None:
    write(case / "recording.parquet", simulate(Profile.load("support-call"), 20, 1))
    whole = (case / "recording.parquet").read_bytes()
    middle = len(whole) // 2
    (case / "recording.parquet").write_bytes(whole[:middle] + b"\xff" * size + whole[middle + size + 1 :])
    packed = pack(case, tmp_path / "a.zip")
    assert [one.path for one in packed.manifest.left_out] == ["recording.parquet"]
    assert "config.json" in [one.path for one in packed.manifest.files]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 26 + "a" * 26,
        "token: [" * 200,
        "a-" * 20_000,
        "x" * 20_000,
        "a@" * 10_000,
        "\\" * 20_000 + '"',
        "[" * 50_000,
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.json", "a.yaml", "a.py", "a.csv", "a.html"])
def test_a_small_file_made_to_take_long_is_packed_at_once(case: Path, tmp_path: Path, text: str, name: str) -> None:
    (case / "attachments" / name).write_text(text)
    packed = pack(case, tmp_path / "a.zip")
    assert len(packed.manifest.files) + len(packed.manifest.left_out) == 4
