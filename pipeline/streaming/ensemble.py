"""What plays together in one turn: the world, the settings, the clock, the notes, and the stages behind their seams."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.streaming.events import Recorder
from pipeline.streaming.world import World
from stages.clock import Clock
from stages.latency.asr import Asr, ModelledAsr
from stages.latency.end_of_turn import EndOfTurn, ModelledEndOfTurn
from stages.latency.llm import Llm, ModelledLlm, with_bounded_history
from stages.latency.tts import ModelledTts, Tts
from stages.latency.vad import ModelledVad, Vad
from stages.settings import Settings


@dataclass(frozen=True, slots=True)
class Ensemble:
    """One of each."""

    world: World
    settings: Settings
    clock: Clock
    record: Recorder
    vad: Vad
    asr: Asr
    end_of_turn: EndOfTurn
    llm: Llm
    tts: Tts


def modelled(world: World, settings: Settings, clock: Clock) -> Ensemble:
    """An ensemble whose stages take their times from the turn's draws."""
    turn = world.turn
    ttft_ms = with_bounded_history(world.ttft_ms, turn.history, settings.llm.max_history, world.prefill_ms_per_1k)
    return Ensemble(
        world,
        settings,
        clock,
        Recorder(clock),
        ModelledVad(clock, world.up_ms, settings.vad.silence_ms),
        ModelledAsr(clock, world.up_ms, turn.asr.interim_ms, world.final_ms),
        ModelledEndOfTurn(clock, turn.speech.eot_delay_ms),
        ModelledLlm(clock, ttft_ms, turn.llm.fallback_ttft_ms, world.token_ms),
        ModelledTts(clock, world.ttfb_ms, turn.tts.fallback_ttfb_ms, settings.tts.timeout_ms),
    )
