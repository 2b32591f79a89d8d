"""Whether a channel picks up the other one: the agent in the user's microphone, or one voice on both channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.importers.audio.hearing import FRAME_MS
from pipeline.importers.audio.stretches import Stretch
from stages.arrays import Samples

LATEST_MS = 600.0
"""An echo comes back within so long: the network both ways, and the room."""

FLOOR_DB = 50.0
"""So far below the loudest, levels say nothing."""

ALIKE = 0.5
"""The correlation of levels of a whole channel's speech from which the other picks it up."""

ALIKE_STRETCH = 0.7
"""The same of one stretch, at the delay that was found."""

NEAR_FRAMES = 4
"""The delay of one stretch may differ by so much."""


@dataclass(frozen=True)
class Echo:
    """A channel hears the other so much later; `alike`: the correlation of their levels; `quieter_db`: by so much."""

    frames: int
    alike: float
    quieter_db: float

    @property
    def ms(self) -> float:
        """The delay."""
        return self.frames * FRAME_MS


def echo_of(source: Samples, microphone: Samples, speech: Sequence[Stretch]) -> Echo | None:
    """How late `microphone` picks up what is said in `source`, from their levels; None: it does not.

    `speech`: the stretches in `source`. Those in which both speak say little, so half of the longest are looked at.
    """
    spoken = sorted(speech, key=lambda one: one.start - one.end)[:50]
    latest = int(LATEST_MS / FRAME_MS)
    found = [_delays(source, microphone, one, latest) for one in spoken]
    known = [one for one in found if one is not None]
    if not known:
        return None
    middle = np.median(np.array(known), axis=0)
    best = int(middle.argmax())
    if middle[best] < ALIKE:
        return None
    loud = [_louder(source, microphone, one, best) for one in spoken]
    return Echo(best, float(middle[best]), float(np.median(loud)))


def copy_of_two(one: Echo, other: Echo) -> Echo:
    """Where each of two channels seems to hear the other, the one that does: what comes later, else what is quieter."""
    if abs(one.frames - other.frames) > NEAR_FRAMES:
        return max(one, other, key=lambda echo: echo.frames)
    return max(one, other, key=lambda echo: echo.quieter_db)


def _louder(source: Samples, microphone: Samples, one: Stretch, late: int) -> float:
    begin, end = int(one.start / FRAME_MS), int(one.end / FRAME_MS)
    said, heard = source[begin:end], microphone[begin + late : end + late]
    return float(said.mean() - heard.mean()) if len(said) and len(heard) else 0.0


def is_echo(source: Samples, microphone: Samples, one: Stretch, echo: Echo) -> bool:
    """Whether a stretch in `microphone` is what `source` said so much before."""
    begin, end = int(one.start / FRAME_MS), int(one.end / FRAME_MS)
    near = range(max(echo.frames - NEAR_FRAMES, 0), echo.frames + NEAR_FRAMES + 1)
    heard = _shape(microphone[begin:end])
    return any(
        _alike(_shape(source[max(begin - late, 0) : max(end - late, 0)]), heard) > ALIKE_STRETCH for late in near
    )


def _delays(source: Samples, microphone: Samples, one: Stretch, latest: int) -> Samples | None:
    """(latest + 1,) correlations of a stretch with what the other channel has so many frames later."""
    begin, end = int(one.start / FRAME_MS), int(one.end / FRAME_MS)
    if end - begin < 50 or end + latest > len(microphone):
        return None
    said = _shape(source[begin:end])
    return np.array(
        [_alike(said, _shape(microphone[begin + late : end + late])) for late in range(latest + 1)], np.float32
    )


def _shape(levels: Samples) -> Samples:
    """Levels without their mean; all that is far below the loudest is equal."""
    if not len(levels):
        return levels
    held = np.maximum(levels, levels.max() - FLOOR_DB)
    shape: Samples = held - held.mean()
    return shape


def _alike(one: Samples, other: Samples) -> float:
    """The correlation of two shapes; 0 where one has none."""
    if len(one) != len(other) or not len(one):
        return 0.0
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / size if size > 1e-6 else 0.0
