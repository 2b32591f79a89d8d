"""Silero's VAD and Smart-Turn as live stages: the same models that hear audio which is imported."""

from __future__ import annotations

import asyncio
from pathlib import Path

from stages.arrays import Samples
from stages.audio_models.packages import INSTALL, end_of_turn_model, vad_model
from stages.audio_models.smart_turn import probability
from stages.audio_models.vad import WINDOW, Vad
from stages.errors import InputError


class Silero:
    """Silero's VAD: windows of 32 ms. Raises InputError where it is not installed."""

    window = WINDOW

    def __init__(self) -> None:
        self._vad = Vad(vad_model().path, 1)

    def probability(self, samples: Samples) -> float:
        """That somebody speaks in this window."""
        return float(self._vad.probabilities(samples[None, :])[0, 0])


class SmartTurn:
    """Smart-Turn, in a thread. Raises InputError where it is not installed."""

    def __init__(self) -> None:
        found = end_of_turn_model()
        if found is None:
            raise InputError(f"an end-of-turn score needs Smart-Turn, which pipecat-ai carries: {INSTALL}")
        self._path: Path = found.path

    async def score(self, samples: Samples) -> float:
        """How likely it is that what was said is a whole turn."""
        return await asyncio.to_thread(probability, self._path, samples)
