"""Signatures of OpenSSH's form: both ways with the real ssh-keygen, and none that is of something else."""

from __future__ import annotations

import base64
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from stages.errors import InputError
from tuner.support.bundle.signature import signature_of
from tuner.support.bundle.signers import Signer, read_signers
from tuner.support.bundle.sshsig import Key, NoSignature, PassphraseNeeded, PrivateKey, private_key, signed, signer_of

MESSAGE = b'{"schema": "turntempo.bundle/2"}\n'
AT = datetime(2026, 11, 30, tzinfo=UTC)
KEYS: dict[str, PrivateKey] = {
    "ed25519": ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32))),
    "rsa": rsa.generate_private_key(65537, 2048),
    "p256": ec.derive_private_key(7**90, ec.SECP256R1()),
    "p384": ec.derive_private_key(7**130, ec.SECP384R1()),
    "p521": ec.derive_private_key(7**180, ec.SECP521R1()),
}
needs_ssh_keygen = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")


def public(name: str) -> str:
    return KEYS[name].public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def private(name: str, passphrase: bytes | None = None) -> bytes:
    locked = NoEncryption() if passphrase is None else BestAvailableEncryption(passphrase)
    return KEYS[name].private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, locked)


def key_of(line: str) -> Key:
    return Key(base64.b64decode(line.split()[1]))


@pytest.mark.parametrize("name", KEYS)
def test_what_was_signed_names_its_key(name: str) -> None:
    assert signer_of(MESSAGE, signed(MESSAGE, KEYS[name])) == key_of(public(name))


@pytest.mark.parametrize("name", KEYS)
def test_a_signature_of_something_else_is_none(name: str) -> None:
    with pytest.raises(NoSignature):
        signer_of(MESSAGE + b" ", signed(MESSAGE, KEYS[name]))


@pytest.mark.parametrize("name", KEYS)
@needs_ssh_keygen
def test_ssh_keygen_verifies_what_was_signed_here(tmp_path: Path, name: str) -> None:
    (tmp_path / "sig").write_bytes(signed(MESSAGE, KEYS[name]))
    (tmp_path / "allowed").write_text(f"ann@example.com {public(name)}\n")
    found = subprocess.run(
        ["ssh-keygen", "-Y", "verify", "-f", "allowed", "-I", "ann@example.com", "-n", "turntempo-bundle", "-s", "sig"],
        cwd=tmp_path, input=MESSAGE, capture_output=True, check=False,
    )  # fmt: skip
    assert b'Good "turntempo-bundle" signature for ann@example.com' in found.stdout
    assert found.returncode == 0


@pytest.mark.parametrize("name", KEYS)
@needs_ssh_keygen
def test_what_ssh_keygen_signed_is_read_here_and_only_for_its_purpose(tmp_path: Path, name: str) -> None:
    (tmp_path / "key").write_bytes(private(name))
    (tmp_path / "key").chmod(0o600)
    made = {
        purpose: subprocess.run(
            ["ssh-keygen", "-q", "-Y", "sign", "-f", "key", "-n", purpose],
            cwd=tmp_path, input=MESSAGE, capture_output=True, check=True,
        ).stdout
        for purpose in ("turntempo-bundle", "git")
    }  # fmt: skip
    assert signer_of(MESSAGE, made["turntempo-bundle"]) == key_of(public(name))
    with pytest.raises(NoSignature):
        signer_of(MESSAGE, made["git"])


@needs_ssh_keygen
def test_a_fingerprint_is_that_of_ssh_keygen(tmp_path: Path) -> None:
    (tmp_path / "key.pub").write_text(public("ed25519") + "\n")
    shown = subprocess.run(["ssh-keygen", "-l", "-f", "key.pub"], cwd=tmp_path, capture_output=True, check=True).stdout
    assert key_of(public("ed25519")).fingerprint.encode() in shown.split()


