"""A live call as a recording: what the conversation notes becomes a timeline, and turns by the recorders' builder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.importers.observed.timeline import Gap, Sound
from stages.arrays import Samples
from stages.live.sphinx import pcm
from stages.settings import Settings
from turntempo.recorders.session import SessionLog
from turntempo.recorders.sink import FileSink
from turntempo.recorders.voice import Voice

WINDOW_MS = 32.0


class CallLog:
    """Takes the notes of a conversation. Where speech begins and ends is measured in the sound itself."""

    def __init__(self, file: Path, name: str, settings: Settings) -> None:
        self.log = SessionLog(FileSink(file), name)
        self.log.settings = settings
        self._silence_ms = settings.vad.silence_ms
        self._voice = Voice(self._speech, self._silence_ms, 0.0, self.log.brief)
        self.replies: list[tuple[float, float | None, str]] = []
        """When each stretch of the agent's sound began and ended, and the name of its reply."""
        self.speech: list[Sound] = []
        self.fillers: list[float] = []
        self.errors: list[str] = []

    def window(self, at: float, probability: float, samples: Samples) -> None:
        """What the VAD's model says of a window of sound."""
        self._voice.window(at, probability, pcm(samples), WINDOW_MS)

    def add(self, kind: str, event: Any) -> None:
        """An event."""
        self.log.add(kind, event)

    def speech_began(self, at: float, sound: float) -> None:
        """The VAD hears speech."""
        self._voice.started(at, at - sound)

    def speech_paused(self, at: float, sound: float) -> None:
        """It hears silence, which may be too short to be one."""

    def speech_ended(self, at: float) -> None:
        """It has lasted."""
        self._voice.ended(at, self._silence_ms)

    def agent_began(self, at: float, reply: str | None = None) -> None:
        """The agent's sound begins."""
        if not self.replies or self.replies[-1][1] is not None:
            self.replies.append((at, None, reply or ""))
        self.log.agent_began(at, reply)

    def filler_began(self, at: float) -> None:
        """A filler: the settings say how long; the recording's response time is that of the reply."""
        self.fillers.append(at)

    def agent_stopped(self, at: float, whole: bool = False) -> None:
        """The agent falls silent."""
        if self.replies and self.replies[-1][1] is None:
            begin, _, reply = self.replies[-1]
            self.replies[-1] = (begin, at, reply)
        self.log.agent_stopped(at, whole)

    def failed(self, error: str) -> None:
        """A stage failed."""
        self.errors.append(error)

    def flush(self) -> None:
        """Write the turns that are over."""
        self.log.flush(last=False)

    def close(self, at: float) -> None:
        """Nothing follows."""
        self._voice.close(at)
        self.agent_stopped(at)
        self.log.flush(last=True)

    def _speech(self, stretch: Sound) -> None:
        self.speech.append(stretch)
        self.log.speech(stretch)


class ExactLog(CallLog):
    """The same for a scripted microphone, which says itself where speech begins and ends."""

    def __init__(self, file: Path, name: str, settings: Settings) -> None:
        super().__init__(file, name, settings)
        self._begun: tuple[float, float] | None = None
        self._paused: tuple[float, float] | None = None
        self._gaps: list[Gap] = []

    def speech_began(self, at: float, sound: float) -> None:
        """Speech, after a silence that nobody reported or one that was."""
        if self._begun is None:
            self._begun, self._gaps = (at, sound), []
        elif self._paused is not None:
            heard, end = self._paused
            self._gaps.append(Gap(end, sound, heard - end, at - sound))
        self._paused = None

    def speech_paused(self, at: float, sound: float) -> None:
        """Silence."""
        self._paused = (at, sound)

    def speech_ended(self, at: float) -> None:
        """The silence is reported."""
        if self._begun is None or self._paused is None:
            return
        heard, sound = self._begun
        later, end = self._paused
        self._speech(Sound(sound, end, None, tuple(self._gaps), later - end, heard - sound))
        self._begun = self._paused = None
