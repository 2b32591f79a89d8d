"""One live call: questions are spoken one after the other, and the conversation answers, in real time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.live.clock import RealClock
from pipeline.live.context import Context, Said
from pipeline.live.conversation import Conversation
from pipeline.live.ear import Ear
from pipeline.live.speaker import Tape
from stages.arrays import Samples
from stages.audio_models.vad import RATE
from stages.settings import Settings
from turntempo.calling.parts import Parts
from turntempo.calling.recording import CallLog
from turntempo.calling.sound import FRAME, Loudspeaker, Question, microphone

FRAME_MS = FRAME * 1000 / RATE
FIRST_MS = 1_000.0
"""The first question is spoken so long after the call began."""

REST_MS = 1_000.0
"""Both are silent for so long before the next question."""

LATEST_MS = 45_000.0
"""A question without an answer is given up after so long."""


@dataclass(frozen=True)
class Spoken:
    """A question as it was spoken in a call, in ms of the call."""

    name: str
    at_ms: float
    end_ms: float


@dataclass(frozen=True)
class Called:
    """A call that is over."""

    label: str
    settings: Settings
    user: Samples
    agent: Samples
    spoken: tuple[Spoken, ...]
    log: CallLog
    ms: float


@dataclass
class _Microphone:
    """What the microphone picks up when: silence, and the questions."""

    questions: list[Question]
    held: list[tuple[float, Question]]

    def frame(self, at_ms: float) -> Samples:
        """The sound of a frame that begins then."""
        found = np.zeros(FRAME, np.float32)
        for begin, one in self.held[-1:]:
            offset = round((at_ms - begin) * RATE / 1000)
            low, high = max(offset, 0), min(offset + FRAME, len(one.samples))
            if low < high:
                found[low - offset : high - offset] = one.samples[low:high]
        return found


async def call(
    label: str,
    parts: Parts,
    settings: Settings,
    questions: Sequence[Question],
    recording: Path,
    *,
    prompt: str = "",
    aloud: bool = False,
    announce: Callable[[str], object] = lambda text: None,
) -> Called:
    """Speak the questions (without any: listen to the microphone until interrupted), and record what comes of it."""
    detector, recogniser = parts.detector(), parts.recogniser()  # they take time to load
    clock = RealClock()
    log = CallLog(recording, label, settings)
    with ExitStack() as held:
        tape = Tape(clock)
        if aloud:
            tape = loudspeaker = Loudspeaker(clock)
            held.enter_context(loudspeaker.playing())
        ears: list[Ear] = []
        context = Context(
            clock,
            settings,
            parts.stages,
            tape,
            log,
            Said(prompt),
            log.failed,
            heard_so_far=lambda since: ears[0].since(since),
            filler=parts.filler(settings),
            apology=parts.apology,
        )
        talk = Conversation(context, idle=log.flush)
        ears.append(Ear(clock, talk, detector, recogniser, log.window, log.failed))
        try:
            if questions:
                user, spoken = await _asked(clock, talk, ears[0], questions, announce)
            else:
                user, spoken = await _listened(ears[0], announce)
        finally:
            talk.end()
            await asyncio.sleep(0)
            log.close(clock.now)
    return Called(label, settings, user, tape.sound(clock.now), spoken, log, clock.now)


async def _asked(
    clock: RealClock, talk: Conversation, ear: Ear, questions: Sequence[Question], announce: Callable[[str], object]
) -> tuple[Samples, tuple[Spoken, ...]]:
    """A frame every 32 ms, by the clock."""
    source = _Microphone(list(questions), [])
    heard: list[Samples] = []
    quiet_ms, count, due_ms = clock.now, 0, FIRST_MS - REST_MS
    while True:
        start = count * FRAME_MS
        await asyncio.sleep(max(start + FRAME_MS - clock.now, 0) / 1000)
        over = not source.held or start > source.held[-1][0] + source.held[-1][1].ms
        given_up = bool(source.held) and start > source.held[-1][0] + source.held[-1][1].ms + LATEST_MS
        if not over or not (talk.waits or given_up):
            quiet_ms = start
        if over and start - quiet_ms >= REST_MS and start >= due_ms:
            if not source.questions:
                break
            one = source.questions.pop(0)
            source.held.append((start, one))
            announce(one.name)
        heard.append(source.frame(start))
        ear.hear(heard[-1])
        count += 1
    spoken = tuple(Spoken(one.name, begin, begin + one.ms) for begin, one in source.held)
    return np.concatenate(heard), spoken


async def _listened(ear: Ear, announce: Callable[[str], object]) -> tuple[Samples, tuple[Spoken, ...]]:
    """The microphone, until the call is interrupted."""
    heard: list[Samples] = []

    def take(samples: Samples) -> None:
        heard.append(samples)
        ear.hear(samples)

    with microphone(take):
        announce("microphone")
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
    return np.concatenate(heard) if heard else np.zeros(0, np.float32), ()
