"""One set of settings as the kernel reads it: scalars with the nulls worked into them (timing model, section 2)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pipeline.kernel.compiled import inlined
from stages.vector import Vector


class Listening(NamedTuple):
    """VAD, endpointing, early starts and the wait for the transcript. Times in ms; choices are their places."""

    vad_silence: float
    silence: float
    max_silence: float
    eot_threshold: float
    scoring: bool
    score_from: int
    counts_from_final: bool
    onset: float
    eager: int
    eager_threshold: float
    eager_silence: float
    max_starts: int
    after_premature: bool
    final_timeout: float
    empty_timeout: float
    """Infinite: no bound."""
    late_final: float
    """NaN: a late final is ignored."""


class Policy(NamedTuple):
    """When a stage is given up, and what then."""

    timeout: float
    attempts: int
    gap: float
    hedge: bool
    fallback: bool


class Speaking(NamedTuple):
    """How a reply becomes sound."""

    eager_tts: bool
    first_chunk: int
    lookahead: int
    prebuffer: float
    filler_after: float
    """Infinite: no filler."""
    filler: float


class BargingIn(NamedTuple):
    """What speech over the agent, or after its premature reply, does."""

    mode: int
    withdraw: float
    on_voice: bool
    on_words: int
    min_speech: float
    min_words: int
    hangover: float
    """The VAD's trailing silence where it counts, else 0."""
    score_threshold: float
    """NaN: the model is not asked."""
    guard: float
    guard_first: float
    resume: float
    """NaN: a stopped reply is over."""


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
def never(value: float) -> float:
    """The value, or infinity where it is not set."""
    return np.inf if np.isnan(value) else value


@inlined
def rules(row: Vector) -> Rules:
    """The rules that a row of settings stands for; its numbers are in the order of `stages.settings.NAMES`."""
    scoring, hangover = not np.isnan(row[3]), row[0] if row[38] > 0 else 0.0
    listen = Listening(
        row[0], row[1], row[2], row[3], scoring, int(row[4]), row[5] > 0, row[6],
        int(row[7]), row[8], row[9], int(row[10]), row[11] > 0, row[13], never(row[14]), row[15],
    )  # fmt: skip
    llm = Policy(row[16], int(row[17]), row[18], row[19] > 0, row[20] > 0)
    tts = Policy(row[22], int(row[23]), row[24], row[25] > 0, row[26] > 0)
    speak = Speaking(row[12] > 0, int(row[27]), int(row[28]), row[29], never(row[30]), row[31])
    barge_in = BargingIn(
        int(row[32]), row[33], row[34] > 0, int(row[35]), row[36], int(row[37]), hangover,
        row[39], row[40], row[41], row[42],
    )  # fmt: skip
    return Rules(listen, llm, never(row[21]), tts, speak, barge_in)
