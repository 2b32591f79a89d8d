"""Which reply answers which utterance, by the audio of the caller and of the agent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pipeline.importers.call_record.log import Audio, Log

SOON_MS = 1000
"""A caller who goes on within this time of a reply's start did not listen to it: the turn was not over (timing model,
section 6). An agent that goes on for this long after the caller spoke was not stopped by it."""


@dataclass(frozen=True)
class Exchange:
    """An utterance, in one or more stretches of audio, and the reply that was listened to."""

    utterance: tuple[Audio, ...]
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
        return self.utterance[0].start


@dataclass
class _Open:
    """An utterance that waits for its reply."""

    utterance: list[Audio] = field(default_factory=list)
    premature: list[Audio] = field(default_factory=list)


def exchanges(log: Log) -> Iterator[Exchange]:
    """The exchanges of a call, in order; speech that was never answered is noted as lost."""
    waiting, heard, place = _Open(), 0, 0
    replies = list(_replies(log))
    for reply in replies:
        while heard < len(log.caller) and log.caller[heard].start < reply.start:
            waiting.utterance.append(log.caller[heard])
            heard += 1
        if not waiting.utterance:
            continue
        later = [audio for audio in log.caller[heard:] if audio.start < (reply.end or reply.start)]
        if _cuts_in(log, waiting, reply, later):
            waiting.premature.append(reply)
        else:
            over = tuple((audio, not _listens_on(audio, reply)) for audio in later)
            yield Exchange(tuple(waiting.utterance), reply, tuple(waiting.premature), over, place)
            heard += sum(not takes for _, takes in over)
            waiting = _Open()
        place += 1
    unanswered = len(log.caller[heard:]) + len(waiting.utterance)
    if unanswered:
        log.note_lost(f"{unanswered} stretches of the caller's speech were never answered")


def _replies(log: Log) -> Iterator[Audio]:
    """The agent's audio; stretches with no word of the caller between them are one reply."""
    held: Audio | None = None
    for audio in log.agent:
        if held and not any(held.start <= spoken.start < audio.start for spoken in log.caller):
            held = replace(held, end=audio.end)
            continue
        if held:
            yield held
        held = audio
    if held:
        yield held


def _cuts_in(log: Log, waiting: _Open, reply: Audio, later: list[Audio]) -> bool:
    """Whether the caller goes on as if the reply had not begun."""
    if later and later[0].start < reply.start + SOON_MS and not _listens_on(later[0], reply):
        return True
    last, end = waiting.utterance[-1].end, reply.end
    if last is None or end is None or last <= reply.start + SOON_MS:
        return False
    return bool(log.between("transcript", reply.start + SOON_MS, min(last, end)))


def _listens_on(audio: Audio, reply: Audio) -> bool:
    """Whether the agent talked on after the caller spoke, and the caller let it."""
    return audio.end is not None and reply.end is not None and audio.end + SOON_MS <= reply.end
