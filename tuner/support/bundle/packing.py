"""Packing a case's folder as a zip: ordered files, no times, a manifest; the same case gives the same bytes."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.recordings import written
from pipeline.recordings.regular_file import open_regular
from stages.errors import InputError
from tuner.support.bundle import names
from tuner.support.bundle.content import LARGEST, safe_content, without_bundlings
from tuner.support.bundle.manifest import MANIFEST, Manifest, manifest_of
from tuner.support.bundle.refusal import LeftOut
from tuner.support.case.folder import LOG
from tuner.support.redaction import Redactor

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time in a zip file."""

READ_FIRST = ("config", "case", "attachments/")
"""The files whose secrets are collected before anything is packed, as they may be in any other file."""


@dataclass(frozen=True)
class Packed:
    """A bundle that was written."""

    path: Path
    manifest: Manifest
    sha256: str
    """Of the whole file."""


def pack(folder: Path, output: Path, *, transcripts: bool = False, force: bool = False) -> Packed:
    """The case in `folder` as a bundle at `output`, without its secrets; files that cannot be searched are left out.

    `transcripts`: transcripts stay in. Raises InputError: a file cannot be read; OutputError.
    """
    redactor = Redactor(transcripts)
    contents, left_out = _contents(folder, output)
    for path, content in contents.items():
        if path.startswith(READ_FIRST):
            _learn(path, content, redactor, transcripts)
    files: dict[str, bytes] = {}
    for path, content in contents.items():
        try:
            safe = safe_content(path, without_bundlings(content) if path == LOG else content, redactor, transcripts)
        except LeftOut as why:
            left_out[path] = str(why)
        else:
            files[_free(redactor.name(path), files)] = safe
    reasons = {redactor.name(path): why for path, why in sorted(left_out.items())}
    manifest = manifest_of(redactor.name(folder.resolve().name), transcripts, files, redactor.removed, reasons)
    with written(output, force) as stream, zipfile.ZipFile(stream, "w") as archive:
        for path, content in {MANIFEST: manifest.content(), **files}.items():
            archive.writestr(_entry(path), content, zipfile.ZIP_DEFLATED, 6)
    return Packed(output, manifest, hashlib.sha256(output.read_bytes()).hexdigest())


def _learn(path: str, content: bytes, redactor: Redactor, transcripts: bool) -> None:
    try:
        safe_content(path, content, redactor.apprentice(), transcripts)
    except LeftOut:
        return


def _contents(folder: Path, output: Path) -> tuple[dict[str, bytes], dict[str, str]]:
    """The bytes of all files by path, in order; links and special files are left out."""
    found: dict[str, bytes] = {}
    left_out: dict[str, str] = {}
    for path in sorted(_below(folder), key=lambda one: one.relative_to(folder).as_posix()):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_file():
            left_out[name] = "it is a link, or no file"
        elif name == MANIFEST or path.resolve() == output.resolve():
            continue
        elif why := names.problem(name):
            left_out[name] = f"its path {why}"
        else:
            found[name] = _read(path)
    return found, left_out


def _below(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder, followlinks=False):
        links = [one for one in folders if (Path(root) / one).is_symlink()]
        yield from (Path(root) / name for name in (*files, *links) if not name.endswith(".part"))


def _read(path: Path) -> bytes:
    try:
        with open_regular(path) as stream:
            return stream.read(LARGEST + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None


def _free(path: str, taken: dict[str, bytes]) -> str:
    """The path, changed where a file system could confuse it with another."""
    stem, dot, suffix = path.rpartition(".")
    number, candidate = 1, path
    while names.clash([*taken, candidate]) is not None:
        number += 1
        candidate = f"{stem}-{number}{dot}{suffix}" if stem else f"{path}-{number}"
    return candidate


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, EPOCH)
    entry.create_system = 3  # Unix, on whatever system it is packed
    entry.external_attr = 0o100644 << 16
    return entry
