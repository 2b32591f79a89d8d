"""Signatures in OpenSSH's format (PROTOCOL.sshsig): `ssh-keygen -Y sign` makes, `ssh-keygen -Y verify` checks them.

The cryptography is that of the library `cryptography`; this module is the frame around it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_ssh_private_key,
    load_ssh_public_key,
)

from stages.errors import InputError
from stages.i18n import say

PrivateKey = ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = ed25519.Ed25519PublicKey | rsa.RSAPublicKey | ec.EllipticCurvePublicKey

NAMESPACE = b"turntempo-bundle"
"""What a signature is for: one made for a file, a mail or a commit is none of a bundle."""

BEGIN, END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
MAGIC, VERSION = b"SSHSIG", 1
DIGESTS = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
RSA_DIGESTS = {b"rsa-sha2-256": hashes.SHA256, b"rsa-sha2-512": hashes.SHA512}
RSA_BITS = 2048
"""The least of an RSA key."""


class NoSignature(Exception):
    """The bytes are no valid signature of the message."""


class PassphraseNeeded(Exception):
    """The private key is encrypted."""


@dataclass(frozen=True)
class Key:
    """A public key as OpenSSH writes it, the algorithm and the key in one."""

    blob: bytes

    @property
    def fingerprint(self) -> str:
        """As `ssh-keygen -l` shows it: SHA256:..."""
        return "SHA256:" + base64.b64encode(hashlib.sha256(self.blob).digest()).decode().rstrip("=")


def private_key(content: bytes, passphrase: bytes | None, source: str) -> PrivateKey:
    """The key in a file of OpenSSH. Raises PassphraseNeeded; InputError: it is no key, or the passphrase is wrong."""
    try:
        key = load_ssh_private_key(content, passphrase)
    except TypeError:
        if passphrase is None:
            raise PassphraseNeeded from None
        return private_key(content, None, source)  # a passphrase for a key that needs none
    except (ValueError, UnsupportedAlgorithm):
        rule = "signing.wrong_passphrase" if passphrase is not None else "signing.no_key"
        raise InputError(say(rule, file=source)) from None
    if not isinstance(key, PrivateKey) or not _strong(key.public_key()):
        raise InputError(say("signing.other_key", file=source, bits=RSA_BITS))
    return key


def signed(message: bytes, key: PrivateKey) -> bytes:
    """The signature of a message, in letters."""
    public, digest = _blob(key.public_key()), b"sha512"
    whole = (
        MAGIC
        + struct.pack(">I", VERSION)
        + b"".join(
            _string(part) for part in (public, NAMESPACE, b"", digest, _signature(_to_sign(message, digest), key))
        )
    )
    letters = base64.b64encode(whole).decode()
    lines = (letters[at : at + 70] for at in range(0, len(letters), 70))
    return "\n".join((BEGIN, *lines, END, "")).encode()


def signer_of(message: bytes, signature: bytes) -> Key:
    """The key that signed a message. Raises NoSignature."""
    try:
        return _signer_of(message, signature)
    except (ValueError, UnsupportedAlgorithm, InvalidSignature, UnicodeDecodeError, binascii.Error):
        raise NoSignature from None


def public_key(kind: bytes, blob: bytes) -> PublicKey:
    """The key of these bytes. Raises ValueError, UnsupportedAlgorithm."""
    key = load_ssh_public_key(kind + b" " + base64.b64encode(blob))
    if not isinstance(key, PublicKey) or not _strong(key):
        raise ValueError("another kind of key")
    return key


def _signer_of(message: bytes, signature: bytes) -> Key:
    lines = signature.decode("ascii").split()
    letters = "".join(lines).removeprefix("".join(BEGIN.split())).removesuffix("".join(END.split()))
    whole = base64.b64decode(letters, validate=True)
    if not whole.startswith(MAGIC + struct.pack(">I", VERSION)):
        raise NoSignature
    public, namespace, _, digest, made = _strings(whole[len(MAGIC) + 4 :], 5)
    if namespace != NAMESPACE or digest not in DIGESTS:
        raise NoSignature
    key = public_key(_strings(public, None)[0], public)
    _verify(key, _to_sign(message, digest), made)
    return Key(public)


def _to_sign(message: bytes, digest: bytes) -> bytes:
    parts = (NAMESPACE, b"", digest, DIGESTS[digest](message).digest())
    return MAGIC + b"".join(_string(part) for part in parts)


def _signature(content: bytes, key: PrivateKey) -> bytes:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return _string(b"ssh-ed25519") + _string(key.sign(content))
    if isinstance(key, rsa.RSAPrivateKey):
        return _string(b"rsa-sha2-512") + _string(key.sign(content, padding.PKCS1v15(), hashes.SHA512()))
    public = key.public_key()
    pair = decode_dss_signature(key.sign(content, ec.ECDSA(_ec_digest(public))))
    return _string(_ec_name(public)) + _string(b"".join(_string(_mpint(number)) for number in pair))


def _verify(key: PublicKey, content: bytes, made: bytes) -> None:
    """Raises InvalidSignature, ValueError."""
    kind, value = _strings(made, 2)
    if isinstance(key, ed25519.Ed25519PublicKey) and kind == b"ssh-ed25519":
        key.verify(value, content)
    elif isinstance(key, rsa.RSAPublicKey) and kind in RSA_DIGESTS:
        key.verify(value, content, padding.PKCS1v15(), RSA_DIGESTS[kind]())
    elif isinstance(key, ec.EllipticCurvePublicKey) and kind == _ec_name(key):
        r, s = (int.from_bytes(part, "big") for part in _strings(value, 2))
        key.verify(encode_dss_signature(r, s), content, ec.ECDSA(_ec_digest(key)))
    else:
        raise ValueError("a signature of another kind than its key")


def _strong(key: object) -> bool:
    return not isinstance(key, rsa.RSAPublicKey) or key.key_size >= RSA_BITS


def _ec_name(key: ec.EllipticCurvePublicKey) -> bytes:
    return b"ecdsa-sha2-nistp%d" % key.curve.key_size


def _ec_digest(key: ec.EllipticCurvePublicKey) -> hashes.HashAlgorithm:
    """RFC 5656, section 6.2.1."""
    size = key.curve.key_size
    return hashes.SHA256() if size <= 256 else hashes.SHA384() if size <= 384 else hashes.SHA512()


def _blob(key: PublicKey) -> bytes:
    return base64.b64decode(key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).split()[1])


def _mpint(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _string(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def _strings(content: bytes, count: int | None) -> list[bytes]:
    """The strings that bytes are made of, as many as `count`. Raises ValueError."""
    found = list(_each_string(content))
    if not found or count not in (None, len(found)):
        raise ValueError("another number of parts")
    return found


def _each_string(content: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        if at + 4 > len(content):
            raise ValueError("breaks off")
        end = at + 4 + int.from_bytes(content[at : at + 4], "big")
        if end > len(content):
            raise ValueError("breaks off")
        yield content[at + 4 : end]
        at = end
