"""Bundles that nobody should trust: each is refused with a reason, and leaves nothing behind."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import struct
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stages.errors import InputError, OutputError, TurntempoError
from tuner.support.bundle import open_bundle, pack


def manifest(held: dict[str, bytes], **other: Any) -> bytes:
    listed = [
        {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for path, content in held.items()
    ]
    manifest = {"schema": "turntempo.bundle/2", "case": "c", "transcripts": False, "files": listed}
    return json.dumps({**manifest, "taken_out": [], "left_out": [], **other}).encode()


def bundle(path: Path, files: dict[str, bytes], listed: bytes | None = None, **entry: Any) -> Path:
    """A bundle of these files; `entry`: what each entry but the manifest is given."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", manifest(files) if listed is None else listed)
        for name, content in files.items():
            info = zipfile.ZipInfo("placeholder")
            info.filename = info.orig_filename = name
            for key, value in entry.items():
                setattr(info, key, value)
            archive.writestr(info, content)
    return path


def refused(archive: Path, folder: Path) -> str:
    """What is said; nothing may be left beside the bundle."""
    before = sorted(archive.parent.rglob("*"))
    with pytest.raises(InputError) as refusal:
        open_bundle(archive, folder)
    assert sorted(archive.parent.rglob("*")) == before
    return str(refusal.value)


def test_a_bundle_opens_as_it_was_packed(tmp_path: Path) -> None:
    files = {"case.toml": b"title = 'x'\n", "attachments/a.txt": b"hello"}
    opened = open_bundle(bundle(tmp_path / "b.zip", files), tmp_path / "c")
    assert {one.path for one in opened.files} == set(files)
    assert {path: (tmp_path / "c" / path).read_bytes() for path in files} == files
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_packed_case_opens(tmp_path: Path) -> None:
    (tmp_path / "case" / "attachments").mkdir(parents=True)
    (tmp_path / "case" / "attachments" / "notes.txt").write_text("slow since Monday\n")
    pack(tmp_path / "case", tmp_path / "b.zip")
    open_bundle(tmp_path / "b.zip", tmp_path / "c")
    assert (tmp_path / "c" / "attachments" / "notes.txt").read_text() == "slow since Monday\n"


PATHS = (
    "../evil.txt",
    "a/../../evil.txt",
    "/etc/evil.txt",
    "//host/share/evil.txt",
    "C:/evil.txt",
    "c:evil.txt",
    "..\\evil.txt",
    "a\\b.txt",
    "a//b.txt",
    "./a.txt",
    "a/./b.txt",
    "a/",
    "con",
    "NUL.txt",
    "a/lpt1.log",
    "a.",
    "a ",
    "a/b .",
    "a\x1b[2J.txt",
    "a\nb.txt",
    "a:stream",
    ".turntempo.change/commit.json",
    "a/.Turntempo.lock",
    "x" * 300,
    "/".join("abcdefgh" for _ in range(200)),
)


@pytest.mark.parametrize("path", PATHS)
def test_a_path_that_leads_elsewhere_is_refused(tmp_path: Path, path: str) -> None:
    refusal = refused(bundle(tmp_path / "b.zip", {path: b"x"}), tmp_path / "c")
    assert "its path" in refusal
    assert "\x1b" not in refusal


def test_a_name_cut_by_a_zero_byte_is_refused(tmp_path: Path) -> None:
    archive = bundle(tmp_path / "b.zip", {"aZb.txt": b"x"})
    archive.write_bytes(archive.read_bytes().replace(b"aZb.txt", b"a\0b.txt"))
    refused(archive, tmp_path / "c")


@pytest.mark.parametrize(
    "pair", [("a.txt", "A.TXT"), ("stra\u00dfe", "strasse"), ("caf\u00e9", "cafe\u0301"), ("a", "a/b"), ("A/b", "a")]
)
def test_two_paths_that_are_one_on_some_file_systems_are_refused(tmp_path: Path, pair: tuple[str, str]) -> None:
    refusal = refused(bundle(tmp_path / "b.zip", dict.fromkeys(pair, b"x")), tmp_path / "c")
    assert "one file on some disks" in refusal


def test_a_file_twice_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("manifest.json", manifest({"a.txt": b"x"}))
        archive.writestr("a.txt", b"x")
        archive.writestr("a.txt", b"y")
    assert "twice" in refused(tmp_path / "b.zip", tmp_path / "c")


def test_a_link_is_refused(tmp_path: Path) -> None:
    archive = bundle(tmp_path / "b.zip", {"link": b"/etc/passwd"}, create_system=3, external_attr=0o120777 << 16)
    assert "link" in refused(archive, tmp_path / "c")


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    archive = bundle(tmp_path / "b.zip", {"a.txt": b"x"})
    content = bytearray(archive.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 8] |= 1
    archive.write_bytes(content)
    assert "encrypted" in refused(archive, tmp_path / "c")


def test_another_compression_is_refused(tmp_path: Path) -> None:
    archive = bundle(tmp_path / "b.zip", {"a.txt": b"x" * 99}, compress_type=zipfile.ZIP_LZMA)
    assert "never uses" in refused(archive, tmp_path / "c")


