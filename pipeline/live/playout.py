"""Playout of a live reply: a filler, the floor, the prebuffer, gaps, pauses (timing model, section 4)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipeline.live.speaker import Speaker
from pipeline.streaming.events import Kind
from pipeline.streaming.gate import Gate
from pipeline.streaming.playout import Note
from stages.arrays import Samples
from stages.clock import Clock, Priority, Timer
from stages.settings import Settings


class Floor:
    """Who speaks: the next reply waits until the one before has been played out."""

    def __init__(self) -> None:
        self._held: set[object] = set()
        self._waiting: list[tuple[object, Callable[[], object]]] = []

    def take(self, holder: object) -> None:
        """It sounds."""
        self._held.add(holder)

    def give(self, holder: object) -> None:
        """It is over."""
        self._held.discard(holder)
        waiting, self._waiting = self._waiting, []
        for who, action in waiting:
            self.when_free(who, action)

    def when_free(self, who: object, action: Callable[[], object]) -> None:
        """Calls `action` once nobody else speaks, at once where nobody does."""
        if self._held - {who}:
            self._waiting.append((who, action))
        else:
            action()


class LivePlayout:
    """Plays one reply once some of it is there, the LLM might be asked and the floor is free."""

    def __init__(
        self,
        clock: Clock,
        settings: Settings,
        speaker: Speaker,
        floor: Floor,
        filler: Samples,
        note: Note,
        *,
        sounds: Callable[[], object],
        over: Callable[[], object],
    ) -> None:
        """`sounds` is called whenever sound begins, `over` whenever the agent falls silent."""
        self._clock, self._settings, self._speaker, self._floor = clock, settings, speaker, floor
        self._filler, self._note, self._sounds, self._over = filler, note, sounds, over
        self._gate = Gate("ask", "audio", opened=self._make_ready)
        self._held: list[Samples] = []
        """What is not given to the loudspeaker yet."""
        self._whole = self._silent = self._begun = self._stopped = self._paused = self._kept_back = False
        self._due = self._dry = False
        self._filler_until_ms = 0.0
        self._filler_timer: Timer | None = None
        self._timers: list[Timer] = []
        self._end: Timer | None = None
        self.heard = False
        """Has anything of it sounded?"""
        self.finished = False
        """Has it been played out, or is there nothing to play?"""

    @property
    def begun(self) -> bool:
        """Does the reply itself, and not a filler alone, sound?"""
        return self._begun

    def commit(self) -> None:
        """From now on the user waits, and a filler may be due."""
        after_ms = self._settings.filler.after_ms
        if after_ms is not None:
            self._filler_timer = self._at(self._clock.now + after_ms, Priority.FILLER, self._fill)

    def ask(self) -> None:
        """The application has done its own work: the reply may be spoken."""
        self._gate.has("ask")

    def load(self, *, silent: bool = False) -> None:
        """The first of the audio is here; `silent`: it is sure that none will come."""
        self._silent = silent
        self._gate.has("audio")

    def push(self, samples: Samples) -> None:
        """More of the audio."""
        self._held.append(samples)
        if self._begun and not self._paused:
            self._play()

    def finish(self) -> None:
        """No more audio will come."""
        self._whole = True
        if self._begun and not self._paused:
            self._time_the_end()

    def stop(self) -> None:
        """Nothing more is played."""
        for timer in self._timers:
            timer.cancel()
        self._cancel_end()
        if self._stopped:
            return
        self._stopped = True
        if self.heard and not self.finished and not self._paused:
            self._speaker.stop()
            self._note(Kind.AGENT_STOPS)
            self._over()
        self._floor.give(self)

    def pause(self) -> None:
        """Fall silent, and keep what is left."""
        self._paused = True
        self._cancel_end()
        self._held.insert(0, self._speaker.stop())
        self._note(Kind.AGENT_STOPS)
        self._over()

    def resume(self) -> None:
        """Go on where it was paused."""
        if self._paused and not self._stopped:
            self._paused = False
            self._note(Kind.AGENT_RESUMES)
            self._sounds()
            self._play()

    def keep_back(self) -> None:
        """Nothing sounds until it is let go."""
        self._kept_back = True

    def let_go(self) -> None:
        """Sound may begin."""
        self._kept_back = False
        if self._due:
            self._start()

    def _make_ready(self) -> None:
        self._note(Kind.AGENT_READY)
        self._floor.when_free(self, self._take_floor)

    def _take_floor(self) -> None:
        if self._stopped:
            return
        self._note(Kind.AGENT_FLOOR)
        self._start_at(self._clock.now + self._settings.playout.prebuffer_ms)

    def _start_at(self, when_ms: float) -> None:
        if not self._stopped:
            self._at(max(when_ms, self._filler_until_ms), Priority.SOUND, self._start)

    def _fill(self) -> None:
        """The reply is not playing yet: say something meanwhile, and the reply waits for the end of it."""
        ms = self._settings.filler.ms
        if self._begun or self.finished or self._stopped or self._kept_back or not ms:
            return
        self._note(Kind.AGENT_FILLER, value=ms)
        self._filler_until_ms = self._clock.now + ms
        self._sound()
        self._speaker.play(self._filler)
        self._at(self._filler_until_ms, Priority.END, self._filled)

    def _filled(self) -> None:
        if not self._begun:
            self._over()

    def _start(self) -> None:
        if self._stopped or self._begun:
            return
        if self._clock.now < self._filler_until_ms:
            self._start_at(self._filler_until_ms)
            return
        if self._kept_back:
            self._due = True
            return
        if self._silent:
            self._note(Kind.AGENT_SILENT)
            self._finish()
            return
        self._begun = True
        self._note(Kind.AGENT_SPEAKS)
        self._sound()
        self._play()

    def _sound(self) -> None:
        self.heard = True
        self._floor.take(self)
        self._sounds()

    def _play(self) -> None:
        """Give the loudspeaker what there is."""
        if self._dry and self._held:
            self._dry = False
            self._note(Kind.AGENT_ON)
        if self._held:
            held, self._held = np.concatenate(self._held), []
            self._speaker.play(held)
        self._time_the_end()

    def _time_the_end(self) -> None:
        self._cancel_end()
        self._end = self._clock.at(self._speaker.free_ms - self._offset_ms, Priority.END, self._ran_out)

    @property
    def _offset_ms(self) -> float:
        """The clock of the loudspeaker is that of the conversation; ours may be that of a turn."""
        return getattr(self._clock, "origin_ms", 0.0)

    def _ran_out(self) -> None:
        """All that came has been played."""
        if self._whole:
            self._finish()
        elif not self._dry:
            self._dry = True
            self._note(Kind.AGENT_DRY)

    def _finish(self) -> None:
        self.finished = True
        if self.heard and not self._silent:
            self._note(Kind.AGENT_DONE)
        self._over()
        self._floor.give(self)

    def _cancel_end(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None

    def _at(self, when_ms: float, priority: Priority, action: Callable[[], object]) -> Timer:
        timer = self._clock.at(when_ms, priority, action)
        self._timers.append(timer)
        return timer
