"""Which reply answers which utterance (timing model, section 6).

What the user says after a commit and before the reply is heard, or within the grace of its first sound, is the same
turn going on: the silence before it is a pause of that turn, the reply a premature one. Later it interrupts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec
from msgspec.structs import replace

from pipeline.importers.observed.timeline import Sound, Timeline, between, started_between

SOON_MS = 1000.0
"""An agent that talks on for this long after the user spoke was not stopped by it."""

DEAD_MS = 5000.0
"""Who speaks again after so long a silence without a reply speaks anew: the turn before was never answered."""

LATEST_MS = 60_000.0
"""What the agent says later is no answer to what was said before."""

NOISE_MS = 1000.0
"""Sound without words is a part of the speech that follows sooner."""

STRAGGLER_MS = 1000.0
"""A transcript that comes this long after a stretch of speech may still be of its words."""


class Exchange(msgspec.Struct, frozen=True):
    """An utterance, in one or more stretches of speech, and the reply that was listened to."""

    utterance: tuple[Sound, ...]
    reply: Sound | None
    """None: it was never answered."""
    premature: tuple[Sound, ...] = ()
    """Replies that began before the user was done."""
    over: tuple[tuple[Sound, bool], ...] = ()
    """What the user said over the reply, and whether it stopped the agent."""
    index: int = 0
    """How often the agent had spoken before."""
    graced: bool = False
    """Speech within the grace of a reply's first sound is taken for this turn going on."""

    @property
    def start(self) -> float:
        """When the user's speech begins."""
        return self.utterance[0].start

    @property
    def end(self) -> float:
        """When it ends: with the last stretch, at the latest when the reply begins."""
        last = self.utterance[-1]
        bound = last.start if self.reply is None else self.reply.start
        return bound if last.end is None else last.end


@dataclass
class _Open:
    """An utterance that waits for its reply."""

    utterance: list[Sound] = field(default_factory=list)
    premature: list[Sound] = field(default_factory=list)
    graced: bool = False


def exchanges(timeline: Timeline, grace_ms: float) -> Iterator[Exchange]:
    """The exchanges of a session, in order."""
    held: Exchange | None = None
    for one in _exchanges(timeline, grace_ms):
        if isinstance(one, Sound):
            held = _restarted(timeline, held, one)
            continue
        if held is not None:
            yield held
        held = one
    if held is not None:
        yield held


def _exchanges(timeline: Timeline, grace_ms: float) -> Iterator[Exchange | Sound]:
    """The exchanges in order, and between them replies that no speech came before."""
    waiting, heard, spoken = _Open(), 0, 0
    user = timeline.speech
    for reply in replies(timeline):
        while heard < len(user) and user[heard].start < reply.start:
            if waiting.utterance and _was_noise(timeline, waiting, user[heard]):
                waiting = _Open(premature=waiting.premature)
            elif waiting.utterance and _given_up(timeline, waiting, user[heard]):
                yield Exchange(tuple(waiting.utterance), None, tuple(waiting.premature), index=spoken)
                waiting = _Open()
            waiting.utterance.append(user[heard])
            heard += 1
        if waiting.utterance and _unanswered(timeline, waiting, reply.start):
            yield Exchange(tuple(waiting.utterance), None, tuple(waiting.premature), index=spoken)
            waiting = _Open()
        index, spoken = spoken - len(waiting.premature), spoken + 1
        if not waiting.utterance:
            yield reply  # a greeting, speech that nobody asked for, or the answer to a late transcript
            continue
        later = _during(user, heard, reply)
        if goes_on := _goes_on(waiting, reply, later, grace_ms):
            waiting.premature.append(reply)
            waiting.graced |= goes_on == "grace"
            continue
        over = tuple((sound, stopped_by(sound, reply)) for sound in later)
        yield Exchange(tuple(waiting.utterance), reply, tuple(waiting.premature), over, index, waiting.graced)
        heard += len(later)
        waiting = _Open([sound for sound, stops in over if stops and not _wordless(timeline, sound)])
    rest = waiting.utterance + user[heard:]
    if rest:
        yield Exchange(tuple(rest), None, tuple(waiting.premature), index=spoken)


