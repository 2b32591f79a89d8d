"""The journal of a search, a line a batch: a killed run resumes from it, with the same result as an unbroken run.

The seed decides the search, so a resumed one asks for the same points in the same order; those in the journal are read
back instead of evaluated.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import fields
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.recordings import unlinked, write_text
from stages.errors import InputError, OutputError
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
    """An append-only file: a header that names the run, then the points that were tried."""

    def __init__(self, path: Path, run: str, known: dict[str, dict[bytes, Assessment]]) -> None:
        self._path, self._run, self._known = path, run, known

    @classmethod
    def open(cls, path: Path, run: str, resume: bool) -> Journal:
        """A new journal, or with `resume` the one at `path`; InputError where that one is of another run."""
        if resume and path.exists():
            known = _read(path, run)
        else:
            known = {}
            _put(path, [json.dumps({"schema": SCHEMA, "run": run})])
        return cls(path, run, known)

    def recall(self, label: str, point: npt.NDArray[np.int64]) -> Assessment | None:
        """The assessment of a point that was tried before, or None."""
        return self._known.get(label, {}).get(point.tobytes())

    def note(self, label: str, points: Points, assessed: Assessment) -> None:
        """Append a batch."""
        columns = {field.name: _plain(getattr(assessed, field.name)) for field in fields(Assessment)}
        line = json.dumps({"label": label, "points": points.tolist()} | columns)
        try:
            with open(self._path, "a", encoding="utf-8", opener=unlinked) as stream:
                stream.write(line + "\n")
        except OSError as error:
            raise OutputError(f"{self._path}: cannot be written: {error.strerror}") from None


def _read(path: Path, run: str) -> dict[str, dict[bytes, Assessment]]:
    """Read the points that were tried; remove a last line that is incomplete."""
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    header = _parsed(lines[0]) or {}
    if not is_schema(header.get("schema"), "journal"):
        raise InputError(f"{path}: line 1 is no header of a {SCHEMA} journal; start anew with --force")
    if header.get("run") != run:
        raise InputError(
            f"{path}: is of another run: the recording, settings, limits, --vary, --lock or --seed differ; "
            "start anew with --force"
        )
    known: dict[str, dict[bytes, Assessment]] = {}
    whole = [lines[0]]
    for number, text in enumerate(lines[1:-1], start=2):
        line = _parsed(text)
        if line is None and number < len(lines) - 1:
            raise InputError(f"{path}:{number}: is not a line of a journal; start anew with --force")
        if line is not None:
            whole.append(text)
            _take(known, line)
    _put(path, whole)
    return known


def _take(known: dict[str, dict[bytes, Assessment]], line: dict[str, Any]) -> None:
    points = np.array(line["points"], dtype=np.int64)
    missing = dict.fromkeys(("cut_off_rate", "false_interrupt_rate", "stop_ms"), np.nan)
    assessed = Assessment(*(_array(line[f.name], missing.get(f.name, np.inf)) for f in fields(Assessment)))
    for place, point in enumerate(points):
        known.setdefault(line["label"], {})[point.tobytes()] = assessed.take(np.array([place]))


def _parsed(text: str) -> dict[str, Any] | None:
    with contextlib.suppress(ValueError):
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


def _put(path: Path, lines: list[str]) -> None:
    write_text(path, "".join(f"{line}\n" for line in lines), force=True)
