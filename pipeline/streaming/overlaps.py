"""While the agent talks: overlaps meet the reply, stop it, make it hiccup or go unheard (timing model, section 5)."""

from __future__ import annotations

from functools import partial

from pipeline.streaming.barge_in import BargeInDetector
from pipeline.streaming.ensemble import Ensemble
from pipeline.streaming.events import Kind
from stages.clock import Priority
from stages.turn import Overlap


class Listening:
    """Follows the reply that answers the turn, as the user hears it.

    Its clock starts as the user first hears the reply. Overlaps are taken one after the other, each as if the one
    before it had been dealt with: a hiccup may still last when the next one comes.
    """

    def __init__(self, pause: int, reply: int, starts_ms: float, play: Ensemble) -> None:
        """`starts_ms`: when the reply begins, on the server's clock."""
        self._pause, self._reply, self._play = pause, reply, play
        self._clock, self._world, self._settings = play.clock, play.world, play.settings
        self._record = play.record.since(starts_ms + play.world.down_ms)
        self._over_ms = play.world.reply_ms
        self._stopped = False

    def meets(self, overlap: Overlap) -> bool:
        """Is the user still hearing the reply when it begins?"""
        return not self._stopped and overlap.at_ms < self._over_ms

    def begin(self, number: int, overlap: Overlap) -> None:
        """Listen to one overlap; the rest comes as the clock runs."""
        self._clock.at(overlap.at_ms, Priority.USER, lambda: self._note(Kind.OVERLAP_BEGINS, number))
        self._clock.at(overlap.at_ms + overlap.ms, Priority.USER, lambda: self._note(Kind.OVERLAP_ENDS, number))
        detected = partial(self._detected, number, overlap)
        BargeInDetector(overlap, self._play, detected).begin()

    def close(self) -> None:
        """No overlap is left to come: the reply is played to its end, where nothing stopped it."""
        if not self._stopped:
            self._record.at(self._over_ms - self._world.down_ms, Kind.AGENT_DONE, self._pause, self._reply)
        self._record.at(self._over_ms, Kind.USER_HEARS_LAST, self._pause, self._reply)

    def _detected(self, number: int, overlap: Overlap, kind: Kind) -> None:
        self._note(kind, number)
        silent_ms = self._clock.now + self._world.down_ms
        if not self._may_stop(overlap) or silent_ms >= self._over_ms:
            self._note(Kind.OVERLAP_IGNORED, number)
            return
        self._note(Kind.AGENT_STOPS, number)
        self._clock.at(silent_ms, Priority.SOUND, lambda: self._note(Kind.USER_HEARS_STOP, number))
        resume_ms = self._settings.barge_in.resume_ms
        if overlap.kind == "interrupt" or resume_ms is None or overlap.words >= self._need:
            self._stopped, self._over_ms = True, silent_ms
        else:
            reported_ms = (
                overlap.at_ms + overlap.ms + self._world.turn.speech.release_ms + self._settings.vad.silence_ms
            )
            resumed = partial(self._resume, number, silent_ms)
            self._clock.at(reported_ms + resume_ms + self._world.up_ms, Priority.SOUND, resumed)

    def _resume(self, number: int, silent_ms: float) -> None:
        """No words were behind it: go on talking. The rest of the reply comes that much later."""
        self._note(Kind.AGENT_RESUMES, number)
        onward_ms = self._clock.now + self._world.down_ms
        self._clock.at(onward_ms, Priority.SOUND, lambda: self._note(Kind.USER_HEARS_ON, number))
        self._over_ms += onward_ms - silent_ms

    def _may_stop(self, overlap: Overlap) -> bool:
        rules = self._settings.barge_in
        threshold, score = rules.score_threshold, overlap.score
        return rules.mode == "interrupt" and (threshold is None or score is None or score >= threshold)

    @property
    def _need(self) -> int:
        """How many words make it more than a noise."""
        return max(1, self._settings.barge_in.min_words)

    def _note(self, kind: Kind, number: int) -> None:
        self._record(kind, self._pause, self._reply, number)
