"""Signatures of bundles: the key to sign with, and the signers that are known."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stages.errors import InputError
from stages.i18n import say

if TYPE_CHECKING:
    from tuner.support.bundle.signature import Signature, Signed
    from tuner.support.bundle.sshsig import PrivateKey

PASSPHRASE = "TURNTEMPO_PASSPHRASE"
"""The environment variable with the passphrase of an encrypted key."""


def with_key(path: Path) -> Callable[[bytes], bytes]:
    """What signs with the private key in a file. Raises InputError."""
    from pipeline.recordings.private_file import read_private
    from tuner.support.bundle.sshsig import PassphraseNeeded, signed

    content, given = read_private(path), os.environ.get(PASSPHRASE)
    try:
        key = _key(content, given, path)
    except PassphraseNeeded:
        if not sys.stdin.isatty():
            raise InputError(say("signing.passphrase_needed", file=path, variable=PASSPHRASE)) from None
        key = _key(content, click.prompt(say("signing.passphrase", file=path), hide_input=True, err=True), path)
    return partial(signed, key=key)


def judged_by(signed_by: Path | None, at: datetime) -> Signed:
    """What a signature is judged by: the signers in this file, whose keys must count at this time."""
    from tuner.support.bundle.signature import signature_of

    if signed_by is None:
        return partial(signature_of, (), at)
    from tuner.support.bundle.signers import read_signers

    return partial(signature_of, read_signers(signed_by), at)


@dataclass
class Accepting:
    """Accepts a bundle, before a file of it is written, and keeps what its signature says."""

    bundle: Path
    signed_by: Path | None

    def __post_init__(self) -> None:
        from turntempo import clock

        self._judged = judged_by(self.signed_by, clock.now())
        self.found: Signature

    def __call__(self, manifest: bytes, signature: bytes | None) -> None:
        """Raises InputError where the signature is wrong, or not the wanted one."""
        self.found = self._judged(manifest, signature)
        if self.found.is_ == "wrong":
            raise InputError(say("signing.refused", file=self.bundle, why=self.found.sentence()))
        if self.signed_by is not None and not self.found.known:
            why = self.found.sentence()
            raise InputError(say("signing.wanted", file=self.bundle, why=why, signers=self.signed_by))


def _key(content: bytes, passphrase: str | None, path: Path) -> PrivateKey:
    from tuner.support.bundle.sshsig import private_key

    return private_key(content, None if passphrase is None else passphrase.encode(), str(path))
