"""A reply on trial: begun at the final transcript of earlier words, while later ones are still to come (section 4)."""

from __future__ import annotations

from dataclasses import replace

from pipeline.streaming.ensemble import Ensemble
from pipeline.streaming.events import Kind
from pipeline.streaming.reply import Reply
from stages.silence import Silence


class Trial:
    """It counts only if the turn is committed on these words; until then it is off the record."""

    def __init__(self, silence: Silence, number: int, floor_ms: float, play: Ensemble) -> None:
        """Begin the reply; `number` and `floor_ms` as for any."""
        self.begun_ms = play.clock.now
        self._main, self._aside, self._pause = play.record, play.record.aside(), silence.place
        self._reply = Reply(number, silence, replace(play, record=self._aside), floor_ms)
        self._aside(Kind.REPLY_PREEMPTIVE, self._pause, number)
        self._reply.start()

    def drop(self) -> None:
        """Its words are not the turn: its requests are cancelled."""
        self._aside(Kind.REPLY_DROPPED, self._pause, self._reply.number)
        self._reply.drop()

    def count(self) -> Reply:
        """The reply, on the record from its beginning."""
        self._main.take(self._aside)
        return self._reply
