"""Known faults of sources: metrics that are wrong in a known way, and what an import does about each."""

from __future__ import annotations

from typing import Literal, get_args

from stages.i18n import Said, say
from stages.model import Model

FaultKind = Literal[
    "negative",
    "minutes",
    "echo",
    "dropped",
    "over_whole",
    "seconds",
    "milliseconds",
    "clock_step",
    "duplicate",
    "reordered",
    "broken_line",
    "impossible",
    "sum_over_whole",
    "broken_off",
    "channels",
    "agent_heard",
    "user_heard",
]
"""negative, minutes: a delay below zero, of minutes. echo: a delay that merely repeats the setting. dropped: a turn
that the source left out. over_whole: a part larger than the whole. seconds: seconds where milliseconds are due;
milliseconds: the other way round. clock_step: the clock was set. impossible: a value of a type or size that cannot be.
sum_over_whole: parts that add up to more than the whole. broken_off: a sound file ends before its end. channels: which
channel is the user's is a guess. agent_heard, user_heard: a channel of audio picks up the other side.
"""

FAULTS: tuple[FaultKind, ...] = get_args(FaultKind)


class Fault(Model):
    """A fault of a source that was found, how often, and a few of the places."""

    kind: FaultKind
    count: int
    examples: tuple[str, ...] = ()

    def sentence(self) -> Said:
        """What is wrong, how often, where, and what was done about it."""
        places = say("imported.places", places=", ".join(self.examples)) if self.examples else ""
        return say(f"fault.{self.kind}", n=self.count, places=places)
