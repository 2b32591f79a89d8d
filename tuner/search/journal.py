"""The journal of a search, a line a batch: a killed run resumes from it, with the same result as an unbroken run.

The seed decides the search, so a resumed one asks for the same points in the same order; those in the journal are read
back instead of evaluated.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import fields
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from pipeline.recordings.regular_file import open_regular
from pipeline.writing import append, unlinked, write_text
from stages.errors import InputError
from stages.schema_ids import is_schema, schema_id
from tuner.search.assessment import Assessment
from tuner.space.space import Points

SCHEMA = schema_id("journal")


def digest(*what: Any) -> str:
    """A hash of these values: arrays by their bytes, others by repr."""
    found = blake2b(digest_size=16)
    for one in what:
        found.update(one.tobytes() if isinstance(one, np.ndarray) else repr(one).encode())
    return found.hexdigest()


class Journal:
    """An append-only file: a header that names the run, then the points that were tried, with checksums."""

    def __init__(self, path: Path, run: str, known: dict[str, dict[bytes, Assessment]], limits: int | None) -> None:
        self._path, self._run, self._known, self._limits = path, run, known, limits

    @classmethod
    def open(cls, path: Path, run: str, resume: bool) -> Journal:
        """A new journal, or with `resume` the one at `path`; InputError where that one is of another run or damaged."""
        if resume and path.exists():
            return cls(path, run, *_read(path, run))
        write_text(path, json.dumps({"schema": SCHEMA, "run": run}) + "\n", force=True)
        return cls(path, run, {}, None)

    def recall(self, label: str, point: npt.NDArray[np.int64]) -> Assessment | None:
        """The assessment of a point that was tried before, or None."""
        return self._known.get(label, {}).get(point.tobytes())

    def note(self, label: str, points: Points, assessed: Assessment) -> None:
        """Append a batch. Raises InputError where the journal's batches have other limits; OutputError."""
        limits = assessed.uppers.shape[1]
        if self._limits not in (None, limits):
            raise InputError(f"{self._path}: has bounds of {self._limits} figures, this search of {limits}; {ANEW}")
        columns = {field.name: _plain(getattr(assessed, field.name)) for field in fields(Assessment)}
        line = {"label": label, "points": points.tolist()} | columns
        append(self._path, (json.dumps(line | {"sum": _sum(line)}) + "\n").encode())


ANEW = "start anew with --force"
LARGEST = 256 << 20
"""The most bytes of a journal that is read."""
LONGEST = 16 << 20
"""The most bytes of one of its lines."""


def torn(path: Path) -> int | None:
    """The number of the last line where it is incomplete, as a killed run leaves it; None: all lines are whole."""
    if not path.is_file() or path.stat().st_size > LARGEST:
        return None
    with open(path, "rb") as stream:
        count = sum(1 for _ in iter(lambda: stream.readline(LONGEST), b""))
        stream.seek(max(0, stream.tell() - 1))
        return None if stream.read(1) in (b"\n", b"") else count


def damaged_lines(path: Path) -> Iterator[tuple[int, Literal["torn", "changed"]]]:
    """The lines that are not as they were written: by number, torn off or changed.

    Raises OSError. Lines without a checksum, of an earlier version, are taken as they are.
    """
    with open_regular(path) as stream:
        for number, text in enumerate(iter(lambda: stream.readline(LONGEST), b""), start=1):
            if not text.endswith(b"\n"):
                yield number, "torn"
            elif not _as_written(_parsed(text), header=number == 1):
                yield number, "changed"


def _as_written(line: dict[str, Any] | None, header: bool) -> bool:
    if line is None or (header and not is_schema(line.get("schema"), "journal")):
        return False
    return "sum" not in line or line.pop("sum") == _sum(line)


def _read(path: Path, run: str) -> tuple[dict[str, dict[bytes, Assessment]], int | None]:
    """The points that were tried, and how many figures have bounds; an incomplete last line is cut off the file."""
    known: dict[str, dict[bytes, Assessment]] = {}
    widths: set[int] = set()
    try:
        with open(path, "r+b", opener=unlinked) as stream:
            if stream.seek(0, 2) > LARGEST:
                raise InputError(f"{path}: is larger than {LARGEST >> 20} MiB; {ANEW}")
            stream.seek(0)
            _require_header(path, run, stream.readline(LONGEST))
            whole = stream.tell()
            for number, text in enumerate(iter(lambda: stream.readline(LONGEST), b""), start=2):
                if not text.endswith(b"\n") and len(text) < LONGEST:
                    stream.truncate(whole)
                    break
                whole = stream.tell()
                widths.add(_take(known, _parsed(text), f"{path}:{number}"))
                if len(widths) > 1:
                    raise InputError(f"{path}:{number}: has bounds of other figures than the lines above; {ANEW}")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    return known, next(iter(widths), None)


def _require_header(path: Path, run: str, line: bytes) -> None:
    header = _parsed(line) or {}
    if not is_schema(header.get("schema"), "journal"):
        raise InputError(f"{path}: line 1 is no header of a {SCHEMA} journal; {ANEW}")
    if header.get("run") != run:
        raise InputError(
            f"{path}: is of another run: the recording, settings, limits, --vary, --lock or --seed differ; {ANEW}"
        )


def _take(known: dict[str, dict[bytes, Assessment]], line: dict[str, Any] | None, where: str) -> int:
    """Add the points of a line; how many figures have bounds. Raises InputError where the line is no such line."""
    if line is None:
        raise InputError(f"{where}: is not a line of a journal; {ANEW}")
    if "sum" in line and line.pop("sum") != _sum(line):
        raise InputError(f"{where}: was changed since it was written: its checksum is another; {ANEW}")
    try:
        points = np.array(line["points"], dtype=np.int64)
        missing = dict.fromkeys(("cut_off_rate", "false_interrupt_rate", "stop_ms"), np.nan)
        columns = {f.name: _array(line[f.name], missing.get(f.name, np.inf)) for f in fields(Assessment)}
    except (KeyError, TypeError, ValueError, OverflowError):
        raise InputError(f"{where}: is damaged: a field of the journal is missing or no number; {ANEW}") from None
    flat = {name: column for name, column in columns.items() if name != "uppers"}
    if points.ndim != 2 or columns["uppers"].ndim != 2 or any(one.ndim != 1 for one in flat.values()):
        raise InputError(f"{where}: is damaged: its points and figures have no such form; {ANEW}")
    if any(len(one) != len(points) for one in columns.values()) or not isinstance(line.get("label"), str):
        raise InputError(f"{where}: is damaged: it has not one figure for each point; {ANEW}")
    assessed = Assessment(**columns)
    for place, point in enumerate(points):
        known.setdefault(line["label"], {})[point.tobytes()] = assessed.take(np.array([place]))
    return int(columns["uppers"].shape[1])


def _sum(line: dict[str, Any]) -> str:
    """The checksum of a line's content; the letter before it keeps one of digits alone from looking like a number."""
    return "x" + blake2b(json.dumps(line, sort_keys=True).encode(), digest_size=8).hexdigest()


def _parsed(text: bytes) -> dict[str, Any] | None:
    with contextlib.suppress(ValueError, RecursionError):
        found = json.loads(text)
        return found if isinstance(found, dict) else None
    return None


def _plain(values: npt.NDArray[np.float64]) -> Any:
    """Nested lists; values that are not finite become null."""
    found = values.astype(object)
    found[~np.isfinite(values)] = None
    return found.tolist()


def _array(values: Any, missing: float) -> npt.NDArray[np.float64]:
    found = np.array(values, dtype=np.float64)
    return np.where(np.isnan(found), missing, found)