@given(at=st.integers(0, 10_000), mask=st.integers(1, 255), cut=st.integers(0, 400))
def test_a_damaged_signature_is_none(at: int, mask: int, cut: int) -> None:
    whole = base64.b64decode("".join(signed(MESSAGE, KEYS["ed25519"]).decode().splitlines()[1:-1]))
    damaged = bytearray(whole)
    damaged[at % len(whole)] ^= mask
    for content in (bytes(damaged), whole[: min(cut, len(whole) - 1)], whole + b"\0"):
        letters = base64.b64encode(content)
        with pytest.raises(NoSignature):
            signer_of(MESSAGE, b"-----BEGIN SSH SIGNATURE-----\n" + letters + b"\n-----END SSH SIGNATURE-----\n")


@pytest.mark.parametrize("content", [b"", b"x", b"\xff", b"-----BEGIN SSH SIGNATURE-----", b"A" * 65536])
def test_what_is_no_signature_is_none(content: bytes) -> None:
    with pytest.raises(NoSignature):
        signer_of(MESSAGE, content)


def test_a_short_rsa_key_signs_nothing() -> None:
    weak = rsa.generate_private_key(65537, 1024)
    with pytest.raises(NoSignature):
        signer_of(MESSAGE, signed(MESSAGE, weak))
    content = weak.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    with pytest.raises(InputError, match="2048 bits"):
        private_key(content, None, "key")


def test_an_encrypted_key_wants_its_passphrase() -> None:
    content = private("ed25519", b"open sesame")
    with pytest.raises(PassphraseNeeded):
        private_key(content, None, "key")
    with pytest.raises(InputError, match="cannot be read with this passphrase"):
        private_key(content, b"sesame", "key")
    assert signed(MESSAGE, private_key(content, b"open sesame", "key")) == signed(MESSAGE, KEYS["ed25519"])
    assert signed(MESSAGE, private_key(private("ed25519"), b"not needed", "key")) == signed(MESSAGE, KEYS["ed25519"])


def read(path: Path, text: str) -> tuple[Signer, ...]:
    path.write_text(text)
    return read_signers(path)


def test_a_public_key_and_allowed_signers_are_read(tmp_path: Path) -> None:
    key = public("ed25519")
    assert [one.who for one in read(tmp_path / "a.pub", f"{key} ann@laptop\n")] == ["ann@laptop"]
    until = 'namespaces="git,turntempo-*",valid-before="20270101Z"'
    lines = f'# team\n\nann@x,bob@x {key}\n"carl x" {until} {public("p256")} c\n'
    ann, carl = read(tmp_path / "allowed", lines)
    assert (ann.who, ann.key) == ("ann@x,bob@x", key_of(key))
    assert (carl.who, carl.before) == ("carl x", datetime(2027, 1, 1, tzinfo=UTC))
    assert carl.may_sign(AT)
    assert not carl.may_sign(datetime(2027, 1, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    "line",
    [
        "ann {key} cut".replace("{key}", "ssh-ed25519 AAAA"),
        "ann",
        "cert-authority",
        "ann cert-authority {key}",
        'ann no-such="1" {key}',
        'ann valid-after="soon" {key}',
        "ssh-ed25519 !!!",
        "ssh-rsa {blob}",
    ],
)
def test_a_line_that_cannot_be_read_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    key = public("ed25519")
    with pytest.raises(InputError, match="allowed:2: "):
        read(tmp_path / "allowed", f"ann {key}\n{line.replace('{key}', key).replace('{blob}', key.split()[1])}\n")


def test_a_key_for_another_purpose_or_time_is_unknown(tmp_path: Path) -> None:
    made = signed(MESSAGE, KEYS["ed25519"])
    for options, found in (
        ("", "valid"),
        ('namespaces="git" ', "unknown"),
        ('valid-after="20270101Z" ', "unknown"),
        ('valid-before="202611010000Z" ', "unknown"),
    ):
        signers = read(tmp_path / "allowed", f"ann {options}{public('ed25519')}\n")
        assert (signature_of(signers, AT, MESSAGE, made).is_, options) == (found, options)
