"""A caller at a microphone and a loudspeaker: speaks as scripted, and notes what was heard and when."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol
from zlib import crc32

from scripts.staged.script import Scripted
from scripts.staged.sound import FRAME_MS, RATE, Samples, noise, speech

FRAME = RATE * FRAME_MS // 1000
REST_S = 0.9
"""So long both are silent before the next turn."""

ANSWERED_S = 4.0
"""So long the answer to an interruption is waited for."""

SOONER_MS = 80.0
"""A reply that is shorter than its script by so much was stopped."""

LONGEST_S = 14.0
"""A turn that lasts longer was not answered."""


def now() -> float:
    """Ms since 1970, as the frameworks count."""
    return time.time() * 1000


@dataclass
class Loudspeaker:
    """When sound came out of it."""

    sounds: list[list[float | None]] = field(default_factory=list)

    @property
    def plays(self) -> bool:
        return bool(self.sounds) and self.sounds[-1][1] is None

    def start(self) -> None:
        """Sound begins."""
        if not self.plays:
            self.sounds.append([now(), None])

    def stop(self) -> None:
        """Silence."""
        if self.plays:
            self.sounds[-1][1] = now()

    def since(self, at: float) -> list[list[float | None]]:
        """What sounds after this."""
        return [one for one in self.sounds if (one[1] or float("inf")) > at]


class Agent(Protocol):
    """The framework, as the caller meets it."""

    speaker: Loudspeaker
    commits: list[float]
    """When it took a turn for ended."""
    requests: list[float]
    """When the LLM was asked."""

    def hear(self, sound: Samples) -> None:
        """20 ms of the microphone."""

    def transcribe(self, text: str, final: bool) -> None:
        """The recogniser has this."""

    def expect(self, turn: Scripted) -> None:
        """The stages answer this turn from now on."""


@dataclass(frozen=True)
class Truth:
    """What happened in one turn, at the microphone and the loudspeaker; ms."""

    name: str
    kind: str
    end_ms: float
    pauses: tuple[tuple[float, float], ...]
    """Begin and length."""
    response_ms: float | None
    premature: int
    cut_off: bool
    requests: int
    interrupted: bool | None = None
    """What was said over the reply ended it sooner; None: nothing was said, or its length is not known."""
    failed: bool | None = None
    """No answer could be given; None: the agent does not tell."""


@dataclass
class Caller:
    """Speaks the turns of one session, one after the other."""

    agent: Agent
    turns: list[Scripted]
    seed: int = 0
    voice: Callable[[float, int], Samples] = speech
    """So much speech, from a place of the voice on."""
    rest_s: float = REST_S
    truths: list[Truth] = field(default_factory=list)
    _sounds: list[tuple[float, Samples]] = field(default_factory=list)
    _done: bool = False
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def speaks(self) -> bool:
        """Whether the microphone picks up speech, or soon will."""
        return bool(self._sounds)

    async def call(self) -> list[Truth]:
        """The whole call."""
        microphone = asyncio.create_task(self._microphone())
        await asyncio.sleep(1.0)
        for turn in self.turns:
            await self._turn(turn)
        self._done = True
        await microphone
        return self.truths

    async def _microphone(self) -> None:
        """A frame each 20 ms, by the clock."""
        begun, count = now(), 0
        while not self._done:
            start = begun + count * FRAME_MS
            self.agent.hear(self._frame(start, count))
            count += 1
            await asyncio.sleep(max(begun + (count + 1) * FRAME_MS - now(), 0) / 1000)

    def _frame(self, start: float, count: int) -> Samples:
        sound = noise(FRAME, self.seed * 100_003 + count)
        for begin, voice in self._sounds:
            offset = round((start - begin) * RATE / 1000)
            low, high = max(offset, 0), min(offset + FRAME, len(voice))
            if low < high:
                sound[low - offset : high - offset] += voice[low:high]
        self._sounds = [one for one in self._sounds if one[0] + len(one[1]) * 1000 / RATE > start]
        return sound

    def _speak(self, at: float, ms: float, name: str) -> None:
        """Have the microphone pick up speech from then on: under one name always the same."""
        self._sounds.append((at, self.voice(ms, crc32(name.encode()))))

    async def _turn(self, turn: Scripted) -> None:
        self.agent.expect(turn)
        begun = now() + 100
        commits, asked = len(self.agent.commits), len(self.agent.requests)
        failures: list[float] | None = getattr(self.agent, "failures", None)
        failed = len(failures or ())
        tasks = [asyncio.create_task(self._stretch(turn, begun, *one)) for one in turn.stretches()]
        end = begun + turn.end_ms
        await self._until(lambda: now() >= end, LONGEST_S)
        await self._until(lambda: self._answered(end) is not None, LONGEST_S)
        first = self._answered(end)
        own = self.agent.commits[commits:]
        self.truths.append(
            Truth(
                turn.name,
                turn.kind,
                turn.end_ms,
                tuple((one.at_ms, one.ms) for one in turn.pauses),
                None if first is None else first - end,
                sum(at < end for at in own),
                any((sound[0] or 0.0) < end for sound in self.agent.speaker.since(begun)),
                len(self.agent.requests) - asked,
                failed=None if failures is None else len(failures) > failed,
            )
        )
        if first is not None and turn.over is not None:
            place = len(self.truths) - 1
            await self._interrupt(turn, first)
            if getattr(self.agent, "speaks_script", True):
                self.truths[place] = replace(self.truths[place], interrupted=self._ended_sooner(turn, first))
        await self._silence()
        await asyncio.gather(*tasks)

    def _answered(self, end: float) -> float | None:
        """When sound began that goes on after the caller's end."""
        return next((one[0] for one in self.agent.speaker.since(end) if one[0] is not None and one[0] >= end), None)

    async def _stretch(self, turn: Scripted, begun: float, start: float, end: float) -> None:
        """Speak a stretch, and have it recognised."""
        self._speak(begun + start, end - start, f"{turn.name} {start:.0f}")
        count = turn.words(start, end)
        for word in range(1, count):
            await _at(begun + start + (end - start) * word / count + 150)
            if begun + start + (end - start) * word / count + 150 < begun + end:
                self.agent.transcribe(" ".join(["word"] * word), final=False)
        await _at(begun + end + turn.final_ms)
        self.agent.transcribe(" ".join(["word"] * count), final=True)

    async def _interrupt(self, turn: Scripted, first: float) -> None:
        """Speak over the reply, and wait for the answer to that, if there is one: a turn of its own."""
        at, ms, words = turn.over or (0.0, 0.0, 0)
        begun, commits = first + at, len(self.agent.commits)
        self._speak(begun, ms, f"{turn.name} over")
        await _at(begun + ms + turn.final_ms)
        self.agent.transcribe(" ".join(["word"] * words), final=True)
        await self._until(lambda: len(self.agent.commits) > commits, ANSWERED_S)
        if len(self.agent.commits) == commits:
            return
        end = begun + ms
        await self._until(lambda: self._answered(end) is not None, ANSWERED_S)
        answered = self._answered(end)
        heard = None if answered is None else answered - end
        self.truths.append(Truth(f"{turn.name}-over", "over", ms, (), heard, 0, False, 1))

    def _ended_sooner(self, turn: Scripted, first: float) -> bool:
        """Whether the reply that began then was not played to its scripted end."""
        ends = [one[1] for one in self.agent.speaker.sounds if one[0] == first]
        whole = turn.reply_words * turn.word_ms
        return bool(ends) and ends[0] is not None and ends[0] - first < whole - SOONER_MS

    async def _silence(self) -> None:
        """Wait until both were silent for a while."""
        quiet = now()
        until = now() + LONGEST_S * 1000
        while now() < until and now() - quiet < self.rest_s * 1000:
            if self.agent.speaker.plays or self.speaks:
                quiet = now()
            await asyncio.sleep(0.02)

    async def _until(self, is_so: Callable[[], bool], longest_s: float) -> None:
        until = now() + longest_s * 1000
        while not is_so() and now() < until:
            await asyncio.sleep(0.005)


async def _at(moment: float) -> None:
    await asyncio.sleep(max(moment - now(), 0) / 1000)
