"""What all turns of a live conversation share: stages, settings, loudspeaker, and what was said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count

import numpy as np

from pipeline.live.notes import Notes
from pipeline.live.playout import Floor
from pipeline.live.speaker import Speaker
from stages.arrays import Samples
from stages.clock import Clock
from stages.live.parts import LanguageModel, Message, Tools, TurnScorer, Voice
from stages.settings import Settings


@dataclass(frozen=True)
class Stages:
    """The live stages behind the ear; `fallback`: what is asked once all attempts were given up."""

    llm: LanguageModel
    voice: Voice
    tools: Tools
    scorer: TurnScorer | None = None
    llm_fallback: LanguageModel | None = None
    voice_fallback: Voice | None = None


@dataclass
class Said:
    """What was said in the conversation; the prompt first."""

    prompt: str = ""
    turns: list[tuple[Message, ...]] = field(default_factory=list)

    def messages(self, text: str, most_turns: int | None) -> tuple[Message, ...]:
        """What the LLM is asked: the prompt, the last turns, and the user's words."""
        turns = self.turns if most_turns is None else self.turns[-most_turns:]
        prompt = (Message("system", self.prompt),) if self.prompt else ()
        return (*prompt, *(one for turn in turns for one in turn), Message("user", text))


@dataclass(frozen=True)
class Context:
    """One conversation."""

    clock: Clock
    settings: Settings
    stages: Stages
    speaker: Speaker
    notes: Notes
    said: Said
    failed: Callable[[str], object]
    """Told of each error of a stage."""
    heard_so_far: Callable[[float], Samples] = lambda since: np.zeros(0, np.float32)
    """The user's sound since a moment, for the end-of-turn model."""
    filler: Samples = field(default_factory=lambda: np.zeros(0, np.float32))
    apology: Samples = field(default_factory=lambda: np.zeros(0, np.float32))
    """What is said where the LLM failed."""
    floor: Floor = field(default_factory=Floor)
    names: count[int] = field(default_factory=count)
    """Numbers for names of replies."""

    def at(self, clock: Clock) -> Context:
        """The same, by the clock of a turn."""
        return replace(self, clock=clock)
