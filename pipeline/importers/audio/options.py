"""The options of an import of audio."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipeline.importers.importer import LogOptions

User = Literal["auto", "ask", "left", "right"]
"""Which channel is the user's. auto: detected, left in doubt; ask: detected, an error in doubt."""


class AudioOptions(LogOptions):
    """How speech is looked for, and which channel is whose."""

    vad_threshold: Annotated[float, Field(ge=0.05, le=0.95)] = Field(
        0.5, description="the VAD takes a window for speech from this probability on; it ends 0.15 below"
    )
    min_silence_ms: Annotated[float, Field(ge=32, le=3000)] = Field(
        100, description="a shorter silence of the VAD is part of the speech"
    )
    min_speech_ms: Annotated[float, Field(ge=32, le=2000)] = Field(
        100, description="a shorter sound is taken for a click"
    )
    user: User = Field("auto", description="the user's channel, or file of two: left (first) or right (second)")
    swap: bool = Field(False, description="the user is on the right, the agent on the left: as user=right")
    labels: str | None = Field(
        None, description="who speaks when, of a file with one channel: an Audacity label track, RTTM or CSV"
    )
    user_label: str | None = Field(
        None, description="the user's name in labels and transcript; all others are the agent"
    )
    transcript: str | None = Field(
        None, description="words with their times: JSON, or CSV with start, end, word and speaker"
    )
    scores: bool = Field(True, description="end-of-turn scores by Smart-Turn at every pause")
    score_after_ms: Annotated[float, Field(ge=0, le=2000)] = Field(
        200, description="how much silence the end-of-turn model hears after the speech"
    )
    reply_gap_ms: Annotated[float, Field(ge=0, le=5000)] = Field(
        600, description="a shorter silence of the agent after the user spoke over it is inside one reply"
    )

    @property
    def user_side(self) -> User:
        """The user's channel as it was asked for."""
        return "right" if self.swap else self.user
