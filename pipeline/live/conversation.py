"""A live conversation: turns, replies, and what the user says over them.

What the user says before a reply sounds, or within the grace of its first sound, is the same turn going on; later it
meets the rules of barge-in (timing model, sections 4 to 6).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.importers.importer import GRACE_MS
from pipeline.importers.observed.timeline import Final
from pipeline.live.barge_in import LiveBargeIn
from pipeline.live.context import Context
from pipeline.live.reply import LiveReply
from pipeline.live.turn import LiveTurn
from stages.clock import Clock, Priority, Timer


@dataclass
class _Overlap:
    """Sound over the agent."""

    began_ms: float
    detector: LiveBargeIn
    over_ms: float | None = None
    """When it ended."""
    text: str = ""
    final: bool = False
    turn: LiveTurn | None = None
    """The turn that it became."""
    paused: bool = False
    resumes: Timer | None = None


@dataclass(frozen=True)
class _Part:
    """Where the transcript of a stretch of speech belongs."""

    turn: LiveTurn | None
    place: int
    overlap: _Overlap | None


class Conversation:
    """Takes what is heard, and speaks."""

    def __init__(self, context: Context, idle: Callable[[], object] = lambda: None) -> None:
        """`idle` is called whenever the agent has nothing more to say and waits for nothing."""
        self._context, self._idle = context, idle
        self._clock, self._settings, self._notes = context.clock, context.settings, context.notes
        self._turn: LiveTurn | None = None
        self._talking: LiveReply | None = None
        """The reply that is being listened to."""
        self._overlap: _Overlap | None = None
        self._speaking = False
        self._parts: list[_Part] = []
        """A stretch of speech each."""
        self._spoken = 0
        """How many replies were listened to."""
        self._started_ms = 0.0

    @property
    def clock(self) -> Clock:
        """The clock of the session."""
        return self._clock

    @property
    def waits(self) -> bool:
        """Whether nothing is under way: nobody speaks, and no reply is to come."""
        return not self._speaking and self._talking is None and self._turn is None

    # What is heard.

    def speech(self, sound_ms: float) -> int:
        """The VAD hears speech, whose sound began at `sound_ms`; the number of this stretch of speech."""
        self._speaking = True
        self._notes.speech_began(self._clock.now, sound_ms)
        if self._turn is not None:
            self._turn.speech()
        elif self._talking is not None:
            guard_ms = self._guard_ms()
            detector = LiveBargeIn(self._clock, self._settings, guard_ms, self._detected)
            self._overlap = _Overlap(sound_ms, detector)
            self._parts.append(_Part(None, 0, self._overlap))
            return len(self._parts) - 1
        else:
            self._turn = self._new_turn(sound_ms)
        self._overlap = None
        self._parts.append(_Part(self._turn, self._turn.place if self._turn else 0, None))
        return len(self._parts) - 1

    def quiet(self, sound_ms: float) -> None:
        """The VAD hears silence; the sound before it ended at `sound_ms`."""
        self._speaking = False
        self._notes.speech_paused(self._clock.now, sound_ms)
        overlap = self._overlap
        if overlap is not None and overlap.turn is None:
            self._overlap_over(overlap, sound_ms)
        elif self._turn is not None:
            self._turn.quiet(sound_ms)

    def interim(self, stretch: int, text: str) -> None:
        """An interim transcript of this stretch."""
        self._notes.add("interims", Final(self._clock.now, len(text.split())))
        self._transcribed(self._parts[stretch], text, final=False)

    def final(self, stretch: int, text: str) -> None:
        """The final one."""
        self._notes.add("finals", Final(self._clock.now, len(text.split())))
        self._transcribed(self._parts[stretch], text, final=True)

    def end(self) -> None:
        """The call is over: everything that is under way is cancelled."""
        for reply in (self._talking, self._turn.last_reply if self._turn else None):
            if reply is not None:
                reply.withdraw()

    def _transcribed(self, part: _Part, text: str, final: bool) -> None:
        overlap = part.overlap
        turn = part.turn if overlap is None else overlap.turn
        if turn is not None:
            (turn.final if final else turn.interim)(part.place, text)
        elif overlap is not None:
            overlap.text, overlap.final = text, final
            overlap.detector.transcript(text, final)
            self._take_words(overlap)

    # Turns and their replies.

    def _new_turn(self, sound_ms: float) -> LiveTurn:
        return LiveTurn(self._context, sound_ms, sounds=self._sounds, over=self._over, settled=self._settle)

    def _sounds(self, reply: LiveReply) -> None:
        """A reply begins to sound: after the grace it is being listened to."""
        now = self._clock.now
        if not reply.playout.begun:
            self._notes.filler_began(now)
            return
        self._started_ms = now
        self._notes.agent_began(now, reply.name)
        if reply is not self._talking:
            self._clock.at(now + GRACE_MS, Priority.END, lambda: self._listened_to(reply))

    def _over(self, reply: LiveReply) -> None:
        """The agent falls silent."""
        self._notes.agent_stopped(self._clock.now, reply.playout.finished)

    def _settle(self, reply: LiveReply) -> None:
        """Nothing more comes of this reply."""
        if reply is self._talking:
            self._talking = None
            self._remember(reply)
        else:
            self._listened_to(reply)
        if self.waits:
            self._idle()

    def _listened_to(self, reply: LiveReply) -> None:
        """The turn is over, unless the user has gone on."""
        turn = self._turn
        if turn is None or turn.last_reply is not reply or self._speaking:
            return
        turn.close()
        self._turn = None
        self._spoken += 1
        if reply.is_over:
            self._remember(reply)
        else:
            self._talking = reply

    def _remember(self, reply: LiveReply) -> None:
        self._context.said.turns += [reply.said] if reply.said else []

    # What is said over the agent.

    def _guard_ms(self) -> float:
        """Nothing stops the agent before this."""
        rules = self._settings.barge_in
        first_ms = rules.guard_first_ms if self._spoken == 1 else 0
        return self._started_ms + max(rules.guard_ms, first_ms)

    def _detected(self) -> None:
        """Enough voice or words: the agent falls silent, for good or until it turns out to be nothing."""
        overlap, reply, rules = self._overlap, self._talking, self._settings.barge_in
        if overlap is None or reply is None or rules.mode != "interrupt":
            return
        if rules.resume_ms is None or overlap.detector.words >= overlap.detector.need:
            self._give_way(overlap)
        else:
            overlap.paused = True
            reply.playout.pause()
            self._resume_later(overlap)

    def _give_way(self, overlap: _Overlap) -> None:
        """The user has the floor: what is said over the reply is a turn."""
        reply, self._talking = self._talking, None
        if reply is not None:
            reply.withdraw()
            self._remember(reply)
        self._become_turn(overlap)

    def _become_turn(self, overlap: _Overlap) -> None:
        if overlap.resumes is not None:
            overlap.resumes.cancel()
        overlap.turn = self._turn = self._new_turn(overlap.began_ms)
        if overlap.text:
            (self._turn.final if overlap.final else self._turn.interim)(0, overlap.text)
        if overlap.over_ms is not None:
            self._turn.quiet(overlap.over_ms)

    def _overlap_over(self, overlap: _Overlap, sound_ms: float) -> None:
        overlap.over_ms = sound_ms
        overlap.detector.quiet()
        silence_ms = self._settings.vad.silence_ms
        self._clock.at(self._clock.now + silence_ms, Priority.VAD, self._report)
        if self._talking is None:
            self._become_turn(overlap)
        elif overlap.paused:
            self._resume_later(overlap)

    def _report(self) -> None:
        """The silence after a sound over the agent has lasted."""
        if not self._speaking:
            self._notes.speech_ended(self._clock.now)

    def _resume_later(self, overlap: _Overlap) -> None:
        """Without words behind it the agent goes on, once the silence after it was reported and has lasted."""
        resume_ms = self._settings.barge_in.resume_ms
        if overlap.over_ms is not None and resume_ms is not None:
            when_ms = self._clock.now + self._settings.vad.silence_ms + resume_ms
            overlap.resumes = self._clock.at(when_ms, Priority.SOUND, lambda: self._resume(overlap))

    def _resume(self, overlap: _Overlap) -> None:
        if self._talking is not None and overlap.paused:
            overlap.paused = False
            self._talking.playout.resume()

    def _take_words(self, overlap: _Overlap) -> None:
        """Words have come of what was said over the agent."""
        enough = overlap.detector.words >= overlap.detector.need
        if overlap.paused and enough:
            self._give_way(overlap)
        elif self._settings.barge_in.mode == "append" and enough and overlap.final and overlap.over_ms is not None:
            self._become_turn(overlap)
