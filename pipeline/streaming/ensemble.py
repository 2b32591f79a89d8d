"""What plays together in one turn: the world, the settings, the clock, the notes, and the stages behind their seams."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.streaming.events import Recorder
from pipeline.streaming.world import World
from stages.clock import Clock
from stages.latency.application import Application, ModelledApplication
from stages.latency.asr import Asr, ModelledAsr
from stages.latency.end_of_turn import EndOfTurn, ModelledEndOfTurn
from stages.latency.llm import Llm, ModelledLlm, with_bounded_history
from stages.latency.tts import ModelledTts, Tts
from stages.latency.vad import ModelledVad, Vad
from stages.settings import Settings


@dataclass(frozen=True)
class Listeners:
    """What is needed to decide when the user is done."""

    settings: Settings
    clock: Clock
    record: Recorder
    vad: Vad
    asr: Asr
    end_of_turn: EndOfTurn
    up_ms: float
    """The way up: the turn's first speech is heard so much after its clock's 0."""


@dataclass(frozen=True)
class Ensemble(Listeners):
    """One of each."""

    world: World
    llms: tuple[Llm, ...]
    """The LLM at each request of its answer: the first, and one after each round of tool calls."""
    application: Application
    tts: Tts


def modelled(world: World, settings: Settings, clock: Clock) -> Ensemble:
    """An ensemble whose stages take their times from the turn's draws."""
    turn = world.turn

    def llm(ttft_ms: tuple[float, ...], calls_tools: bool) -> Llm:
        kept = with_bounded_history(ttft_ms, turn.history, settings.llm.max_history, world.prefill_ms_per_1k)
        return ModelledLlm(clock, kept, turn.llm.fallback_ttft_ms, world.token_ms, calls_tools)

    draws = (world.ttft_ms, *(tool.ttft_ms for tool in world.tools))
    return Ensemble(
        settings,
        clock,
        Recorder(clock),
        ModelledVad(clock, world.up_ms, settings.vad.silence_ms),
        ModelledAsr(clock, world.up_ms, turn.asr.interim_ms, world.final_ms),
        ModelledEndOfTurn(clock, turn.speech.eot_delay_ms),
        world.up_ms,
        world,
        tuple(llm(ttft_ms, number < len(world.tools)) for number, ttft_ms in enumerate(draws)),
        ModelledApplication(clock, turn.llm.lead_ms, [tool.ms for tool in world.tools]),
        ModelledTts(clock, world.ttfb_ms, turn.tts.fallback_ttfb_ms, settings.tts.timeout_ms),
    )
