"""From messages with their times to the exchanges in them, of a platform that logs what was said a message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import msgspec

from pipeline.importers.spoken_text import Tokens, tokens


class Said(msgspec.Struct, frozen=True, gc=False):
    """A message: of the user, the agent, or a tool's call or result. Times in ms; `end` None: not given."""

    side: str
    """user, agent, call or result."""
    start: float
    end: float | None = None
    text: str | None = None


class Took(msgspec.Struct, frozen=True, gc=False):
    """One exchange: the user's messages, and the agent's that follow."""

    index: int
    """How often the agent had spoken before."""
    at_ms: float
    speech_ms: float | None
    gap_ms: float | None
    """From the end of the user's last message to the begin of the agent's first; None: unknown, or they overlap."""
    tokens: Tokens | None
    ms_per_token: float | None
    tools_ms: tuple[float, ...] = ()
    last_said: str | None = None
    """The text of the user's last message."""


@dataclass
class _Open:
    """An exchange that is being read."""

    user: list[Said] = field(default_factory=list)
    agent: list[Said] = field(default_factory=list)
    tools_ms: list[float] = field(default_factory=list)
    called: float | None = None


def exchanges(messages: Iterable[Said]) -> list[Took]:
    """The exchanges in order; what the agent says before the user did, and what nothing answers, is none."""
    return list(_exchanges(messages))


def _exchanges(messages: Iterable[Said]) -> Iterator[Took]:
    held, spoken = _Open(), 0
    for one in messages:
        if one.side == "user":
            if held.agent:
                yield from _done(held, spoken)
                held, spoken = _Open(), spoken + 1
            held.user.append(one)
        elif one.side == "agent":
            held.agent.append(one)
        elif one.side == "call":
            held.called = one.start if held.called is None and not held.agent else held.called
        elif held.called is not None:
            held.tools_ms.append(max(one.start - held.called, 0.0))
            held.called = None
    yield from _done(held, spoken)


def _done(held: _Open, spoken: int) -> Iterator[Took]:
    if not held.user or not held.agent:
        return
    said = " ".join(one.text for one in held.agent if one.text)
    counted = tokens(said)
    first, last, reply = held.user[0], held.user[-1], held.agent[0]
    ended = last.end is not None and last.end >= first.start
    yield Took(
        index=spoken,
        at_ms=first.start,
        speech_ms=last.end - first.start if ended and last.end is not None else None,
        gap_ms=reply.start - last.end if ended and last.end is not None and reply.start >= last.end else None,
        tokens=counted,
        ms_per_token=_pace(held.agent, counted),
        tools_ms=tuple(held.tools_ms),
        last_said=last.text,
    )


def _pace(reply: list[Said], counted: Tokens | None) -> float | None:
    """Length of the agent's messages over the tokens of their text, where all have an end."""
    lengths = [one.end - one.start for one in reply if one.end is not None and one.end > one.start]
    if counted is None or not counted.reply or len(lengths) < len(reply):
        return None
    return sum(lengths) / counted.reply
