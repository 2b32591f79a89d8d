"""Rules that several vendors share: one silence that ends the turn, one voice that stops the agent."""

from __future__ import annotations

from typing import Any

import numpy as np

from tuner.space.axes import Values
from tuner.space.deployable import Coupling, follows
from tuner.targets.field import Field
from tuner.targets.rule import Ours, Rule, Theirs, our_bounds, times

WAIT, NOTICE = "endpointing.silence_ms", "vad.silence_ms"
STOP, WITHDRAW = "barge_in.min_speech_ms", "barge_in.withdraw_ms"

LONGEST_NOTICE_MS = our_bounds(NOTICE)[1]
LONGEST_WAIT_MS = our_bounds(WAIT)[1]
LONGEST_VOICE_MS = our_bounds(STOP)[1]

ONE_SILENCE = Coupling(
    NOTICE,
    (WAIT,),
    lambda wait: np.minimum(wait, LONGEST_NOTICE_MS),
    f"the same as {WAIT}, up to {LONGEST_NOTICE_MS:g}",
)
"""The VAD's report is the end of the turn (timing model, section 4: no wait is added to it)."""

ONE_VOICE = follows(WITHDRAW, STOP)


def one_silence(theirs: Field, how: str = "") -> Rule:
    """The vendor waits for one silence: at its end the VAD reports, and the turn is over."""

    def read(given: Theirs) -> dict[str, Any]:
        if given[theirs.path] is None:
            return {}
        wait = theirs.ms(given[theirs.path])
        return {WAIT: wait, NOTICE: min(wait, LONGEST_NOTICE_MS)}

    def write(ours: Ours) -> dict[str, Any]:
        return {theirs.path: theirs.of_ms(ours[WAIT])}

    values = {WAIT: times(theirs, 0, LONGEST_WAIT_MS)}
    return Rule((NOTICE, WAIT), (theirs.path,), read, write, values, how or "the VAD's silence ends the turn")


def one_voice(theirs: Field, how: str = "") -> Rule:
    """Voice that lasts so long stops the agent, in a reply that is wanted and in a premature one."""

    def read(given: Theirs) -> dict[str, Any]:
        return dict.fromkeys((STOP, WITHDRAW), theirs.ms(given[theirs.path]))

    def write(ours: Ours) -> dict[str, Any]:
        return {theirs.path: _least_or(theirs, ours[STOP])}

    return Rule((STOP, WITHDRAW), (theirs.path,), read, write, {STOP: _with_zero(theirs)}, how)


def _least_or(theirs: Field, ms: float) -> Any:
    """The nearest value, 0 among them where it stands for 'at once' below the range."""
    low = theirs.ms(theirs.low) if theirs.low is not None else 0.0
    return 0 if 0 in theirs.special and ms < low / 2 else theirs.of_ms(ms)


def _with_zero(theirs: Field) -> Values:
    values = times(theirs, 0, LONGEST_VOICE_MS)
    return (0.0, *values) if 0 in theirs.special and 0.0 not in values else values
