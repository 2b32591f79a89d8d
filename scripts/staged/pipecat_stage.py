"""A Pipecat pipeline, unmodified, whose recogniser, LLM and voice are scripted; its VAD is its own."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any

from pipecat.audio.turn.base_turn_analyzer import BaseTurnAnalyzer
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADParams
from pipecat.frames.frames import (
    EndFrame,
    FunctionCallFromLLM,
    InputAudioRawFrame,
    InterimTranscriptionFrame,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    STTMetadataFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
    UserStoppedSpeakingFrame,
)
from pipecat.observers.base_observer import BaseObserver
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.processors.frame_processor import FrameProcessor
from pipecat.services.llm_service import LLMService
from pipecat.services.tts_service import TTSService
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import TransportParams
from pipecat.turns.user_stop.speech_timeout_user_turn_stop_strategy import SpeechTimeoutUserTurnStopStrategy
from pipecat.turns.user_stop.turn_analyzer_user_turn_stop_strategy import TurnAnalyzerUserTurnStopStrategy
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.workers.runner import WorkerRunner

from scripts.staged.caller import Loudspeaker, now
from scripts.staged.script import Scripted
from scripts.staged.sound import RATE, Samples, agents

P99_S = 1.0
"""What the recogniser says of its finals."""


@dataclass
class Stages:
    """What the LLM and the voice do next."""

    turn: Scripted | None = None
    requests: list[float] = field(default_factory=list)
    tool: bool = False
    """Whether the next answer calls the tool first."""

    @property
    def now(self) -> Scripted:
        """The turn that goes on."""
        if self.turn is None:
            raise RuntimeError("no turn was scripted")
        return self.turn


class _Recogniser(FrameProcessor):
    """Says what it is given."""

    async def process_frame(self, frame: Any, direction: Any) -> None:
        """Says how late its finals come, as a service does, and lets all frames pass."""
        await super().process_frame(frame, direction)
        await self.push_frame(frame, direction)
        if type(frame).__name__ == "StartFrame":
            await self.broadcast_frame(STTMetadataFrame, service_name="staged", ttfs_p99_latency=P99_S)


class _Model(LLMService):
    """Answers with the scripted words."""

    def __init__(self, stages: Stages) -> None:
        super().__init__()
        self.stages = stages

    def can_generate_metrics(self) -> bool:
        """It does."""
        return True

    async def process_frame(self, frame: Any, direction: Any) -> None:
        """Answer a context."""
        await super().process_frame(frame, direction)
        if not isinstance(frame, LLMContextFrame):
            await self.push_frame(frame, direction)
            return
        await self.push_frame(LLMFullResponseStartFrame())
        try:
            await self._answer(frame.context)
        finally:
            await self.push_frame(LLMFullResponseEndFrame())

    async def _answer(self, context: Any) -> None:
        turn = self.stages.now
        self.stages.requests.append(now())
        await self.start_ttfb_metrics()
        await asyncio.sleep(turn.ttft_ms / 1000)
        await self.stop_ttfb_metrics()
        if self.stages.tool:
            self.stages.tool = False
            call = FunctionCallFromLLM(
                function_name="look_up", tool_call_id=f"call-{len(self.stages.requests)}", arguments={}, context=context
            )
            await self.run_function_calls([call])
            return
        begun = now()
        for place, word in enumerate(turn.reply()):
            await asyncio.sleep(max(begun + place * turn.token_ms - now(), 0) / 1000)
            await self.push_frame(LLMTextFrame(word))


class _Voice(TTSService):
    """Speaks a sentence a request, all its audio at once."""

    def __init__(self, stages: Stages) -> None:
        super().__init__(push_stop_frames=True, push_start_frame=True, stop_frame_timeout_s=0.3, sample_rate=RATE)
        self.stages = stages

    def can_generate_metrics(self) -> bool:
        """It does."""
        return True

    async def run_tts(self, text: str, context_id: str) -> Any:
        """A request."""
        turn = self.stages.now
        await self.start_ttfb_metrics()
        await asyncio.sleep(turn.ttfb_ms / 1000)
        await self.stop_ttfb_metrics()
        samples = int(len(text.split()) * turn.word_ms * RATE / 1000)
        yield TTSAudioRawFrame(agents(samples), RATE, 1, context_id=context_id)


class _Input(BaseInputTransport):
    """A microphone into which frames are put."""

    def __init__(self, params: Any) -> None:
        super().__init__(params)
        self.ready = asyncio.Event()

    async def start(self, frame: Any) -> None:
        """Ready."""
        await super().start(frame)
        await self.set_transport_ready(frame)
        self.ready.set()


class _Output(BaseOutputTransport):
    """A loudspeaker that takes sound in real time."""

    def __init__(self, params: Any, speaker: Loudspeaker) -> None:
        super().__init__(params)
        self.speaker = speaker
        self._free = 0.0
        self._ends: asyncio.TimerHandle | None = None

    async def start(self, frame: Any) -> None:
        """Ready."""
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def write_audio_frame(self, frame: Any) -> bool:
        """Play it; the next may follow when it is over."""
        ms = len(frame.audio) / 2 / frame.sample_rate * 1000
        moment = now()
        self.speaker.start()
        self._free = max(self._free, moment) + ms
        if self._ends is not None:
            self._ends.cancel()
        wait = max(self._free - moment, 0.0)
        self._ends = asyncio.get_running_loop().call_later((wait + 15) / 1000, self.speaker.stop)
        await asyncio.sleep(max(wait - 2, 0.0) / 1000)
        return True


class _Commits(BaseObserver):
    """When the agent took a turn for ended, and when it was interrupted."""

    def __init__(self, commits: list[float]) -> None:
        super().__init__(observe_every_push=False)
        self.commits = commits

    async def on_push_frame(self, data: Any) -> None:
        """Notes the ends of turns."""
        if isinstance(data.frame, UserStoppedSpeakingFrame):
            moment = now()
            if not self.commits or moment - self.commits[-1] > 5:  # it is pushed both ways
                self.commits.append(moment)


class PipecatAgent:
    """The pipeline, as the caller meets it."""

    def __init__(
        self,
        stop: Any,
        observers: list[Any],
        vad: Any = None,
        start_secs: float = 0.2,
        stop_secs: float = 0.2,
        metrics: bool = True,
        tool: Any = None,
    ) -> None:
        self.speaker = Loudspeaker()
        self.commits: list[float] = []
        self.stages = Stages()
        self.requests = self.stages.requests
        params = TransportParams(audio_in_enabled=True, audio_out_enabled=True, audio_out_sample_rate=RATE)
        self.input = _Input(params)
        self.recogniser = _Recogniser()
        model = _Model(self.stages)
        if tool is not None:
            model.register_function("look_up", tool)
        vad = vad or SileroVADAnalyzer(params=VADParams(start_secs=start_secs, stop_secs=stop_secs))
        aggregators = LLMContextAggregatorPair(
            LLMContext(),
            user_params=LLMUserAggregatorParams(
                vad_analyzer=vad, user_turn_strategies=UserTurnStrategies(stop=[stop]), user_turn_stop_timeout=5.0
            ),
        )
        pipeline = Pipeline(
            [
                self.input,
                self.recogniser,
                aggregators.user(),
                model,
                _Voice(self.stages),
                _Output(params, self.speaker),
                aggregators.assistant(),
            ]
        )
        self.worker = PipelineWorker(
            pipeline,
            params=PipelineParams(
                audio_in_sample_rate=RATE,
                audio_out_sample_rate=RATE,
                enable_metrics=metrics,
                enable_usage_metrics=metrics,
            ),
            observers=[*observers, _Commits(self.commits)],
            cancel_on_idle_timeout=False,
            enable_rtvi=False,
        )

    @contextlib.asynccontextmanager
    async def running(self) -> Any:
        """While the pipeline runs."""
        runner = WorkerRunner(handle_sigint=False)
        await runner.add_workers(self.worker)
        task = asyncio.create_task(runner.run())
        await self.input.ready.wait()
        try:
            yield self
        finally:
            await self.worker.queue_frame(EndFrame())
            await asyncio.wait_for(task, 20)

    def hear(self, sound: Samples) -> None:
        """20 ms of the microphone."""
        frame = InputAudioRawFrame(audio=sound.tobytes(), sample_rate=RATE, num_channels=1)
        _soon(self.input.push_audio_frame(frame))

    def transcribe(self, text: str, final: bool) -> None:
        """The recogniser has this."""
        frame = (
            TranscriptionFrame(text, "caller", "", finalized=True)
            if final
            else InterimTranscriptionFrame(text, "caller", "")
        )
        _soon(self.recogniser.push_frame(frame))

    def expect(self, turn: Scripted) -> None:
        """The stages answer this turn from now on."""
        self.stages.turn = turn


_TASKS: set[asyncio.Task[Any]] = set()


def _soon(work: Any) -> None:
    task = asyncio.ensure_future(work)
    _TASKS.add(task)
    task.add_done_callback(_TASKS.discard)


def speech_timeout(seconds: float) -> Any:
    """The strategy that waits for so much after the VAD's report."""
    return SpeechTimeoutUserTurnStopStrategy(user_speech_timeout=seconds)


def analysed(analyzer: BaseTurnAnalyzer) -> Any:
    """The strategy that asks this model."""
    return TurnAnalyzerUserTurnStopStrategy(turn_analyzer=analyzer)
