"""Opening a bundle from an untrusted sender: it is checked as a whole; then all its files are written, or none.

Refused are: paths out of the folder, or that file systems read differently; links; files that are repeated, unlisted,
missing or changed; and archives that are encrypted, truncated, or unpack to far more than their size.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from pipeline.recordings import make_folder, unlinked
from pipeline.recordings.regular_file import open_regular
from pipeline.writing import locked
from pipeline.writing.change import PRIVATE_FOLDER, sync_folder
from pipeline.writing.leftovers import OURS
from stages.errors import InputError, OutputError
from stages.escaping import one_line
from tuner.support.bundle.archive import BROKEN, harmless_paths, manifest_in, shown, signature_in
from tuner.support.bundle.manifest import MANIFEST, SIGNATURE, Manifest, Packing

_CHUNK = 1 << 20


def open_bundle(bundle: Path, folder: Path, accept: Callable[[bytes, bytes | None], None] | None = None) -> Manifest:
    """Write the files of a bundle to `folder`, which must not exist yet; gives the manifest.

    `accept` gets the manifest's bytes and its signature before a file is written, and raises where they are not
    acceptable. Raises InputError: the bundle breaks a rule, named with the file; OutputError: the folder exists.
    """
    _require_new(folder)
    beside = folder.with_name(f"{OURS}{folder.name[:60]}.opening")
    part = beside / "case"
    try:
        with open_regular(bundle) as stream, zipfile.ZipFile(stream) as archive:
            manifest, content, signature = _checked(bundle, archive)
            if accept is not None:
                accept(content, signature)
            beside.mkdir(PRIVATE_FOLDER, exist_ok=True)
            with locked(beside):
                shutil.rmtree(part, ignore_errors=True)  # what a kill has left
                part.mkdir(PRIVATE_FOLDER)
                for file in manifest.files:
                    _unpack(bundle, archive, file, part)
                _keep(part / MANIFEST, content)
                if signature is not None:
                    _keep(part / SIGNATURE, signature)
                part.rename(folder)
                sync_folder(folder.parent)
                shutil.rmtree(beside, ignore_errors=True)
    except BROKEN as error:
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


def _checked(bundle: Path, archive: zipfile.ZipFile) -> tuple[Manifest, bytes, bytes | None]:
    """The manifest, its bytes and their signature, checked: the entries are those it lists, and each may be written."""
    paths = Counter(harmless_paths(bundle, archive))
    manifest, content = manifest_in(bundle, archive)
    own = Counter([MANIFEST, SIGNATURE]) & paths
    listed = Counter(file.path for file in manifest.files) + own
    if wrong := sorted((listed - paths) + (paths - listed)):
        raise InputError(f"{bundle}: {shown(wrong[0])}: is in the manifest or in the bundle, not in both")
    return manifest, content, signature_in(bundle, archive, paths)


def _unpack(bundle: Path, archive: zipfile.ZipFile, file: Packing, part: Path) -> None:
    """Write one file while checking it; its folder becomes the case's only where all files are valid."""
    target = part.joinpath(*file.path.split("/"))
    make_folder(target.parent)
    digest, left = hashlib.sha256(), file.bytes
    with archive.open(file.path) as source, _new(target) as stream:
        while chunk := source.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                break
            digest.update(chunk)
            stream.write(chunk)
    if left != 0 or digest.hexdigest() != file.sha256:
        raise InputError(f"{bundle}: {shown(file.path)}: is not what the manifest says; ask for the bundle again")


def _keep(target: Path, content: bytes) -> None:
    with _new(target) as stream:
        stream.write(content)


@contextmanager
def _new(target: Path) -> Iterator[BinaryIO]:
    """A file that is not there yet; at the end it is on the disk."""
    with open(target, "xb", opener=unlinked) as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())
