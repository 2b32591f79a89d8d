"""The zip file of a bundle as it arrives: its entries, each checked to be harmless, and its manifest."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from stages.errors import InputError
from stages.escaping import one_line
from tuner.support.bundle import names
from tuner.support.bundle.manifest import (
    LARGEST_BUNDLE,
    LARGEST_MANIFEST,
    MANIFEST,
    MOST_FILES,
    SIGNATURE,
    Manifest,
    parse_manifest,
)
from tuner.support.bundle.signature import LARGEST_SIGNATURE

TALLEST = 1_000
"""The most bytes unpacked for each byte packed: more than the files of a case have."""
FREE = 1 << 20
"""Smaller files may have any ratio."""

BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError)
"""What zipfile raises where an archive is damaged."""


def harmless_paths(bundle: Path, archive: zipfile.ZipFile) -> list[str]:
    """The paths of all entries, each of which may be unpacked. Raises InputError naming the entry and the rule."""
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise InputError(f"{bundle}: has {len(entries):,} files, {MOST_FILES:,} at most are opened")
    for entry in entries:
        _require_harmless(bundle, entry)
    paths = [entry.filename for entry in entries]
    if twice := [path for path, count in Counter(paths).items() if count > 1]:
        raise InputError(f"{bundle}: {shown(twice[0])}: is in it twice")
    if both := names.clash(paths):
        raise InputError(f"{bundle}: {shown(both[0])} and {shown(both[1])} would be one file on some disks")
    if MANIFEST not in paths:
        raise InputError(f"{bundle}: has no {MANIFEST}: it is no bundle of `turntempo case bundle`")
    return paths


def manifest_in(bundle: Path, archive: zipfile.ZipFile) -> tuple[Manifest, bytes]:
    """The manifest of the bundle, and its bytes. Raises InputError."""
    content = limited(bundle, archive, MANIFEST, LARGEST_MANIFEST)
    manifest = parse_manifest(content, str(bundle))
    if sum(file.bytes for file in manifest.files) > LARGEST_BUNDLE:
        raise InputError(f"{bundle}: would unpack to over {LARGEST_BUNDLE >> 30} GiB")
    return manifest, content


def signature_in(bundle: Path, archive: zipfile.ZipFile, paths: Iterable[str]) -> bytes | None:
    """The signature of the manifest; None: there is none. Raises InputError."""
    return limited(bundle, archive, SIGNATURE, LARGEST_SIGNATURE) if SIGNATURE in paths else None


def limited(bundle: Path, archive: zipfile.ZipFile, path: str, most: int) -> bytes:
    """The bytes of an entry. Raises InputError where there are more than `most`."""
    with archive.open(path) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise InputError(f"{bundle}: {shown(path)}: is larger than {most:,} bytes")
    return content


def shown(path: str) -> str:
    """A path from a stranger, for a message."""
    return one_line(path)[:200]


def _require_harmless(bundle: Path, entry: zipfile.ZipInfo) -> None:
    where = f"{bundle}: {shown(entry.orig_filename)}"
    if entry.orig_filename != entry.filename or (why := names.problem(entry.filename)):
        raise InputError(f"{where}: its path {why if entry.orig_filename == entry.filename else 'is not a plain one'}")
    if entry.flag_bits & 0x1:
        raise InputError(f"{where}: is encrypted; ask for the bundle without a password")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise InputError(f"{where}: is a link, or not a plain file")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InputError(f"{where}: is packed in a way that `turntempo case bundle` never uses")
    if entry.file_size > max(FREE, entry.compress_size * TALLEST):
        raise InputError(f"{where}: would unpack to far more than its size")
