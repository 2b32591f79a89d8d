"""Playout: when the user hears the reply, or a filler before it (timing model, section 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pipeline.streaming.ensemble import Ensemble
from pipeline.streaming.events import Kind
from pipeline.streaming.gate import Gate
from stages.clock import Priority, Timer


@dataclass(frozen=True, slots=True)
class Audio:
    """What there is to play. Times in ms."""

    ms: float
    """All of it; 0 for the error phrase and for silence."""
    silent: bool = False
    """Synthesis failed: there is nothing to hear."""
    first_ms: float | None = None
    """How much of it is the first piece, where a second one follows."""


class Note(Protocol):
    """Notes down what the agent does."""

    def __call__(self, kind: Kind, *, value: float | None = None) -> None:
        """It happens now."""


class Playout:
    """Plays one reply once it is there, the LLM might be asked and the floor is free."""

    def __init__(self, play: Ensemble, *, floor_ms: float, last: bool, note: Note) -> None:
        """`floor_ms`: when the reply before it has been played out; `last`: overlaps say how it ends."""
        self._clock, self._settings, self._down_ms = play.clock, play.settings, play.world.down_ms
        self._floor_ms, self._last, self._note = floor_ms, last, note
        self._other_ms = play.world.other_ms
        self._gate = Gate("ask", "audio", opened=self._make_ready)
        self._audio = Audio(ms=0, silent=True)
        self._filler_until_ms = 0.0
        self._not_before_ms = 0.0
        self._speaking = self._refilled = self._dry = False
        self._start_timer: Timer | None = None
        self._timers: list[Timer] = []
        self.starts_ms: float | None = None
        """When the reply begins; None: not known yet."""
        self.heard = False
        """Has anything of it sounded?"""

    @property
    def ends_ms(self) -> float | None:
        """When the reply has been played out; None: not known yet."""
        return None if self.starts_ms is None else self.starts_ms + self._audio.ms

    def commit(self) -> None:
        """The turn is over: from now on the user waits, and a filler may be due."""
        after_ms = self._settings.filler.after_ms
        if after_ms is not None:
            self._at(self._clock.now + after_ms, Priority.FILLER, self._fill)

    def ask(self) -> None:
        """The application has done its own work: the reply may be spoken."""
        self._gate.has("ask")

    def load(self, audio: Audio) -> None:
        """The first of the audio is here, or it is sure that none will come."""
        self._audio = audio
        self._gate.has("audio")

    def refill(self) -> None:
        """The second piece of the audio is here."""
        self._refilled = True
        if self._dry:
            self._note(Kind.AGENT_ON)

    def hold_back(self, until_ms: float) -> None:
        """Nothing sounds before this moment."""
        self._not_before_ms = until_ms

    def stop(self) -> None:
        """Nothing more is played."""
        for timer in self._timers:
            timer.cancel()
        if self.heard and (self.ends_ms is None or self.ends_ms > self._clock.now):
            self._note(Kind.AGENT_STOPS)

    def _make_ready(self) -> None:
        """Wait for the floor and for what no stage explains, hold the prebuffer back, begin."""
        self._note(Kind.AGENT_READY)
        floor_ms = max(self._clock.now, self._floor_ms)
        self._at(floor_ms, Priority.ANSWER, lambda: self._note(Kind.AGENT_FLOOR))
        self._start_at(floor_ms + self._other_ms + self._settings.playout.prebuffer_ms)

    def _start_at(self, when_ms: float) -> None:
        if self._start_timer is not None:
            self._start_timer.cancel()
        self.starts_ms = max(when_ms, self._filler_until_ms)
        self._start_timer = self._at(self.starts_ms, Priority.SOUND, self._start)

    def _fill(self) -> None:
        """The reply is not playing yet: say something meanwhile. The reply waits for the end of it."""
        if self._speaking:
            return
        if self._clock.now < self._not_before_ms:
            self._at(self._not_before_ms, Priority.SOUND, self._fill)
            return
        ms = self._settings.filler.ms
        self._note(Kind.AGENT_FILLER, value=ms)
        self._sound()
        self._filler_until_ms = self._clock.now + ms
        if self.starts_ms is not None:
            self._start_at(self.starts_ms)

    def _start(self) -> None:
        if self._clock.now < self._not_before_ms:
            self._start_timer = self._at(self._not_before_ms, Priority.SOUND, self._start)
            return
        self._speaking = True
        audio, now = self._audio, self._clock.now
        if audio.silent:
            self._note(Kind.AGENT_SILENT)
            return
        self._note(Kind.AGENT_SPEAKS, value=audio.ms)
        self._sound()
        if audio.first_ms is not None:
            self._at(now + audio.first_ms, Priority.END, self._run_dry)
        if not self._last:
            self._at(now + audio.ms, Priority.END, lambda: self._note(Kind.AGENT_DONE))

    def _sound(self) -> None:
        """What has been played is on its way: stopping the agent does not take it back."""
        self.heard = True
        self._clock.at(self._clock.now + self._down_ms, Priority.ANSWER, lambda: self._note(Kind.USER_HEARS))

    def _run_dry(self) -> None:
        """The first piece has been played; until the second is here there is a gap."""
        if not self._refilled:
            self._dry = True
            self._note(Kind.AGENT_DRY)

    def _at(self, when_ms: float, priority: Priority, action: Callable[[], object]) -> Timer:
        timer = self._clock.at(when_ms, priority, action)
        self._timers.append(timer)
        return timer