def _restarted(timeline: Timeline, held: Exchange | None, reply: Sound) -> Exchange | None:
    """The exchange with this reply, where a late final transcript ended the one before and committed the turn again."""
    if held is None or held.reply is None or held.over:
        return held
    since = held.reply.start
    heard = bool(between(timeline.finals, since, reply.start))
    committed = bool(between(timeline.commits, since, reply.start))
    if not (heard and committed) or reply.start - since > DEAD_MS:
        return held
    return replace(held, reply=reply, premature=(*held.premature, held.reply))


def replies(timeline: Timeline) -> Iterator[Sound]:
    """The agent's sound, a reply at a time: stretches of one name, or with no word of the user between, are one."""
    held: Sound | None = None
    for sound in timeline.agent:
        if held and _same_reply(timeline, held, sound):
            held = replace(held, end=sound.end, whole=sound.whole)
            continue
        if held:
            yield held
        held = sound
    if held:
        yield held


def _same_reply(timeline: Timeline, held: Sound, sound: Sound) -> bool:
    if held.reply is not None and sound.reply is not None:
        return held.reply == sound.reply
    if timeline.commits:
        return not between(timeline.commits, held.start, sound.start)
    return not started_between(timeline.speech, held.start, sound.start)


def _during(user: list[Sound], heard: int, reply: Sound) -> list[Sound]:
    """The user's stretches that begin while the reply sounds."""
    end = reply.start if reply.end is None else reply.end
    until = heard
    while until < len(user) and user[until].start < end:
        until += 1
    return user[heard:until]


def _was_noise(timeline: Timeline, waiting: _Open, spoken: Sound) -> bool:
    """Whether what was heard until now had no words and was never taken for a turn: nobody spoke."""
    if not timeline.finals or not timeline.commits:
        return False
    begin, end = waiting.utterance[0].start, waiting.utterance[-1].end
    if end is None or spoken.start - end < NOISE_MS:
        return False
    return not between(timeline.finals, begin, spoken.start) and not between(timeline.commits, begin, spoken.start)


def _wordless(timeline: Timeline, sound: Sound) -> bool:
    """Whether transcripts are known, and none is of this stretch."""
    end = sound.start if sound.end is None else sound.end
    return bool(timeline.finals) and not between(timeline.finals, sound.start, end + STRAGGLER_MS)


def _given_up(timeline: Timeline, waiting: _Open, spoken: Sound) -> bool:
    """Whether the user waited so long for a reply that what is said now is said anew."""
    end = waiting.utterance[-1].end
    if end is None or spoken.start - end < DEAD_MS:
        return False
    return _is_heard(timeline) or bool(between(timeline.commits, end, spoken.start))


def _unanswered(timeline: Timeline, waiting: _Open, start: float) -> bool:
    """Whether what the agent says so long after the user is no answer any more, in a source that was only heard."""
    end = waiting.utterance[-1].end
    return _is_heard(timeline) and end is not None and start - end > LATEST_MS


def _is_heard(timeline: Timeline) -> bool:
    """Whether speech alone is known: what the agent did in between, and whether it did anything, is not logged."""
    return not (timeline.commits or timeline.finals or timeline.requests)


def _goes_on(waiting: _Open, reply: Sound, later: list[Sound], grace_ms: float) -> str:
    """Why the user is taken to go on as if the reply had not begun; "" where not."""
    last = waiting.utterance[-1].end
    if last is not None and last > reply.start:
        return "speaking" if reply.end is None or last + SOON_MS > reply.end else ""
    if later and later[0].start < reply.start + grace_ms and stopped_by(later[0], reply):
        return "grace"
    return ""


def stopped_by(sound: Sound, reply: Sound) -> bool:
    """Whether the agent fell silent soon after the user spoke; one that was done meanwhile gives way too."""
    if reply.whole and reply.end is not None:
        return sound.end is None or sound.end > reply.end
    return reply.end is None or sound.end is None or reply.end < sound.end + SOON_MS
