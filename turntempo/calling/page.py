"""The files of a call: a recording and the sound of each settings, and a page with both side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

import numpy as np

from pipeline.recordings import write_text, written
from stages.arrays import Samples
from stages.i18n import Said, say
from stages.settings import SETTINGS
from tuner.statistics import numbers
from turntempo.calling.rows import Row, rows
from turntempo.calling.running import Called
from turntempo.listening.clips import peaks, wav
from turntempo.listening.page import PAGES, rendered

BARS = 600


@dataclass(frozen=True)
class _Shown:
    """A call on the page."""

    label: str
    file: str
    seconds: float
    sides: list[list[float]]
    rows: list[Row]


def write(folder: Path, calls: Sequence[Called], force: bool) -> Path:
    """Write the sound of each call and the page; the English page's path. Raises OutputError."""
    shown = []
    for call in calls:
        samples = stereo(call)
        with written(folder / sound_name(call.label), force) as stream:
            stream.write(wav(samples))
        shown.append(
            _Shown(call.label, sound_name(call.label), max(call.ms / 1000, 0.1), peaks(samples, BARS), rows(call))
        )
    held = {"title": say("call.title"), "calls": shown, "differ": differences(calls), "ms": numbers.ms, "notes": notes}
    held |= {"bar_count": BARS, "clock": _clock, "questions": list(zip(*(one.rows for one in shown), strict=False))}
    for language, name in PAGES.items():
        write_text(folder / name, rendered("turntempo.calling", held, language), force=True)
    return folder / PAGES["en"]


def sound_name(label: str) -> str:
    """The file with the sound of a call."""
    return f"{label}.wav"


def recording_name(label: str) -> str:
    """The file with its turns."""
    return f"{label}.jsonl"


def stereo(call: Called) -> Samples:
    """The user on the left, the agent on the right."""
    length = max(len(call.user), len(call.agent))
    return np.stack([np.pad(side, (0, length - len(side))) for side in (call.user, call.agent)])


def differences(calls: Sequence[Called]) -> list[tuple[str, ...]]:
    """The settings in which the calls differ: name, and the value of each."""
    values = [[attrgetter(name)(one.settings) for one in calls] for name in SETTINGS]
    pairs = zip(SETTINGS, values, strict=True)
    return [(name, *(numbers.setting_of(name, one) for one in held)) for name, held in pairs if len(set(held)) > 1]


def notes(row: Row) -> tuple[Said, ...]:
    """What happened besides an answer."""
    found = []
    if row.cut_off:
        found.append(say("call.cut_off"))
    if row.stopped:
        found.append(say("call.stopped"))
    if row.filler_ms is not None:
        found.append(say("call.filler", ms=numbers.ms(row.filler_ms)))
    if row.answered_ms is None:
        found.append(say("call.no_answer"))
    return tuple(found)


def _clock(ms: float) -> str:
    minutes, seconds = divmod(ms / 1000, 60)
    return f"{int(minutes)}:{seconds:04.1f}"
