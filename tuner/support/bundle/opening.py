"""Opening a bundle from an untrusted sender: it is checked as a whole; then all its files are written, or none.

Refused are: paths out of the folder, or that file systems read differently; links; files that are repeated, unlisted,
missing or changed; and archives that are encrypted, truncated, or unpack to far more than their size.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import zipfile
import zlib
from collections import Counter
from contextlib import suppress
from pathlib import Path

from pipeline.recordings import make_folder, unlinked
from pipeline.recordings.regular_file import open_regular
from pipeline.writing import locked
from pipeline.writing.change import PRIVATE_FOLDER, sync_folder
from pipeline.writing.leftovers import OURS
from stages.errors import InputError, OutputError
from stages.escaping import one_line
from tuner.support.bundle import names
from tuner.support.bundle.manifest import LARGEST_BUNDLE, MANIFEST, MOST_FILES, Manifest, Packing, parse_manifest

LARGEST_MANIFEST = 16 << 20
TALLEST = 1_000
"""The most bytes unpacked for each byte packed: more than the files of a case have."""
FREE = 1 << 20
"""Smaller files may have any ratio."""

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError)
_CHUNK = 1 << 20


def open_bundle(bundle: Path, folder: Path) -> Manifest:
    """Write the files of a bundle to `folder`, which must not exist yet; gives the manifest.

    Raises InputError: the bundle breaks a rule, named with the file; OutputError: the folder exists.
    """
    _require_new(folder)
    beside = folder.with_name(f"{OURS}{folder.name[:60]}.opening")
    part = beside / "case"
    try:
        with open_regular(bundle) as stream, zipfile.ZipFile(stream) as archive:
            manifest = _checked(bundle, archive)
            beside.mkdir(PRIVATE_FOLDER, exist_ok=True)
            with locked(beside):
                shutil.rmtree(part, ignore_errors=True)  # what a kill has left
                part.mkdir(PRIVATE_FOLDER)
                for file in manifest.files:
                    _unpack(bundle, archive, file, part)
                part.rename(folder)
                sync_folder(folder.parent)
                shutil.rmtree(beside, ignore_errors=True)
    except _BROKEN as error:
        raise InputError(f"{bundle}: is no whole zip file ({one_line(str(error))}); ask for it again") from None
    except FileNotFoundError as error:
        raise InputError(f"{bundle}: there is no such file") from error
    except IsADirectoryError:
        raise InputError(f"{bundle}: is a folder; name the bundle, a zip file") from None
    except OSError as error:
        raise OutputError(f"{bundle}: cannot be opened into {folder}: {error.strerror or error}") from None
    finally:
        with suppress(OSError, OutputError), locked(beside):
            shutil.rmtree(beside)
    return manifest


def _require_new(folder: Path) -> None:
    if folder.is_symlink() or folder.exists():
        raise OutputError(f"{folder}: is there already; name another folder with -o")
    if not folder.parent.is_dir():
        raise OutputError(f"{folder}: the folder {folder.parent} does not exist; make it first")


def _checked(bundle: Path, archive: zipfile.ZipFile) -> Manifest:
    """The manifest, checked: the entries are those it lists, and each may be written."""
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise InputError(f"{bundle}: has {len(entries):,} files, {MOST_FILES:,} at most are opened")
    for entry in entries:
        _require_harmless(bundle, entry)
    paths = [entry.filename for entry in entries]
    if twice := [path for path, count in Counter(paths).items() if count > 1]:
        raise InputError(f"{bundle}: {_shown(twice[0])}: is in it twice")
    if both := names.clash(paths):
        raise InputError(f"{bundle}: {_shown(both[0])} and {_shown(both[1])} would be one file on some disks")
    if MANIFEST not in paths:
        raise InputError(f"{bundle}: has no {MANIFEST}: it is no bundle of `turntempo case bundle`")
    manifest = parse_manifest(_limited(bundle, archive, MANIFEST, LARGEST_MANIFEST), str(bundle))
    listed = Counter(file.path for file in manifest.files)
    if wrong := sorted((listed - Counter(paths)) + (Counter(paths) - listed - Counter([MANIFEST]))):
        raise InputError(f"{bundle}: {_shown(wrong[0])}: is in the manifest or in the bundle, not in both")
    if sum(file.bytes for file in manifest.files) > LARGEST_BUNDLE:
        raise InputError(f"{bundle}: would unpack to over {LARGEST_BUNDLE >> 30} GiB")
    return manifest


def _require_harmless(bundle: Path, entry: zipfile.ZipInfo) -> None:
    where = f"{bundle}: {_shown(entry.orig_filename)}"
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


def _limited(bundle: Path, archive: zipfile.ZipFile, path: str, most: int) -> bytes:
    with archive.open(path) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise InputError(f"{bundle}: {_shown(path)}: is larger than {most:,} bytes")
    return content


def _unpack(bundle: Path, archive: zipfile.ZipFile, file: Packing, part: Path) -> None:
    """Write one file while checking it; its folder becomes the case's only where all files are valid."""
    target = part.joinpath(*file.path.split("/"))
    make_folder(target.parent)
    digest, left = hashlib.sha256(), file.bytes
    with archive.open(file.path) as source, open(target, "xb", opener=unlinked) as stream:
        while chunk := source.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                break
            digest.update(chunk)
            stream.write(chunk)
        stream.flush()
        os.fsync(stream.fileno())
    if left != 0 or digest.hexdigest() != file.sha256:
        raise InputError(f"{bundle}: {_shown(file.path)}: is not what the manifest says; ask for the bundle again")


def _shown(path: str) -> str:
    return one_line(path)[:200]
