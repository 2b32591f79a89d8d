"""Bundles that are signed: made, checked and opened from the command line."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

Run = Callable[..., Any]
AT = ("--who", "ann", "--at", "2026-11-02T09:00:00+00:00")
PASSPHRASE = "open sesame"


def key(path: Path, seed: int, passphrase: str | None = None) -> Path:
    """A private key for its owner alone, and the public one beside it."""
    made = ed25519.Ed25519PrivateKey.from_private_bytes(bytes([seed] * 32))
    locked = NoEncryption() if passphrase is None else BestAvailableEncryption(passphrase.encode())
    path.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, locked))
    path.chmod(0o600)
    line = made.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    path.with_suffix(".pub").write_text(f"{line} {path.name}@x\n")
    return path


@pytest.fixture
def ann(tmp_path: Path) -> Path:
    return key(tmp_path / "ann", 1)


@pytest.fixture
def case(run: Run, tmp_path: Path) -> Path:
    assert run("case", "new", tmp_path / "lily", "--title", "Slow tutor", *AT).code == 0
    return tmp_path / "lily"


@pytest.fixture
def bundle(run: Run, case: Path, ann: Path, tmp_path: Path) -> Path:
    path = tmp_path / "lily.zip"
    assert run("case", "bundle", case, "-o", path, "--sign", ann, *AT).code == 0
    return path


def test_a_known_signer_is_named(run: Run, bundle: Path, ann: Path, tmp_path: Path) -> None:
    opened = run("case", "open", bundle, "-o", tmp_path / "o", "--signed-by", ann.with_suffix(".pub"))
    assert opened.code == 0
    assert "signed by ann@x, with the key SHA256:" in opened.out
    for source in (bundle, tmp_path / "o"):
        ran = run("case", "check", source, "--deep", "--signed-by", ann.with_suffix(".pub"), "--json")
        assert (ran.code, ran.json["signature"]["is"], ran.json["signature"]["signer"]) == (0, "valid", "ann@x")
        assert ran.json["damages"] == []


def test_an_unknown_signer_is_said_to_be_one(run: Run, bundle: Path, tmp_path: Path) -> None:
    opened = run("case", "open", bundle, "-o", tmp_path / "o", "--json")
    assert (opened.code, opened.json["signature"]["is"]) == (0, "unknown")
    assert opened.json["signature"]["key"].startswith("SHA256:")
    ran = run("case", "check", bundle, "--deep", "--lang", "zh")
    assert ran.code == 0
    assert "签名者未知" in ran.out


def test_a_signer_that_was_not_wanted_is_refused(run: Run, bundle: Path, tmp_path: Path) -> None:
    bob = key(tmp_path / "bob", 2).with_suffix(".pub")
    opened = run("case", "open", bundle, "-o", tmp_path / "o", "--signed-by", bob)
    assert opened.code == 2
    assert not (tmp_path / "o").exists()
    checked = run("case", "check", bundle, "--deep", "--signed-by", bob, "--json")
    assert (checked.code, checked.json["whole"], checked.json["signed_as_wanted"]) == (1, True, False)


def test_a_bundle_without_a_signature_says_so_and_is_refused_where_one_is_wanted(
    run: Run, case: Path, ann: Path, tmp_path: Path
) -> None:
    path = tmp_path / "plain.zip"
    assert run("case", "bundle", case, "-o", path, *AT).code == 0
    opened = run("case", "open", path, "-o", tmp_path / "o")
    assert opened.code == 0
    assert "not signed" in opened.out
    assert run("case", "open", path, "-o", tmp_path / "p", "--signed-by", ann.with_suffix(".pub")).code == 2
    assert run("case", "check", path, "--deep", "--signed-by", ann.with_suffix(".pub")).code == 1


def test_a_bundle_that_was_packed_anew_with_the_old_signature_is_refused(
    run: Run, bundle: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(bundle) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    held["manifest.json"] = held["manifest.json"].replace(b'"case"', b' "case"', 1)
    with zipfile.ZipFile(bundle, "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    opened = run("case", "open", bundle, "-o", tmp_path / "o")
    assert opened.code == 2
    assert "the signature is not of this manifest" in opened.err
    assert not (tmp_path / "o").exists()
    checked = run("case", "check", bundle, "--deep", "--json")
    assert checked.code == 1
    assert [(one["path"], one["what"]) for one in checked.json["damages"]] == [("manifest.json.sig", "changed")]


def test_the_key_is_in_nothing_that_is_written(run: Run, bundle: Path, case: Path, ann: Path, tmp_path: Path) -> None:
    secret = ann.read_bytes().splitlines()[1]
    with zipfile.ZipFile(bundle) as archive:
        packed = [archive.read(name) for name in archive.namelist()]
    written = [path.read_bytes() for path in case.rglob("*") if path.is_file()]
    assert len(packed) == 4
    assert not [content for content in packed + written if secret in content]


def test_the_same_case_signed_again_gives_the_same_bytes(run: Run, bundle: Path, case: Path, ann: Path) -> None:
    first = bundle.read_bytes()
    assert run("case", "bundle", case, "-o", bundle, "--sign", ann, "--force", *AT).code == 0
    assert bundle.read_bytes() == first


def test_an_opened_case_is_packed_again_without_the_signature_of_the_one_before(
    run: Run, bundle: Path, tmp_path: Path
) -> None:
    assert run("case", "open", bundle, "-o", tmp_path / "o").code == 0
    assert run("case", "bundle", tmp_path / "o", "-o", tmp_path / "again.zip", *AT).code == 0
    assert run("case", "check", tmp_path / "again.zip", "--deep", "--json").json["signature"]["is"] == "none"


def test_a_key_that_others_can_read_is_refused_with_what_to_type(run: Run, case: Path, ann: Path) -> None:
    ann.chmod(0o644)
    ran = run("case", "bundle", case, "-o", case.parent / "b.zip", "--sign", ann, *AT)
    assert ran.code == 2
    assert f"chmod 600 {ann}" in ran.err
    assert not (case.parent / "b.zip").exists()


def test_the_passphrase_comes_from_the_environment(
    run: Run, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked, path = key(tmp_path / "locked", 3, PASSPHRASE), tmp_path / "b.zip"
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    ran = run("case", "bundle", case, "-o", path, "--sign", locked, *AT)
    assert ran.code == 2
    assert "set TURNTEMPO_PASSPHRASE" in ran.err
    monkeypatch.setenv("TURNTEMPO_PASSPHRASE", "wrong")
    ran = run("case", "bundle", case, "-o", path, "--sign", locked, *AT)
    assert (ran.code, "wrong" in ran.err) == (2, False)
    monkeypatch.setenv("TURNTEMPO_PASSPHRASE", PASSPHRASE)
    ran = run("case", "bundle", case, "-o", path, "--sign", locked, *AT)
    assert ran.code == 0
    assert PASSPHRASE not in ran.out + ran.err + (case / "log.jsonl").read_text()


def test_what_is_no_key_is_refused(run: Run, case: Path, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello\n")
    (tmp_path / "text").chmod(0o600)
    ran = run("case", "bundle", case, "-o", tmp_path / "b.zip", "--sign", tmp_path / "text", *AT)
    assert ran.code == 2
    assert "is no private key of OpenSSH" in ran.err


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
def test_ssh_keygen_verifies_a_bundle(bundle: Path, ann: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        manifest = archive.read("manifest.json")
        (tmp_path / "sig").write_bytes(archive.read("manifest.json.sig"))
    (tmp_path / "allowed").write_text(f"ann {ann.with_suffix('.pub').read_text()}")
    command = ["ssh-keygen", "-Y", "verify", "-f", "allowed", "-I", "ann", "-n", "turntempo-bundle", "-s", "sig"]
    assert subprocess.run(command, cwd=tmp_path, input=manifest, capture_output=True, check=False).returncode == 0


def test_a_wanted_signer_without_a_deep_check_is_refused(run: Run, case: Path, ann: Path) -> None:
    assert run("case", "check", case, "--signed-by", ann.with_suffix(".pub")).code == 2
