"""A LiveKit `AgentSession`, unmodified, whose recogniser, LLM and voice are scripted; its VAD is LiveKit's own."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from livekit import rtc
from livekit.agents import Agent, AgentSession, APIConnectionError, APIConnectOptions, inference, llm, stt, tts
from livekit.agents.voice import io
from livekit.agents.voice.agent_session import SessionConnectOptions

from scripts.staged.caller import Loudspeaker, now
from scripts.staged.script import Scripted
from scripts.staged.sound import RATE, Samples, agents


class Microphone(io.AudioInput):
    """Frames as they are put in."""

    def __init__(self) -> None:
        super().__init__(label="microphone")
        self.frames: asyncio.Queue[Any] = asyncio.Queue()

    async def __anext__(self) -> Any:
        return await self.frames.get()


class Speaker(io.AudioOutput):
    """Plays in real time, and can pause; it notes when sound comes out."""

    def __init__(self, heard: Loudspeaker) -> None:
        super().__init__(label="speaker", capabilities=io.AudioOutputCapabilities(pause=True), sample_rate=RATE)
        self.heard = heard
        self.pushed = self.played = 0.0
        self.flushed = False
        self.paused = False
        self.task: asyncio.Task[None] | None = None

    async def capture_frame(self, frame: Any) -> None:
        """More audio to be played."""
        await super().capture_frame(frame)
        self.pushed += frame.duration * 1000
        if self.task is None:
            self.played, self.flushed = 0.0, False
            self.task = asyncio.create_task(self._play())

    def flush(self) -> None:
        """All audio of the segment is there."""
        super().flush()
        self.flushed = True

    def clear_buffer(self) -> None:
        """Stop now."""
        if self.task is not None:
            self.task.cancel()
            self._over(interrupted=True)

    def pause(self) -> None:
        """Be silent until `resume`."""
        super().pause()
        self.paused = True

    def resume(self) -> None:
        """Go on."""
        super().resume()
        self.paused = False

    async def _play(self) -> None:
        started, last = False, now()
        while not (self.flushed and self.played >= self.pushed):
            moment = now()
            if not self.paused and self.played < self.pushed:
                if not started:
                    started = True
                    self.on_playback_started(created_at=moment / 1000)
                elif self.heard.plays:
                    self.played += moment - last
                self.heard.start()
            else:
                self.heard.stop()
            last = moment
            await asyncio.sleep(0.005)
        self._over(interrupted=False)

    def _over(self, interrupted: bool) -> None:
        self.task = None
        self.heard.stop()
        played, self.pushed = min(self.played, self.pushed), 0.0
        self.on_playback_finished(playback_position=played / 1000, interrupted=interrupted)


class Recogniser(stt.STT):
    """Says what it is given."""

    def __init__(self) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=True, interim_results=True))
        self.events: asyncio.Queue[Any] = asyncio.Queue()

    async def _recognize_impl(self, buffer: Any, **named: Any) -> Any:
        raise NotImplementedError

    def stream(self, **named: Any) -> Any:
        """The only stream."""
        return _Recognised(stt=self, conn_options=APIConnectOptions())


class _Recognised(stt.RecognizeStream):
    async def _run(self) -> None:
        while True:
            text, final = await self._stt.events.get()
            kind = stt.SpeechEventType.FINAL_TRANSCRIPT if final else stt.SpeechEventType.INTERIM_TRANSCRIPT
            said = stt.SpeechData(language="en", text=text, confidence=1.0)
            self._event_ch.send_nowait(stt.SpeechEvent(type=kind, alternatives=[said]))


@dataclass
class Stages:
    """What the LLM and the voice do next."""

    turn: Scripted | None = None
    requests: list[float] = field(default_factory=list)
    failures: int = 0
    """How many of the next attempts of the LLM fail, each after 80 ms."""
    tool: bool = False
    """Whether the next answer calls the tool first."""

    @property
    def now(self) -> Scripted:
        """The turn that goes on."""
        if self.turn is None:
            raise RuntimeError("no turn was scripted")
        return self.turn


class Model(llm.LLM):
    """Answers with the scripted words."""

    def __init__(self, stages: Stages) -> None:
        super().__init__()
        self.stages = stages

    def chat(self, *, chat_ctx: Any, tools: Any = None, conn_options: Any = None, **named: Any) -> Any:
        """A request."""
        self.stages.requests.append(now())
        return _Answer(self, chat_ctx=chat_ctx, tools=tools or [], conn_options=conn_options or APIConnectOptions())


class _Answer(llm.LLMStream):
    async def _run(self) -> None:
        stages: Stages = self._llm.stages
        turn = stages.now
        if stages.failures:
            stages.failures -= 1
            await asyncio.sleep(0.08)
            raise APIConnectionError("scripted")
        name = uuid4().hex
        await asyncio.sleep(turn.ttft_ms / 1000)
        if stages.tool:
            stages.tool = False
            call = llm.FunctionToolCall(name="look_up", arguments="{}", call_id=name)
            self._send(name, llm.ChoiceDelta(role="assistant", tool_calls=[call]))
            return
        words, begun = turn.reply(), now()
        for place, word in enumerate(words):
            await asyncio.sleep(max(begun + place * turn.token_ms - now(), 0) / 1000)
            self._send(name, llm.ChoiceDelta(role="assistant", content=word))
        used = llm.CompletionUsage(completion_tokens=len(words), prompt_tokens=10, total_tokens=len(words) + 10)
        self._event_ch.send_nowait(llm.ChatChunk(id=name, usage=used))

    def _send(self, name: str, delta: Any) -> None:
        self._event_ch.send_nowait(llm.ChatChunk(id=name, delta=delta))


class Voice(tts.TTS):
    """Speaks a sentence a request, all its audio at once."""

    def __init__(self, stages: Stages) -> None:
        super().__init__(capabilities=tts.TTSCapabilities(streaming=False), sample_rate=RATE, num_channels=1)
        self.stages = stages

    def synthesize(self, text: str, *, conn_options: Any = None) -> Any:
        """A request."""
        return _Spoken(tts=self, input_text=text, conn_options=conn_options or APIConnectOptions())


class _Spoken(tts.ChunkedStream):
    async def _run(self, output_emitter: Any) -> None:
        turn = self._tts.stages.now
        await asyncio.sleep(turn.ttfb_ms / 1000)
        output_emitter.initialize(
            request_id=uuid4().hex, sample_rate=RATE, num_channels=1, mime_type="audio/pcm", frame_size_ms=50
        )
        samples = int(len(self.input_text.split()) * turn.word_ms * RATE / 1000)
        output_emitter.push(agents(samples))
        output_emitter.flush()


class _Talker(Agent):
    def __init__(self, commits: list[float], lead_ms: float, tools: list[Any]) -> None:
        super().__init__(instructions="answer", tools=tools)
        self._commits, self._lead_ms = commits, lead_ms

    async def on_user_turn_completed(self, turn_ctx: Any, new_message: Any) -> None:
        """What the application does before it asks."""
        self._commits.append(now())
        if self._lead_ms:
            await asyncio.sleep(self._lead_ms / 1000)


class LiveKitAgent:
    """The session, as the caller meets it."""

    def __init__(
        self,
        handling: dict[str, Any],
        llm_options: Any = None,
        vad: Any = None,
        lead_ms: float = 0.0,
        tools: list[Any] | None = None,
        **more: Any,
    ) -> None:
        self.speaker = Loudspeaker()
        self.commits: list[float] = []
        self.stages = Stages()
        self.requests = self.stages.requests
        self._lead_ms, self._tools = lead_ms, tools or []
        self.recogniser, self.microphone = Recogniser(), Microphone()
        options = SessionConnectOptions(llm_conn_options=llm_options) if llm_options else SessionConnectOptions()
        self.session: Any = AgentSession(
            stt=self.recogniser,
            llm=Model(self.stages),
            tts=Voice(self.stages),
            vad=vad or inference.VAD(),
            turn_handling=handling,
            conn_options=options,
            **({"aec_warmup_duration": None} | more),
        )

    @contextlib.asynccontextmanager
    async def running(self) -> Any:
        """While the session runs."""
        self.session.input.audio = self.microphone
        self.session.output.audio = Speaker(self.speaker)
        await self.session.start(_Talker(self.commits, self._lead_ms, self._tools))
        try:
            yield self
        finally:
            await self.session.aclose()

    def hear(self, sound: Samples) -> None:
        """20 ms of the microphone."""
        frame = rtc.AudioFrame(sound.tobytes(), sample_rate=RATE, num_channels=1, samples_per_channel=len(sound))
        self.microphone.frames.put_nowait(frame)

    def transcribe(self, text: str, final: bool) -> None:
        """The recogniser has this."""
        self.recogniser.events.put_nowait((text, final))

    def expect(self, turn: Scripted) -> None:
        """The stages answer this turn from now on."""
        self.stages.turn = turn
