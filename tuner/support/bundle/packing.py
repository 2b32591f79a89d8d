"""Packing a case as a zip: ordered files, no times, a manifest at the end; the same case gives the same bytes."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.recordings.regular_file import open_regular
from pipeline.writing import written
from pipeline.writing.leftovers import OURS
from stages.errors import InputError
from tuner.support.bundle import names
from tuner.support.bundle.content import LARGEST, safe_content, without_bundlings
from tuner.support.bundle.manifest import (
    LARGEST_BUNDLE,
    MANIFEST,
    MOST_FILES,
    SIGNATURE,
    Manifest,
    Packing,
    manifest_of,
)
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


def pack(
    folder: Path,
    output: Path,
    *,
    transcripts: bool = False,
    force: bool = False,
    sign: Callable[[bytes], bytes] | None = None,
) -> Packed:
    """The case in `folder` as a bundle at `output`, without its secrets; files that cannot be searched are left out.

    `transcripts`: transcripts stay in. `sign` gives the signature of the manifest.
    Raises InputError: a file cannot be read; OutputError.
    """
    redactor = Redactor(transcripts)
    paths, left_out = _paths(folder, output)
    for path in paths:
        if path.startswith(READ_FIRST):
            _learn(path, _read(folder / path), redactor, transcripts)
    files: dict[str, Packing] = {}
    with written(output, force) as stream, zipfile.ZipFile(stream, "w") as archive:
        for path in paths:
            try:
                safe = _safe(folder, path, redactor, transcripts)
            except LeftOut as why:
                left_out[path] = str(why)
                continue
            name = _free(redactor.name(path), files)
            files[name] = Packing(path=name, bytes=len(safe), sha256=hashlib.sha256(safe).hexdigest())
            _require_room(output, files)
            archive.writestr(_entry(name), safe, zipfile.ZIP_DEFLATED, 6)
        reasons = {redactor.name(path): why for path, why in sorted(left_out.items())}
        case = redactor.name(folder.resolve().name)
        manifest = manifest_of(case, transcripts, files.values(), redactor.removed, reasons)
        archive.writestr(_entry(MANIFEST), manifest.content(), zipfile.ZIP_DEFLATED, 6)
        if sign is not None:
            archive.writestr(_entry(SIGNATURE), sign(manifest.content()), zipfile.ZIP_DEFLATED, 6)
    with open(output, "rb") as whole:
        return Packed(output, manifest, hashlib.file_digest(whole, "sha256").hexdigest())


def _safe(folder: Path, path: str, redactor: Redactor, transcripts: bool) -> bytes:
    """The content of one file, which alone is in memory. Raises LeftOut."""
    content = _read(folder / path)
    return safe_content(path, without_bundlings(content) if path == LOG else content, redactor, transcripts)


def _require_room(output: Path, files: Mapping[str, Packing]) -> None:
    """Raises InputError where nobody could open the bundle."""
    if (
        len(files) + len((MANIFEST, SIGNATURE)) > MOST_FILES
        or sum(one.bytes for one in files.values()) > LARGEST_BUNDLE
    ):
        rule = f"a bundle has {MOST_FILES:,} files and {LARGEST_BUNDLE >> 30} GiB at most"
        raise InputError(f"{output}: {rule}; move what is not needed out of the case's folder")


def _learn(path: str, content: bytes, redactor: Redactor, transcripts: bool) -> None:
    try:
        safe_content(path, content, redactor.apprentice(), transcripts)
    except LeftOut:
        return


def _paths(folder: Path, output: Path) -> tuple[list[str], dict[str, str]]:
    """The paths of all files, in order; links and special files are left out."""
    found: list[str] = []
    left_out: dict[str, str] = {}
    for path in sorted(_below(folder), key=lambda one: one.relative_to(folder).as_posix()):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_file():
            left_out[name] = "it is a link, or no file"
        elif name in (MANIFEST, SIGNATURE) or path.resolve() == output.resolve():
            continue
        elif why := names.problem(name):
            left_out[name] = f"its path {why}"
        else:
            found.append(name)
    return found, left_out


def _below(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder, followlinks=False):
        folders[:] = [one for one in folders if not _passing(one)]
        links = [one for one in folders if (Path(root) / one).is_symlink()]
        yield from (Path(root) / name for name in (*files, *links) if not _passing(name))


def _passing(name: str) -> bool:
    """Whether it stands in the case only while a command works there."""
    return name.startswith(OURS) or name.endswith(".part")


def _read(path: Path) -> bytes:
    try:
        with open_regular(path) as stream:
            return stream.read(LARGEST + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None


def _free(path: str, taken: Mapping[str, object]) -> str:
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