def test_a_file_that_unpacks_to_far_more_than_its_size_is_refused(tmp_path: Path) -> None:
    archive = bundle(tmp_path / "b.zip", {"a.txt": bytes(64 << 20)}, compress_type=zipfile.ZIP_DEFLATED)
    assert archive.stat().st_size < 100_000
    assert "far more" in refused(archive, tmp_path / "c")


def test_a_file_with_a_wrong_size_is_refused(tmp_path: Path) -> None:
    listed = manifest({"a.txt": b"x" * 10})
    refusal = refused(bundle(tmp_path / "b.zip", {"a.txt": b"x" * 1000}, listed), tmp_path / "c")
    assert "not what the manifest says" in refusal


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    files = {"first.txt": b"fine", "second.txt": b"as packed"}
    listed = manifest(files)
    refusal = refused(bundle(tmp_path / "b.zip", files | {"second.txt": b"AS packed"}, listed), tmp_path / "c")
    assert "second.txt: is not what the manifest says" in refusal


@pytest.mark.parametrize("files", [{}, {"a.txt": b"x", "more.txt": b"y"}], ids=["missing", "unlisted"])
def test_a_missing_or_unlisted_file_is_refused(tmp_path: Path, files: dict[str, bytes]) -> None:
    refusal = refused(bundle(tmp_path / "b.zip", files, manifest({"a.txt": b"x"})), tmp_path / "c")
    assert "not in both" in refusal


@pytest.mark.parametrize(
    "listed",
    [
        b"",
        b"[]",
        b"null",
        b"{" * 5000,
        b"\xff\xfe",
        manifest({}, schema="turntempo.bundle/9"),
        manifest({}, extra=1),
        manifest({}, files=[{"path": "a", "bytes": -1, "sha256": "0" * 64}]),
        manifest({}, files=[{"path": "a", "bytes": 1, "sha256": "zz"}]),
    ],
)
def test_a_broken_manifest_is_refused(tmp_path: Path, listed: bytes) -> None:
    assert "manifest.json" in refused(bundle(tmp_path / "b.zip", {}, listed), tmp_path / "c")


def test_a_zip_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("a.txt", b"x")
    assert "no bundle" in refused(tmp_path / "b.zip", tmp_path / "c")


def test_a_file_that_is_not_a_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(b"hello")
    assert "no whole zip file" in refused(tmp_path / "b.zip", tmp_path / "c")


def test_a_missing_bundle_is_reported(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "b.zip", tmp_path / "c")


def test_a_folder_is_refused_as_a_bundle(tmp_path: Path) -> None:
    (tmp_path / "b.zip").mkdir()
    assert "is a folder" in refused(tmp_path / "b.zip", tmp_path / "c")


def test_an_existing_folder_is_never_changed(tmp_path: Path) -> None:
    archive = bundle(tmp_path / "b.zip", {"a.txt": b"x"})
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="is there already"):
        open_bundle(archive, tmp_path / "c")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputError, match="is there already"):
        open_bundle(archive, tmp_path / "dangling")
    assert [path.name for path in (tmp_path / "c").iterdir()] == ["mine.txt"]
    assert not (tmp_path / "nowhere").exists()


def _whole() -> bytes:
    stream = io.BytesIO()
    files = {"case.toml": b"title = 'x'\n" * 50, "attachments/a.txt": b"hello " * 500}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", manifest(files))
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


WHOLE = _whole()


@given(
    cut=st.integers(0, len(WHOLE)),
    flips=st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(1, 255)), max_size=4),
)
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_bundle_is_opened_completely_or_not_at_all(
    tmp_path: Path, cut: int, flips: list[tuple[int, int]]
) -> None:
    content = bytearray(WHOLE)
    for at, mask in flips:
        content[at] ^= mask
    (tmp_path / "b.zip").write_bytes(content[:cut] if len(flips) < 2 else content)
    folder = tmp_path / "c"
    try:
        opened = open_bundle(tmp_path / "b.zip", folder)
    except TurntempoError:
        assert [path.name for path in tmp_path.iterdir()] == ["b.zip"]
        return
    assert opened.files
    for one in opened.files:
        target = folder / one.path
        assert hashlib.sha256(target.read_bytes()).hexdigest() == one.sha256
    shutil.rmtree(folder)


def test_a_bundle_that_lists_its_own_manifest_is_refused(tmp_path: Path) -> None:
    archive = bundle(tmp_path / "b.zip", {"a.txt": b"x"}, manifest({"a.txt": b"x", "manifest.json": b"{}"}))
    assert "manifest.json: is in the manifest" in refused(archive, tmp_path / "c")


def test_sizes_that_differ_from_the_headers_of_the_zip_are_refused(tmp_path: Path) -> None:
    content = bytearray(WHOLE)
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    (tmp_path / "b.zip").write_bytes(content)
    refused(tmp_path / "b.zip", tmp_path / "c")
