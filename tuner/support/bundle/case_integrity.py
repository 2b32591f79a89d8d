"""A case against the checksums in its log, in the manifest of the bundle that it came from, and in its journals."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal

from pipeline.recordings.regular_file import open_regular
from pipeline.writing import finish
from pipeline.writing.leftovers import OURS
from stages.errors import InputError
from stages.i18n import say
from tuner.recommendation.result_files import JOURNAL
from tuner.search.journal import damaged_lines
from tuner.support.bundle.integrity import Damage, Integrity, added, digest_of, in_order, wrongly_signed
from tuner.support.bundle.manifest import LARGEST_MANIFEST, MANIFEST, SIGNATURE, Manifest, parse_manifest
from tuner.support.bundle.signature import LARGEST_SIGNATURE, Signature, Signed, signature_of_nobody
from tuner.support.case.folder import AFTER, CONFIG, FORMS, LOG, RECORDING, SETTINGS
from tuner.support.log import LARGEST, Event, Log, parse_log

OWN_RECORDS = frozenset((MANIFEST, SIGNATURE, LOG))


def check_case(folder: Path, signed: Signed = signature_of_nobody) -> Integrity:
    """A case against its checksums, and the manifest that it came with against its signature.

    Raises InputError: the folder or a file cannot be read; OutputError: a change that a kill has cut cannot be ended.
    """
    finish(folder)
    try:
        return _Check(folder, signed).whole()
    except OSError as error:
        raise InputError(f"{error.filename or folder}: cannot be read: {error.strerror or error}") from None


@dataclass
class _Expected:
    """What is known of the files of a case."""

    sums: dict[str, str] = field(default_factory=dict)
    mentioned: set[str] = field(default_factory=set)
    """Files, and folders with a slash at the end, that an event tells of without checksums."""

    def take(self, event: Event) -> None:
        """What an event has left, in the place of what was there before."""
        if event.kind == "attached":
            self._attached(event)
        for name in event.files if event.kind != "attached" else ():
            self._forget(name)
        self.sums.update(event.sums)
        self.mentioned.update(() if event.sums or event.kind == "attached" else event.files)

    def _attached(self, event: Event) -> None:
        """A configuration, a recording and settings take the place of earlier ones, whatever the suffix."""
        digest = event.details.get("sha256")
        for name in event.files:
            stem = name.split(".", 1)[0]
            if stem in (CONFIG, RECORDING, AFTER):
                self._forget(f"{stem}.")
            if isinstance(digest, str):
                self.sums[name] = digest
            else:
                self.mentioned.add(name)

    def _forget(self, start: str) -> None:
        """The file of this name, or all whose names begin so where it ends in a slash or a dot."""
        whole = start.endswith(("/", "."))
        for name in [name for name in self.sums if name == start or (whole and name.startswith(start))]:
            del self.sums[name]

    def tells_of(self, path: str) -> bool:
        """Whether a file without a checksum belongs to the case."""
        journal = PurePosixPath(path).name == JOURNAL
        return (
            path in (*FORMS, SETTINGS)
            or journal
            or any(path == name or (name.endswith("/") and path.startswith(name)) for name in self.mentioned)
        )


class _Check:
    def __init__(self, folder: Path, signed: Signed) -> None:
        self._folder, self._signed = folder, signed
        self._signature: Signature | None = None
        self._expected = _Expected()
        self._damages: list[Damage] = []
        self._checked = 0

    def whole(self) -> Integrity:
        there = dict(_files(self._folder))
        manifest = self._manifest(there)
        self._log(there, manifest)
        known = {path for path in there if path not in OWN_RECORDS}
        without = [path for path in sorted(known) if self._is_without_sum(path, there[path])]
        gone = self._expected.sums.keys() - known
        self._damages += [Damage(path, "missing", say("integrity.missing")) for path in gone]
        return Integrity("case", self._checked, tuple(without), in_order(self._damages), self._signature)

    def _manifest(self, there: dict[str, bool]) -> Manifest | None:
        """The manifest of the bundle that the case was opened from; its checksums come first."""
        if not there.get(MANIFEST):
            return None
        with open_regular(self._folder / MANIFEST) as stream:
            content = stream.read(LARGEST_MANIFEST + 1)
        try:
            manifest = parse_manifest(content, str(self._folder))
        except InputError:
            self._damages.append(Damage(MANIFEST, "changed", say("integrity.manifest")))
            return None
        self._signature = self._signed(content, self._signature_beside(there))
        self._damages += wrongly_signed(self._signature)
        self._expected.sums = {
            one.path: one.sha256 for one in manifest.files if PurePosixPath(one.path).name not in (LOG, JOURNAL)
        }
        return manifest

    def _signature_beside(self, there: dict[str, bool]) -> bytes | None:
        if not there.get(SIGNATURE):
            return None
        with open_regular(self._folder / SIGNATURE) as stream:
            return stream.read(LARGEST_SIGNATURE)

    def _log(self, there: dict[str, bool], manifest: Manifest | None) -> None:
        """The events since the case was opened, whose lines begin as the manifest says."""
        packed = next((one for one in manifest.files if one.path == LOG), None) if manifest else None
        if not there.get(LOG):
            what = say("integrity.link") if LOG in there else say("integrity.missing")
            self._damages.append(Damage(LOG, "changed" if LOG in there else "missing", what))
            return
        with open_regular(self._folder / LOG) as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise InputError(f"{self._folder / LOG}: is larger than {LARGEST >> 20} MiB, so it is not a case's log")
        since = 0
        if packed is not None:
            self._checked += 1
            since = packed.bytes
            if hashlib.sha256(content[:since]).hexdigest() != packed.sha256:
                self._damages.append(Damage(LOG, "changed", say("integrity.log_changed")))
        self._damages += _unreadable(parse_log(content))
        for event in parse_log(content[since:]).events:
            self._expected.take(event)

    def _is_without_sum(self, path: str, regular: bool) -> bool:
        """Check a file; whether there is nothing to compare it with."""
        if not regular:
            self._damages.append(Damage(path, "changed", say("integrity.link")))
        elif PurePosixPath(path).name == JOURNAL:
            self._checked += 1
            for line, what in damaged_lines(self._folder / path):
                self._damages.append(Damage(path, what, say(f"integrity.line_{what}", line=line)))
        elif (expected := self._expected.sums.get(path)) is not None:
            self._checked += 1
            with open_regular(self._folder / path) as stream:
                if digest_of(stream)[0] != expected:
                    self._damages.append(Damage(path, "changed", say("integrity.changed")))
        elif self._expected.tells_of(path):
            return True
        else:
            self._damages += added([path])
        return False


def _unreadable(log: Log) -> Iterator[Damage]:
    for one in log.unreadable:
        what: Literal["torn", "changed"] = "torn" if one.torn else "changed"
        yield Damage(LOG, what, say(f"integrity.line_{what}", line=one.line))


def _files(folder: Path) -> Iterator[tuple[str, bool]]:
    """Path -> whether it is a regular file, of all but what a command leaves there while it works."""

    def stop(error: OSError) -> None:
        raise error

    for at, folders, names in os.walk(folder, onerror=stop):
        links = [name for name in folders if (Path(at) / name).is_symlink()]
        for name in (*names, *links):
            path = Path(at) / name
            if not name.startswith(OURS) and not name.endswith(f"{OURS}part"):
                yield path.relative_to(folder).as_posix(), path.is_file() and not path.is_symlink()
