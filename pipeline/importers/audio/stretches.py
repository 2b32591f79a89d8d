"""Where speech begins and ends in a channel: the VAD says that there is speech, the level where exactly it ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.importers.audio.hearing import FRAME_MS, SILENT_DB
from stages.arrays import Flags, Samples
from stages.audio_models.vad import WINDOW_MS

HYSTERESIS = 0.15
"""Speech goes on until its probability is so far below the threshold."""

OVER_NOISE_DB, UNDER_SPEECH_DB = 6.0, 30.0
"""Sound is speech from this level on: so far over the noise, and at most so far under the speech."""

EARLIER_MS, LATER_MS = 160.0, 64.0
"""The VAD hears an end this much too late at most, and a begin; ... and this much too early."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of speech in ms, and how late the VAD heard it begin and end (at least 0; None: not known)."""

    start: float
    end: float
    onset_lag_ms: float | None = None
    release_ms: float | None = None


def stretches(
    speech: Samples, levels: Samples, threshold: float, min_silence_ms: float, min_speech_ms: float
) -> list[Stretch]:
    """The stretches in a channel, from (windows,) probabilities and (frames,) levels, in order."""
    found = _spans(speech, threshold, _windows(min_silence_ms))
    kept = [(start, end) for start, end in found if end - start >= _windows(min_speech_ms)]
    quiet = _noise(levels, speech < threshold - HYSTERESIS)
    ends = [0.0, *(end * WINDOW_MS for _, end in kept)]
    starts = [*(start * WINDOW_MS for start, _ in kept), len(speech) * WINDOW_MS]
    refined = [
        _refined(levels, start * WINDOW_MS, end * WINDOW_MS, quiet, (ends[place], starts[place + 1]))
        for place, (start, end) in enumerate(kept)
    ]
    return _joined(refined)


def _windows(ms: float) -> int:
    """As VADs count: in whole windows."""
    return max(round(ms / WINDOW_MS), 1)


def _spans(speech: Samples, threshold: float, silence: int) -> list[tuple[int, int]]:
    """The windows of speech: [begin, end); a silence of fewer windows is a part of it."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    quiet: int | None = None
    low = max(threshold - HYSTERESIS, 0.01)
    for place in _changes(speech, threshold, low):
        loud = speech[place] >= threshold
        if start is not None and quiet is not None and place - quiet >= silence:
            found.append((start, quiet))
            start = quiet = None
        if loud:
            start, quiet = place if start is None else start, None
        elif start is not None and quiet is None:
            quiet = place
    if start is not None:
        found.append((start, len(speech) if quiet is None else quiet))
    return found


def _changes(speech: Samples, threshold: float, low: float) -> list[int]:
    """The first window of each run that is speech, and of each that is not; between the two nothing changes."""
    state = np.where(speech >= threshold, 1, np.where(speech < low, -1, 0))
    known = np.flatnonzero(state)
    changed = np.flatnonzero(np.diff(state[known], prepend=0))
    return [int(place) for place in known[changed]]


def _noise(levels: Samples, quiet: Flags) -> float:
    """The level of the channel while nobody speaks, in dB."""
    frames = levels.reshape(-1, len(levels) // max(len(quiet), 1) or 1)[quiet] if len(quiet) else levels[:0]
    return float(np.median(frames)) if frames.size else SILENT_DB


def _refined(levels: Samples, start: float, end: float, noise: float, within: tuple[float, float]) -> Stretch:
    """The stretch with its ends where the level says; where noise is too loud for that, as the VAD has them.

    `within`: where the stretch before ends and the next one begins, by the VAD.
    """
    inside = levels[int(start / FRAME_MS) : max(int(end / FRAME_MS), int(start / FRAME_MS) + 1)]
    loud = float(np.percentile(inside, 90)) if inside.size else SILENT_DB
    least = max(noise + OVER_NOISE_DB, loud - UNDER_SPEECH_DB)
    if least > loud - OVER_NOISE_DB:
        return Stretch(start, end)
    first = _first(levels, max(start - EARLIER_MS, within[0]), start + LATER_MS, least)
    last = _last(levels, end - EARLIER_MS, min(end + LATER_MS, within[1]), least)
    begin = start if first is None else first
    done = end if last is None else last
    if done <= begin:
        return Stretch(start, end)
    return Stretch(
        begin,
        done,
        None if first is None else max(start - begin, 0.0),
        None if last is None else max(end - done, 0.0),
    )


def _first(levels: Samples, low: float, high: float, least: float) -> float | None:
    """Where the level reaches that of speech."""
    begin = max(int(low / FRAME_MS), 0)
    found = np.flatnonzero(levels[begin : max(int(high / FRAME_MS), 0)] >= least)
    return (begin + int(found[0])) * FRAME_MS if found.size else None


def _last(levels: Samples, low: float, high: float, least: float) -> float | None:
    """Where it was that of speech last."""
    begin = max(int(low / FRAME_MS), 0)
    found = np.flatnonzero(levels[begin : max(int(high / FRAME_MS), 0)] >= least)
    return (begin + int(found[-1]) + 1) * FRAME_MS if found.size else None


def _joined(found: list[Stretch]) -> list[Stretch]:
    """The stretches, as one where the level shows no silence between two: the VAD lost the voice for a moment."""
    done = found[:1]
    for one in found[1:]:
        last = done[-1]
        if one.start > last.end:
            done.append(one)
        elif one.end > last.end:
            done[-1] = Stretch(last.start, one.end, last.onset_lag_ms, one.release_ms)
    return done
