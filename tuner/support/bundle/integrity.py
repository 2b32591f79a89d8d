"""Whether a bundle is as it was packed, and a case as its log and manifest say: every file is read again."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from pipeline.recordings.regular_file import open_regular
from stages.errors import InputError
from stages.escaping import one_line
from stages.i18n import Said, say
from tuner.support.bundle.archive import BROKEN, harmless_paths, manifest_in, signature_in
from tuner.support.bundle.manifest import MANIFEST, SIGNATURE, Packing
from tuner.support.bundle.signature import Signature, Signed, signature_of_nobody

What = Literal["missing", "changed", "added", "torn"]
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Damage:
    """A file that is not as it was."""

    path: str
    what: What
    why: Said

    def json_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {"path": self.path, "what": self.what, "why": str(self.why)}


@dataclass(frozen=True)
class Integrity:
    """What a check of every file has found."""

    kind: Literal["case", "bundle"]
    checked: int
    """Files that were compared with a checksum, as a whole or by line."""
    without_sum: tuple[str, ...]
    """Files that nothing has a checksum of: forms, which people edit, and what an earlier version has written."""
    damages: tuple[Damage, ...]
    signature: Signature | None = None
    """None: there is no manifest that could be signed."""

    def json_dict(self) -> dict[str, Any]:
        """As plain values."""
        damages = [one.json_dict() for one in self.damages]
        signature = None if self.signature is None else self.signature.json_dict()
        found = {"is": self.kind, "checked": self.checked, "signature": signature}
        return {**found, "without_sum": list(self.without_sum), "damages": damages}


def check_bundle(bundle: Path, signed: Signed = signature_of_nobody) -> Integrity:
    """A bundle against its manifest, and the manifest against its signature; nothing is written.

    Raises InputError: there is no bundle, or one that could not be opened safely.
    """
    try:
        with open_regular(bundle) as stream, zipfile.ZipFile(stream) as archive:
            paths = harmless_paths(bundle, archive)
            manifest, content = manifest_in(bundle, archive)
            signature = signed(content, signature_in(bundle, archive, paths))
            listed = {file.path: file for file in manifest.files}
            damages = [damage for file in listed.values() if (damage := _packed_damage(archive, paths, file))]
            damages += added(path for path in paths if path not in listed and path not in (MANIFEST, SIGNATURE))
            damages += wrongly_signed(signature)
            return Integrity("bundle", len(listed), (), in_order(damages), signature)
    except BROKEN as error:
        torn = Damage(bundle.name, "torn", say("integrity.torn_archive", why=one_line(str(error))))
        return Integrity("bundle", 0, (), (torn,))
    except OSError as error:
        raise InputError(f"{bundle}: cannot be read: {error.strerror or error}") from None


def added(paths: Iterable[str]) -> list[Damage]:
    """These files, which nothing tells of."""
    return [Damage(path, "added", say("integrity.added")) for path in paths]


def wrongly_signed(signature: Signature) -> list[Damage]:
    """A signature that is not of the manifest beside it."""
    return [Damage(SIGNATURE, "changed", signature.sentence())] if signature.is_ == "wrong" else []


def in_order(damages: Iterable[Damage]) -> tuple[Damage, ...]:
    """By path."""
    return tuple(sorted(damages, key=lambda one: (one.path, one.what)))


def digest_of(stream: IO[bytes], most: int | None = None) -> tuple[str, int]:
    """The SHA-256 of a stream, and its bytes; of the first `most`, one more tells that there are others."""
    digest, count = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        count += len(chunk)
        if most is not None and count > most:
            break
        digest.update(chunk)
    return digest.hexdigest(), count


def _packed_damage(archive: zipfile.ZipFile, paths: list[str], file: Packing) -> Damage | None:
    if file.path not in paths:
        return Damage(file.path, "missing", say("integrity.missing_packed"))
    try:
        with archive.open(file.path) as stream:
            found = digest_of(stream, file.bytes)
    except BROKEN as error:
        return Damage(file.path, "torn", say("integrity.torn_entry", why=one_line(str(error))))
    return None if found == (file.sha256, file.bytes) else Damage(file.path, "changed", say("integrity.changed_packed"))
