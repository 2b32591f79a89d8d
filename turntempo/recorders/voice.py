"""When the user's voice really begins and ends, and how late the agent's VAD says so.

The agent's VAD asks its model about each window of audio, and reports speech only after its settings allow it. The
answers of the model show pauses that are shorter than its silence; the loudness of the sound places their ends to some
ms, where the model is a window or two late.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from pipeline.importers.observed.timeline import Gap, Sound

VOICE, NO_VOICE = 0.5, 0.35
"""Voice begins at the one probability and ends below the other, as Silero's own iterator has it."""

SHORTEST_PAUSE_MS = 60.0
"""A shorter silence is a part of speech: the closure of a consonant."""

SAME_SPEECH_MS = 150.0
"""A run of voice that ends so shortly before speech begins is its first syllable."""

UNREPORTED_MS = 500.0
"""No VAD reports speech that ended so long ago."""

PART_MS = 8.0
"""Loudness is measured over so much sound."""

REACH_MS = 320.0
"""The model may be so much later than the sound."""

HOLE_MS = 48.0
"""Sound that is quiet for so long goes on: between two pulses of a low voice, or in a consonant."""

BELOW_SPEECH_DB, ABOVE_NOISE_DB = 30.0, 8.0
"""Sound counts as speech down to so much below the loud parts of speech, and from so much above the noise."""

QUIET_DB = -100.0
CLOCK_WINDOWS = 64
"""The windows of two seconds: the earliest of them shows when audio is at hand."""

GAP_IN_AUDIO_MS = 500.0


@dataclass
class _Clock:
    """When the audio of a window ended: windows do not end where packets do, so that each comes up to a packet late."""

    count: int = 0
    _offsets: deque[float] = field(default_factory=lambda: deque(maxlen=CLOCK_WINDOWS))

    def end(self, at: float, window_ms: float) -> float:
        """The end of the next window, which was heard at `at`."""
        self.count += 1
        offset = at - self.count * window_ms
        if self._offsets and offset - min(self._offsets) > GAP_IN_AUDIO_MS:
            self._offsets.clear()  # no audio came for a while
        self._offsets.append(offset)
        return min(self._offsets) + self.count * window_ms


@dataclass
class _Run:
    """A run of windows with voice: when the sound begins and ends, and how late the model hears that."""

    start: float
    end: float
    onset_ms: float = 0.0
    release_ms: float = 0.0


