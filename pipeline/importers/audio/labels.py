"""Who speaks when, out of labels: an Audacity label track, RTTM, or CSV with start, end and speaker.

Sources: Audacity's manual, "Importing and Exporting Labels" (start, end, label between tabs, in seconds); the
Rich Transcription evaluation plan of NIST, appendix A (RTTM: type, file, channel, start, length, -, -, speaker).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.importers.audio.roles import Role, role_of
from pipeline.importers.files import File
from stages.arrays import Flags
from stages.errors import RecordingError

MARGIN_MS = 100.0
"""Labels set by hand are as exact as that: so far beyond its ends speech still belongs to a label."""

MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Label:
    """Somebody speaks from `start` to `end`, in ms of the sound."""

    start: float
    end: float
    speaker: str


def labels_of(file: File) -> list[Label]:
    """The labels of a file in order of time. Raises RecordingError at the line that is none."""
    lines = [line.rstrip("\r") for line in file.text().split("\n")]
    found = sorted(_labels(lines, file), key=lambda one: one.start)
    if not found:
        rule = "has no labels; a line has start, end (seconds) and speaker, between tabs or commas"
        raise RecordingError(rule, file=file.path)
    return found


def is_labels(head: bytes) -> bool:
    """Whether a file that begins so has labels, by its first line: RTTM or a label track of Audacity."""
    line = head.partition(b"\n")[0].decode("utf-8-sig", "replace")
    parts = line.split()
    if parts[:1] == ["SPEAKER"] and len(parts) >= 8:
        return True
    cells = line.rstrip("\r").split("\t")
    return len(cells) == 3 and all(_seconds(cell) is not None for cell in cells[:2]) and bool(cells[2].strip())


def roles(found: Sequence[Label], user_label: str | None, file: File) -> dict[Role, list[Label]]:
    """The labels of the user and of the agent. Raises RecordingError where a name says neither, or one has none."""
    done: dict[Role, list[Label]] = {"user": [], "agent": []}
    names = list(dict.fromkeys(one.speaker for one in found))
    for one in found:
        role = role_of(one.speaker, user_label)
        if role is None:
            rule = (
                f"has the speakers {', '.join(names[:MOST_NAMED])}, and {one.speaker!r} is known neither as the user "
                "nor as the agent; name the user's with `--option user_label=NAME`"
            )
            raise RecordingError(rule, file=file.path)
        done[role].append(one)
    for role, held in done.items():
        if not held:
            raise RecordingError(
                f"has no label of the {role}: its speakers are {', '.join(names[:MOST_NAMED])}", file=file.path
            )
    return done


def masks(found: dict[Role, list[Label]], count: int, step_ms: float) -> dict[Role, Flags]:
    """(count,) of each role: the steps of so many ms at which it may speak, which are its labels with a margin.

    The margin ends where a label of the other begins.
    """
    own = {role: _mask(held, count, step_ms, 0.0) for role, held in found.items()}
    wide = {role: _mask(held, count, step_ms, MARGIN_MS) for role, held in found.items()}
    return {
        "user": own["user"] | (wide["user"] & ~own["agent"]),
        "agent": own["agent"] | (wide["agent"] & ~own["user"]),
    }


def _mask(found: Sequence[Label], count: int, step_ms: float, margin: float) -> Flags:
    mask = np.zeros(count, np.bool_)
    for one in found:
        mask[max(int((one.start - margin) / step_ms), 0) : max(int(np.ceil((one.end + margin) / step_ms)), 0)] = True
    return mask


def _labels(lines: Sequence[str], file: File) -> Iterator[Label]:
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith(";;")]
    first = numbered[0][1] if numbered else ""
    if first.split()[:1] and first.split()[0] in ("SPEAKER", "SPKR-INFO"):
        return _rttm(numbered, file)
    if "\t" in first and _seconds(first.split("\t")[0]) is not None:
        return _track(numbered, file)
    return _table(numbered, file)


def _rttm(numbered: Sequence[tuple[int, str]], file: File) -> Iterator[Label]:
    for number, line in numbered:
        parts = line.split()
        if parts[0] != "SPEAKER":
            continue
        begin, length = (_seconds(parts[3]), _seconds(parts[4])) if len(parts) >= 8 else (None, None)
        yield _label(begin, None if begin is None or length is None else begin + length, parts[7:8], file, number)


def _track(numbered: Sequence[tuple[int, str]], file: File) -> Iterator[Label]:
    for number, line in numbered:
        cells = line.split("\t")
        if cells[0] == "\\":
            continue  # the frequencies of the label above
        yield _label(_seconds(cells[0]), _seconds(cells[1]) if len(cells) > 1 else None, cells[2:], file, number)


def _table(numbered: Sequence[tuple[int, str]], file: File) -> Iterator[Label]:
    header = numbered[0][1] if numbered else ""
    delimiter = max(",;\t", key=header.count)
    names = [name.strip().lower() for name in _cells(header, delimiter, file, 1)]
    who = next((name for name in ("speaker", "label", "who", "role", "channel") if name in names), None)
    if "start" not in names or "end" not in names or who is None:
        rule = "is no label track, no RTTM, and no table with the columns start, end and speaker"
        raise RecordingError(rule, file=file.path, line=1)
    for number, line in numbered[1:]:
        cells = dict(zip(names, _cells(line, delimiter, file, number), strict=False))
        held = [cells[who]] if who in cells else []
        yield _label(_seconds(cells.get("start", "")), _seconds(cells.get("end", "")), held, file, number)


def _cells(line: str, delimiter: str, file: File, number: int) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error as error:
        raise RecordingError(f"is not CSV: {error}", file=file.path, line=number) from None


def _label(start: float | None, end: float | None, who: Sequence[str], file: File, number: int) -> Label:
    speaker = who[0].strip() if who else ""
    if start is None or end is None or end < start or not speaker:
        rule = "is no label: start and end in seconds, the end not before the start, and a speaker"
        raise RecordingError(rule, file=file.path, line=number)
    return Label(start * 1000, end * 1000, speaker)


def _seconds(text: str) -> float | None:
    """A time of at most eleven days; None: it is none."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if 0 <= value < 1e6 else None
