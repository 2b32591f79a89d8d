"""Who answered whom: the caller's audio and the agent's, side by side, to utterances and replies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pipeline.importers.call_record.log import Audio, Log

SOON_MS = 1000
"""Who goes on this soon after a reply was first heard has not listened to it: the turn was not over (timing model,
section 6). An agent that goes on this long after the caller spoke was not stopped by it."""


@dataclass(frozen=True)
class Exchange:
    """An utterance, in one or more stretches of audio, and the reply that was listened to."""

    said: tuple[Audio, ...]
    reply: Audio
    premature: tuple[Audio, ...]
    """Replies that began before the caller was done."""
    over: tuple[tuple[Audio, bool], ...]
    """What the caller said over the reply, and whether it took the floor."""
    place: int
    """The reply's place among all of the agent's that answer something."""

    @property
    def start(self) -> float:
        """When the caller's audio begins."""
        return self.said[0].start


@dataclass
class _Open:
    """An utterance that waits for its reply."""

    said: list[Audio] = field(default_factory=list)
    premature: list[Audio] = field(default_factory=list)


def exchanges(log: Log) -> Iterator[Exchange]:
    """The exchanges of a call, in order; what was said and never answered is told as lost."""
    waiting, heard, place = _Open(), 0, 0
    replies = list(_replies(log))
    for reply in replies:
        while heard < len(log.caller) and log.caller[heard].start < reply.start:
            waiting.said.append(log.caller[heard])
            heard += 1
        if not waiting.said:
            continue
        later = [audio for audio in log.caller[heard:] if audio.start < (reply.end or reply.start)]
        if _cuts_in(log, waiting, reply, later):
            waiting.premature.append(reply)
        else:
            over = tuple((audio, not _listens_on(audio, reply)) for audio in later)
            yield Exchange(tuple(waiting.said), reply, tuple(waiting.premature), over, place)
            heard += sum(not takes for _, takes in over)
            waiting = _Open()
        place += 1
    unanswered = len(log.caller[heard:]) + len(waiting.said)
    if unanswered:
        log.lose(f"{unanswered} stretches of the caller's speech were never answered")


def _replies(log: Log) -> Iterator[Audio]:
    """The agent's audio; stretches with no word of the caller between them are one reply."""
    held: Audio | None = None
    for audio in log.agent:
        if held and not any(held.start <= said.start < audio.start for said in log.caller):
            held = replace(held, end=audio.end)
            continue
        if held:
            yield held
        held = audio
    if held:
        yield held


def _cuts_in(log: Log, waiting: _Open, reply: Audio, later: list[Audio]) -> bool:
    """Does the caller go on as if the reply had not begun?"""
    if later and later[0].start < reply.start + SOON_MS and not _listens_on(later[0], reply):
        return True
    last, end = waiting.said[-1].end, reply.end
    if last is None or end is None or last <= reply.start + SOON_MS:
        return False
    return bool(log.between("transcript", reply.start + SOON_MS, min(last, end)))


def _listens_on(audio: Audio, reply: Audio) -> bool:
    """Did the agent talk on after the caller spoke, and the caller let it?"""
    return audio.end is not None and reply.end is not None and audio.end + SOON_MS <= reply.end
