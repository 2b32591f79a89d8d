"""Whether a bundle is signed, by whom, and whether the signature is of this bundle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from stages.i18n import Said, say

if TYPE_CHECKING:
    from tuner.support.bundle.signers import Signer

LARGEST_SIGNATURE = 64 << 10
Signed = Callable[[bytes, bytes | None], "Signature"]
"""What a manifest and its signature are judged by."""


@dataclass(frozen=True)
class Signature:
    """What is known of a bundle's signature, which is of its manifest and so of every file's checksum."""

    is_: Literal["none", "valid", "unknown", "wrong"]
    """None; valid, by a known signer; valid, by an unknown one; not of this manifest."""
    fingerprint: str | None = None
    signer: str | None = None

    @property
    def known(self) -> bool:
        """Whether one of the given signers has signed it."""
        return self.is_ == "valid"

    def sentence(self) -> Said:
        """In words."""
        return say(f"signing.{self.is_}", key=self.fingerprint or "", who=self.signer or self.fingerprint or "")

    def json_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {"is": self.is_, "key": self.fingerprint, "signer": self.signer}


def signature_of_nobody(manifest: bytes, signature: bytes | None) -> Signature:
    """The signature beside a manifest, where no signer is known."""
    return signature_of((), None, manifest, signature)


def signature_of(signers: Sequence[Signer], at: datetime | None, manifest: bytes, signature: bytes | None) -> Signature:
    """What the signature beside a manifest says; `at`: the time at which the signers' keys must count."""
    if signature is None:
        return Signature("none")
    from tuner.support.bundle.sshsig import NoSignature, signer_of

    try:
        key = signer_of(manifest, signature)
    except NoSignature:
        return Signature("wrong")
    known = next((one for one in signers if one.key == key and at is not None and one.may_sign(at)), None)
    if known is None:
        return Signature("unknown", key.fingerprint)
    return Signature("valid", key.fingerprint, known.who or None)
