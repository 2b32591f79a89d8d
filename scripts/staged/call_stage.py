"""Our own live pipeline, as a caller meets it: with scripted stages and ears, or with real ones on this machine."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.live.clock import RealClock
from pipeline.live.context import Context, Said, Stages
from pipeline.live.conversation import Conversation
from pipeline.live.ear import Ear
from pipeline.live.speaker import Tape
from scripts.staged.caller import Caller, Loudspeaker, now
from scripts.staged.script import Scripted
from scripts.staged.sound import Samples
from stages.errors import InputError
from stages.live.scripted import Answer, ScriptedLlm, ScriptedTools, ScriptedVoice, hum
from stages.settings import Settings
from turntempo.calling.parts import Parts, Wanted, opened, ready
from turntempo.calling.recording import CallLog, ExactLog

APOLOGY = hum(400)
PROMPT = "You are a helpful assistant. Answer in one short sentence."


class ExactCaller(Caller):
    """A caller whose speech begins and ends when the script says: there is no sound to be heard wrongly."""

    async def _microphone(self) -> None:
        while not self._done:
            await asyncio.sleep(0.05)

    def _speak(self, at: float, ms: float, name: str) -> None:
        self._tasks.add(asyncio.get_running_loop().create_task(self._spoken(at, ms)))

    async def _spoken(self, at: float, ms: float) -> None:
        agent: Any = self.agent
        await asyncio.sleep(max(at - now(), 0) / 1000)
        agent.voice(at)
        await asyncio.sleep(max(at + ms - now(), 0) / 1000)
        agent.silence(at + ms)

    @property
    def speaks(self) -> bool:
        """Whether the microphone picks up speech, or soon will."""
        self._tasks = {task for task in self._tasks if not task.done()}
        return bool(self._tasks)


class _Notes:
    """Makes a log keep also what the caller is to know."""

    def __init__(self, agent: CallAgent, log: CallLog) -> None:
        self._agent, self._log = agent, log

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    def add(self, kind: str, event: Any) -> None:
        """An event."""
        if kind == "commits":
            self._agent.commits.append(now())
        if kind == "requests":
            gave_up = event.first is None and event.draws and event.draws[-1].ms >= self._agent.settings.llm.timeout_ms
            self._agent.failures += [now()] if gave_up else []
        self._log.add(kind, event)

    def agent_began(self, at: float, reply: str | None = None) -> None:
        """The agent's sound begins."""
        self._agent.speaker.start()
        self._log.agent_began(at, reply)

    def agent_stopped(self, at: float, whole: bool = False) -> None:
        """It ends."""
        self._agent.speaker.stop()
        self._log.agent_stopped(at, whole)


class CallAgent:
    """The conversation; `caller` is who may call it."""

    caller = Caller

    def __init__(self, settings: Settings, file: Path, name: str) -> None:
        self.speaker = Loudspeaker()
        self.commits: list[float] = []
        self.requests: list[float] = []
        self.failures: list[float] = []
        self.settings, self._file, self._name = settings, file, name

    def close(self) -> None:
        """The recording is written as the session ends."""

    def expect(self, turn: Scripted) -> None:
        """Real stages need no script."""

    def transcribe(self, text: str, final: bool) -> None:
        """A real recogniser hears by itself."""

    def hear(self, sound: Samples) -> None:
        """20 ms of the microphone."""

    @contextlib.asynccontextmanager
    async def _running(
        self, log: CallLog, stages: Stages, apology: Any, ears: list[Ear]
    ) -> AsyncIterator[Conversation]:
        clock = RealClock()
        self._origin = now() - clock.now
        notes: Any = _Notes(self, log)
        context = Context(
            clock,
            self.settings,
            stages,
            Tape(clock),
            notes,
            Said(PROMPT),
            log.failed,
            heard_so_far=lambda since: ears[0].since(since),
            apology=apology,
        )
        talk = Conversation(context, idle=log.flush)
        try:
            yield talk
        finally:
            talk.end()
            log.close(clock.now)


class ScriptedCall(CallAgent):
    """Scripted stages, and ears that hear at once."""

    caller = ExactCaller

    def __init__(self, settings: Settings, file: Path, name: str) -> None:
        super().__init__(settings, file, name)
        self._turn: Scripted | None = None
        self._stretch = -1
        self._silent: deque[int] = deque()
        """Stretches of speech whose final transcript is still to come."""
        self._llm = ScriptedLlm(self._answer)
        self.requests = self._llm.requests

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[CallAgent]:
        """While the session runs."""
        stages = Stages(self._llm, ScriptedVoice(self._answer), ScriptedTools(self._answer))
        log = ExactLog(self._file, self._name, self.settings)
        async with self._running(log, stages, APOLOGY, []) as self._talk:
            yield self

    def expect(self, turn: Scripted) -> None:
        """The stages answer this turn from now on."""
        self._turn = turn

    def voice(self, at: float) -> None:
        """The caller begins to speak."""
        self._stretch = self._talk.speech(at - self._origin)

    def silence(self, at: float) -> None:
        """The caller falls silent."""
        self._silent.append(self._stretch)
        self._talk.quiet(at - self._origin)

    def transcribe(self, text: str, final: bool) -> None:
        """The recogniser has this: a final transcript of the oldest stretch without one."""
        if final and self._silent:
            self._talk.final(self._silent.popleft(), text)
        elif not final and self._stretch >= 0:
            self._talk.interim(self._stretch, text)

    def _answer(self) -> Answer:
        turn = self._turn
        if turn is None:
            raise InputError("no turn was scripted")
        return Answer(tuple(turn.reply()), (turn.ttft_ms,), turn.token_ms, (turn.ttfb_ms,), turn.word_ms)


class LocalCall(CallAgent):
    """Silero, pocketsphinx, SmolLM2 and espeak-ng, as `turntempo call` has them."""

    speaks_script = False

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[CallAgent]:
        """While the session runs."""
        parts = await _parts(self.settings)
        log = CallLog(self._file, self._name, self.settings)
        ears: list[Ear] = []
        async with self._running(log, parts.stages, parts.apology, ears) as talk:
            clock = talk.clock
            ears.append(Ear(clock, talk, parts.detector(), parts.recogniser(), log.window, log.failed))
            self._ear = ears[0]
            self._origin = now() - clock.now
            yield self
        await parts.close()

    def hear(self, sound: Samples) -> None:
        """20 ms of the microphone."""
        self._ear.hear((sound / np.float32(32768)).astype(np.float32))


WANTED = Wanted(most_tokens=16)
_serving: dict[str, str] = {}


async def _parts(settings: Settings) -> Parts:
    return await opened(WANTED, _serving["address"], [settings])


@contextlib.contextmanager
def local_models() -> Iterator[None]:
    """While the language model of the local calls runs, one for all sessions."""
    with ready(WANTED, parallel=2) as address:
        _serving["address"] = address
        yield
