"""Which of two channels is the user's: by convention the left one, unless the sound says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.importers.audio.hearing import FRAMES_A_WINDOW, Heard
from pipeline.importers.audio.stretches import Stretch
from stages.arrays import Samples

STILL_DB, STILL_APART = -90.0, 0.5
"""A synthetic voice has digital silence around it, below this level, and a room has not: shares so far apart say so."""

GREETED_MS = 5_000.0
"""Who speaks first, this early, greets."""

TALKS_MORE = 1.5
"""Who speaks so much more than the other explains something."""

SURE_LEFT, SURE_RIGHT = 1.5, -1.0
"""The evidence with which the left channel is the user's for certain, and the right one."""


@dataclass(frozen=True)
class Sides:
    """The user's channel, 0 or 1, why, and whether that is in doubt."""

    user: int
    why: str
    in_doubt: bool = False


def sides(heard: Heard, speech: Sequence[Sequence[Stretch]], echo_in: int | None, asked: str) -> Sides:
    """Whose channel is whose; `asked`: left or right where somebody said it. `echo_in`: which one hears the other."""
    if asked in ("left", "right"):
        return Sides(0 if asked == "left" else 1, "as it was said")
    evidence = [(1.0, "by convention")]
    quiet = _still(heard)
    if abs(quiet[0] - quiet[1]) > STILL_APART:
        side = 1 if quiet[0] < quiet[1] else -1
        evidence.append((2.0 * side, "the other has digital silence between words, as a synthetic voice has"))
    if echo_in is not None:
        evidence.append((2.0 if echo_in == 0 else -2.0, "it picks up what the other says"))
    first = [min((one.start for one in channel), default=np.inf) for channel in speech]
    if min(first) < GREETED_MS and first[0] != first[1]:
        evidence.append((1.0 if first[1] < first[0] else -1.0, "the other speaks first, early on: a greeting"))
    talk = [sum(one.end - one.start for one in channel) for channel in speech]
    if max(talk) > TALKS_MORE * min(talk):
        evidence.append((0.5 if talk[1] > talk[0] else -0.5, "the other speaks more"))
    total = sum(weight for weight, _ in evidence)
    user = 0 if total > SURE_RIGHT else 1
    reasons = [why for weight, why in evidence if (weight > 0) == (user == 0)]
    return Sides(user, "; ".join(reasons), SURE_RIGHT < total < SURE_LEFT)


def _still(heard: Heard) -> list[float]:
    """The share of digital silence among what is no speech, a channel."""
    return [_still_share(heard.levels[place], heard.speech[place]) for place in range(2)]


def _still_share(levels: Samples, speech: Samples) -> float:
    quiet = levels.reshape(-1, FRAMES_A_WINDOW)[speech < 0.1]
    return float((quiet < STILL_DB).mean()) if quiet.size else 0.0