@dataclass
class Voice:
    """Follows the windows and reports of one VAD. All times in ms of one clock.

    `silence_ms` and `onset_ms`: how much silence, and how much speech, the VAD waits for before it reports.
    """

    heard: Callable[[Sound], None]
    """Called with each stretch of speech, once the VAD reported its end."""
    silence_ms: float | None = None
    onset_ms: float | None = None
    passed_over: Callable[[Sound], None] | None = None
    """Called with speech that the VAD never reported: it was too short for its settings."""
    sound: Callable[[float, bytes, float], None] | None = None
    """Called with the sound of each window: when it ended, its samples, its length in ms."""
    _clock: _Clock = field(default_factory=_Clock)
    _runs: list[_Run] = field(default_factory=list)
    _voiced: bool = False
    _parts: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=16_384))
    """End of each part of sound, and its loudness in dB."""
    _noise_db: float | None = None
    _reported: float | None = None
    """When the VAD reported the speech that is under way."""
    _begun: float = 0.0
    """When the VAD says that it began."""
    _since: float = -math.inf
    """The end of the stretch before."""

    def window(self, at: float, probability: float, samples: bytes | None, window_ms: float) -> None:
        """What the model says of the next window of audio; `samples`: its 16-bit sound."""
        end = self._clock.end(at, window_ms)
        if self.sound is not None and samples:
            self.sound(end, samples, window_ms)
        loud = _parts(samples, end, window_ms)
        self._parts.extend(loud)
        self._voiced = probability >= (NO_VOICE if self._voiced else VOICE)
        if self._voiced:
            if self._runs and end - window_ms - self._runs[-1].end < SHORTEST_PAUSE_MS:
                self._runs[-1].end = end
            else:
                self._runs.append(_Run(end - window_ms, end))
        elif probability < 0.1:
            for _, db in loud:
                self._noise_db = db if self._noise_db is None else 0.95 * self._noise_db + 0.05 * db
        if self._reported is None and self._runs and end - self._runs[-1].end > UNREPORTED_MS:
            self._pass_over()

    def _pass_over(self) -> None:
        """Give the runs that no report came for, those that are close together as one."""
        runs, self._runs = self._refined(self._runs), []
        held: _Run | None = None
        for run in [*runs, None]:
            if held is not None and run is not None and run.start - held.end < SAME_SPEECH_MS:
                held.end = run.end
                continue
            if held is not None and held.end - held.start >= SHORTEST_PAUSE_MS and self.passed_over is not None:
                self.passed_over(Sound(held.start, held.end))
            held = run

    def started(self, at: float, lasted_ms: float | None = None) -> None:
        """The VAD reports speech, which it says began `lasted_ms` before (None: it does not say)."""
        if self._reported is not None:
            return
        self._reported = at
        self._begun = at - (lasted_ms if lasted_ms is not None else self.onset_ms or 0.0)
        self._since = max(self._since, self._begin())

    def ended(self, at: float, silence_ms: float | None = None) -> None:
        """The VAD reports silence, which it says began `silence_ms` before."""
        if self._reported is None:
            return
        silence = at - (silence_ms if silence_ms is not None else self.silence_ms or 0.0)
        self._report(at, silence)

    def close(self, at: float) -> None:
        """Nothing follows: speech that is under way ends here."""
        if self._reported is not None:
            self._report(None, at)

    def _begin(self) -> float:
        """Where the voice begins that the VAD reports."""
        first = math.inf
        for run in reversed(self._runs):
            if run.start < self._since:
                break
            if first == math.inf or first - run.end < SAME_SPEECH_MS:
                first = run.start
        return first if first < math.inf else self._begun

    def _report(self, at: float | None, silence: float) -> None:
        runs = [run for run in self._runs if run.start >= self._since - 1.0]
        runs = self._refined(runs) if runs else [_Run(min(self._begun, silence), silence)]
        measured = bool(self._runs)
        started, self._reported = self._reported, None
        start, end = runs[0].start, runs[-1].end
        self._since, self._runs = silence, []
        self.heard(
            Sound(
                start,
                end,
                gaps=tuple(Gap(a.end, b.start, a.release_ms, b.onset_ms) for a, b in pairwise(runs)),
                release_ms=_late(at, end, self.silence_ms) if measured else None,
                onset_lag_ms=_late(started, start, self.onset_ms) if measured else None,
            )
        )

    def _refined(self, runs: list[_Run]) -> list[_Run]:
        """The runs with their edges where the sound begins and ends, and none of no length."""
        least = self._least_db(runs)
        if least is None:
            return runs
        loud = [(end, db >= least) for end, db in self._parts if end > runs[0].start - REACH_MS]
        found: list[_Run] = []
        for run in runs:
            start, end = _onset(loud, run), _offset(loud, run)
            one = _Run(start, end, max(run.start - start, 0.0), max(run.end - end, 0.0))
            if found and one.start - found[-1].end < SHORTEST_PAUSE_MS:
                found[-1].end, found[-1].release_ms = max(found[-1].end, one.end), one.release_ms
            elif one.end > one.start:
                found.append(one)
        return found or runs

    def _least_db(self, runs: list[_Run]) -> float | None:
        """How loud sound must be to be speech; None: speech is hardly louder than the noise."""
        inside = [db for end, db in self._parts if runs[0].start < end <= runs[-1].end]
        if not inside:
            return None
        level = sorted(inside)[int(0.9 * (len(inside) - 1))]
        least = level - BELOW_SPEECH_DB
        if self._noise_db is not None:
            least = max(least, self._noise_db + ABOVE_NOISE_DB)
        return least if least < level - 6.0 else None


def _late(at: float | None, since: float, waited: float | None) -> float | None:
    """How late a report came beyond what the VAD waits for by its settings."""
    return None if at is None or waited is None else max(at - since - waited, 0.0)


def _parts(samples: bytes | None, end: float, window_ms: float) -> list[tuple[float, float]]:
    """The loudness of the parts of a window."""
    if not samples:
        return []
    sound = np.frombuffer(samples, dtype=np.int16).astype(np.float32)
    count = max(round(window_ms / PART_MS), 1)
    size = len(sound) // count
    if not size:
        return []
    power = np.square(sound[: size * count].reshape(count, size)).mean(axis=1)
    step = window_ms / count
    levels = 10 * np.log10(power / 32768.0**2 + 1e-10)
    return [(end - (count - 1 - place) * step, float(db)) for place, db in enumerate(levels)]


def _onset(loud: list[tuple[float, bool]], run: _Run) -> float:
    """The begin of the sound around where the model hears it begin: sound that reaches there, with small holes."""
    near = [end for end, is_loud in loud if is_loud and run.start - REACH_MS < end <= run.start + REACH_MS / 2]
    start = None
    for end in reversed([end for end in near if end <= run.start + HOLE_MS]):
        if (run.start + PART_MS if start is None else start) - end > HOLE_MS:
            break
        start = end - PART_MS
    if start is None:
        start = next((end - PART_MS for end in near if end > run.start), None)
    return run.start if start is None else start


def _offset(loud: list[tuple[float, bool]], run: _Run) -> float:
    """The end of the sound around where the model hears it end, also where the model is early."""
    near = [end for end, is_loud in loud if is_loud and run.end - REACH_MS < end <= run.end + REACH_MS / 2]
    last = next((end for end in reversed(near) if end <= run.end), None)
    if last is None:
        return run.end
    for end in near:
        if last < end <= last + PART_MS + 1.0:
            last = end
    return last
