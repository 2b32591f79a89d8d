"""What the SimPy model tells: what the user lives through, how a stage did, and one reply as it comes about."""

from __future__ import annotations

from dataclasses import dataclass

INF = float("inf")


@dataclass
class Lived:
    """What the user lived through."""

    response_ms: float | None = None
    first_sound_ms: float | None = None
    cut_off: bool = False
    premature: int = 0
    lost: bool = False
    failed: bool = False
    degraded: bool = False
    restarted: bool = False
    false_start: bool = False
    filler: bool = False
    llm_starts: int = 0
    wasted_starts: int = 0
    stutter_ms: float = 0.0
    false_interrupt: bool = False
    hiccups: int = 0
    hiccup_ms: float = 0.0
    interrupts_met: int = 0
    interrupts_missed: int = 0
    stop_ms: float | None = None
    talked_over_ms: float = 0.0


@dataclass
class Stage:
    """How a stage did."""

    starts: int = 0
    failed: bool = False
    fell_back: bool = False


@dataclass
class Reply:
    """One reply, as it comes about."""

    llm: Stage
    tts: Stage
    first_token: float = INF
    audio: float = INF
    play: float = INF
    sound: float = INF
    filler: bool = False

    @property
    def failed(self) -> bool:
        return self.llm.failed or self.tts.failed

    @property
    def silent(self) -> bool:
        """Synthesis failed, and no filler played."""
        return self.tts.failed and not self.filler
