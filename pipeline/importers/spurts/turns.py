"""From the turns of a conversation to turns of a recording: the next speaker's turn stands for the agent's reply."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.importers.spurts.floor import Conversation, FloorTurn, Spurt
from stages.turn import Overlap, Pause, Speech, Turn


@dataclass
class TurnMaker:
    """Makes turns of conversations, and counts what happens on the way."""

    min_pause_ms: float
    speakers: frozenset[str] | None
    """Whose turns are wanted; None: everybody's."""
    agent: str | None
    """The speaker who is a voice agent, whose replies are measured."""
    counts: Counter[str] = field(default_factory=Counter)

    def turns(self, name: str, conversation: Conversation) -> Iterator[Turn]:
        """The turns of one conversation, in order; a session is one speaker's part in it."""
        index: Counter[str] = Counter()
        spurts = {
            speaker: SpeakerSpurts(conversation, speaker) for speaker in {turn.speaker for turn in conversation.turns}
        }
        self.counts["spurts of one speaker that overlapped or touched and were joined"] += conversation.merged
        for rank, turn in enumerate(conversation.turns):
            if turn.speaker == self.agent or (self.speakers is not None and turn.speaker not in self.speakers):
                continue
            reply = conversation.turns[rank + 1] if rank + 1 < len(conversation.turns) else None
            yield self._turn(f"{name}-{rank:04d}", name, index[turn.speaker], turn, reply, spurts[turn.speaker])
            index[turn.speaker] += 1

    def _turn(
        self, id: str, name: str, index: int, turn: FloorTurn, reply: FloorTurn | None, spoken: SpeakerSpurts
    ) -> Turn:
        pauses = tuple(Pause(at_ms=at, ms=ms) for at, ms in turn.gaps(self.min_pause_ms))
        return Turn(
            schema="turntempo.turn/2",
            id=id,
            session=f"{name}-{turn.speaker}",
            index=index,
            speech=Speech(pauses=pauses, end_ms=round(turn.end - turn.start, 3)),
            overlaps=self._overlaps(reply, spoken) if reply else None,
            response_ms=self._response_ms(turn, reply),
        )

    def _overlaps(self, reply: FloorTurn, spoken: SpeakerSpurts) -> tuple[Overlap, ...]:
        """What this speaker says while the reply goes on."""
        return tuple(self._overlap(reply, spurt, takes) for spurt, takes in spoken.during(reply.start, reply.end))

    def _overlap(self, reply: FloorTurn, spurt: Spurt, takes: bool) -> Overlap:
        if not takes and not spurt.backchannel:
            self.counts["overlaps that took no floor and were not flagged: counted as backchannels"] += 1
        self.counts[f"overlaps: {'interrupt' if takes else 'backchannel'}"] += 1
        return Overlap(
            at_ms=round(spurt.start - reply.start, 3),
            ms=round(spurt.end - spurt.start, 3),
            kind="interrupt" if takes else "backchannel",
            words=min(spurt.words or 0, (1 << 15) - 1),
        )

    def _response_ms(self, turn: FloorTurn, reply: FloorTurn | None) -> float | None:
        if reply is None or reply.speaker != self.agent:
            return None
        if reply.start < turn.end:
            self.counts["replies that began before the turn's end: no response time"] += 1
            return None
        return round(reply.start - turn.end, 3)


class SpeakerSpurts:
    """All spurts of one speaker in a conversation, each with whether it takes the floor."""

    def __init__(self, conversation: Conversation, speaker: str) -> None:
        mine = [(spurt, True) for turn in conversation.turns if turn.speaker == speaker for spurt in turn.spurts]
        mine += [(spurt, False) for spurt in conversation.outside.get(speaker, [])]
        self.mine = sorted(mine, key=lambda one: one[0].start)
        self.starts = [spurt.start for spurt, _ in self.mine]

    def during(self, start: float, end: float) -> list[tuple[Spurt, bool]]:
        """The spurts that begin in this time, and whether each takes the floor."""
        return self.mine[bisect_left(self.starts, start) : bisect_left(self.starts, end)]
