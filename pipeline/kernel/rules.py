"""One set of settings as the kernel reads it: scalars with the nulls worked into them (timing model, section 2).

Each module of rules reads its own out of a row of settings, at the places of their names.
"""

from __future__ import annotations

from typing import NamedTuple

from pipeline.kernel.compiled import inlined
from pipeline.kernel.listening import Listening, listening
from pipeline.kernel.overlaps import BargingIn, barging_in
from pipeline.kernel.policy import LLM, TTS, Policy, max_history, policy_of
from pipeline.kernel.reply import Speaking, speaking
from stages.vector import Vector


class Rules(NamedTuple):
    """One set of settings."""

    listen: Listening
    llm: Policy
    max_history: float
    """Infinite: all of it."""
    tts: Policy
    speak: Speaking
    barge_in: BargingIn


@inlined
def rules(row: Vector) -> Rules:
    """The rules that a row of settings stands for."""
    return Rules(
        listening(row), policy_of(row, LLM), max_history(row), policy_of(row, TTS), speaking(row), barging_in(row)
    )
