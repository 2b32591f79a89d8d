"""The streaming pipeline: one turn lived through, event by event, on a virtual clock (timing model, sections 3-5)."""

from __future__ import annotations

from itertools import pairwise

from pipeline.streaming.clock import VirtualClock
from pipeline.streaming.ensemble import modelled
from pipeline.streaming.events import Kind, Log
from pipeline.streaming.exchange import Exchange, Standing
from pipeline.streaming.overlaps import Listening
from pipeline.streaming.reply import ModelledReplies, Reply
from pipeline.streaming.world import World
from stages.settings import Settings
from stages.silence import Silence
from stages.turn import Turn


def run(turn: Turn, settings: Settings) -> Log:
    """All that happens in a complete turn under these settings; IncompleteTurn where a value is missing."""
    conversation = Conversation(World.of(turn), settings)
    reply = conversation.walk()
    if reply is not None:
        conversation.listen(reply)
    return conversation.log()


class Conversation:
    """One turn: a walk over the user's silences up to the reply that answers it, and what meets that reply."""

    def __init__(self, world: World, settings: Settings) -> None:
        self._world, self._settings = world, settings
        self._clock = VirtualClock()
        self._play = modelled(world, settings, self._clock)
        self._replies = ModelledReplies(self._play)
        self._standing = Standing()

    def walk(self) -> Reply | None:
        """The reply to the whole turn; None: the turn was lost.

        Exchange follows exchange, each lived to its end. One may reach beyond the start of the next, as where the VAD
        is slow to hear speech begin: the clock then steps back for it.
        """
        self._note_the_speech()
        silence: Silence | None = self._world.silences[0]
        reply = None
        while silence is not None:
            reply = self._exchange(silence)
            if silence.is_end:
                return reply
            silence = self._next(silence, reply)
        return None

    def listen(self, reply: Reply) -> None:
        """What the microphone picks up while the user hears the reply; a failed one meets nobody."""
        starts_ms, end = reply.talks_from_ms, len(self._world.silences) - 1
        if starts_ms is None:
            return
        listening = Listening(end, reply.number, starts_ms, self._play)
        for number, overlap in enumerate(self._world.turn.overlaps or ()):
            if listening.meets(overlap):
                listening.begin(number, overlap)
                self._clock.run()
        listening.close()

    def log(self) -> Log:
        """Everything that has happened."""
        return self._play.record.log(self._world)

    def _exchange(self, silence: Silence) -> Reply | None:
        """The premature reply, or the last one, that came of this silence."""
        exchange = Exchange(silence, self._standing, self._play, self._replies)
        exchange.begin()
        self._clock.run()
        return exchange.reply

    def _next(self, silence: Silence, reply: Reply | None) -> Silence | None:
        """The silence to go on with; a premature reply that is not interrupted holds the floor to its end."""
        after, mode = self._world.silences[silence.place + 1], self._settings.barge_in.mode
        floor_ms = None if reply is None or mode == "interrupt" else reply.floor_ms
        if floor_ms is None:
            return after
        self._standing.floor_ms = floor_ms
        return after if mode == "append" else self._drop_speech(silence, floor_ms)

    def _drop_speech(self, silence: Silence, floor_ms: float) -> Silence | None:
        """The first silence whose speech began when the floor was free; None: there is none, and the turn is lost."""
        self._standing.uncommitted.clear()
        for before, after in pairwise(self._world.silences[silence.place :]):
            if before.until_ms + self._world.up_ms >= floor_ms:
                return after
            self._play.record.at(before.until_ms + self._world.up_ms, Kind.TURN_DROPS, after.place)
        self._play.record.at(floor_ms, Kind.TURN_LOST, silence.place)
        return None

    def _note_the_speech(self) -> None:
        """What the user does, as the world has it."""
        self._play.record.at(0, Kind.USER_SPEAKS, 0)
        for silence in self._world.silences:
            if silence.is_end:
                self._play.record.at(silence.at_ms, Kind.USER_DONE, silence.place)
            else:
                self._play.record.at(silence.at_ms, Kind.USER_PAUSES, silence.place)
                self._play.record.at(silence.until_ms, Kind.USER_SPEAKS, silence.place + 1)
