"""How Pipecat's settings stand in a file: the calls that hold them, of its strategies and of the transports before."""

from __future__ import annotations

from tuner.formats.python.calls import Made
from tuner.formats.python.text import Python
from tuner.targets.vendors.pipecat import interrupting, neighbours, transport
from tuner.targets.vendors.pipecat.fields import FEW, FILTERING, STARTS, VAD, WORDS
from tuner.targets.vendors.pipecat.versions import AGGREGATOR_NAMES, PIPELINE_NAMES, SMART_TURN_NAMES, TRANSPORT_NAMES

PAIR, PARAMS, STRATEGIES = "LLMContextAggregatorPair", "LLMUserAggregatorParams", "UserTurnStrategies"
SMART, TIMED = "TurnAnalyzerUserTurnStopStrategy", "SpeechTimeoutUserTurnStopStrategy"
SETTLED = "TranscriptionUserTurnStopStrategy"
GEMINI = "GeminiVADParams"
START = (VAD, WORDS, FEW)
INSTEAD = tuple(one.path.partition(".")[0] for one in FILTERING)
TRANSPORTS = (
    "*TransportParams",
    "FastAPIWebsocketParams",
    "WebsocketServerParams",
    "WebsocketClientParams",
    "DailyParams",
    "LiveKitParams",
    "TavusParams",
    "HeyGenParams",
)
ANALYZERS = (
    "LocalSmartTurnAnalyzerV3",
    "LocalSmartTurnAnalyzerV2",
    "LocalSmartTurnAnalyzer",
    "HttpSmartTurnAnalyzer",
    "FalSmartTurnAnalyzer",
)


def _calls(before: bool) -> tuple[Made, ...]:
    """The calls, where the VAD and Smart-Turn are given to the transport `before`, to the aggregator since."""
    vad_home = f"{transport.TRANSPORT}.vad_analyzer" if before else f"{PARAMS}.vad_analyzer"
    smart_home = f"{transport.TRANSPORT}.turn_analyzer" if before else f"{SMART}.turn_analyzer"
    return (
        Made(PAIR, (PAIR,), PAIR),
        Made(transport.TRANSPORT, TRANSPORTS, transport.TRANSPORT, variable="transport_params", several=True),
        *interrupting.MADE,
        Made(PARAMS, (PARAMS,), PARAMS, "" if before else f"{PAIR}.user_params", variable="user_params"),
        Made(STRATEGIES, (STRATEGIES,), STRATEGIES, f"{PARAMS}.user_turn_strategies"),
        Made(
            transport.COUNTER,
            (transport.COUNTER,),
            transport.COUNTER,
            f"{interrupting.PIPELINE}.interruption_strategies",
            listed=True,
        ),
        *(Made(name, (name,), name, f"{STRATEGIES}.start", listed=True) for name in START),
        *(Made(name, (name,), name, f"{STRATEGIES}.stop", listed=True) for name in (SMART, TIMED, SETTLED)),
        Made(ANALYZERS[0], ANALYZERS, ANALYZERS[0], smart_home, several=True),
        Made("SmartTurnParams", ("SmartTurnParams",), "SmartTurnParams", f"{ANALYZERS[0]}.params", several=True),
        Made("SileroVADAnalyzer", ("*VADAnalyzer",), "SileroVADAnalyzer", vad_home, several=True),
        Made("VADParams", ("VADParams",), "VADParams", "SileroVADAnalyzer.params", several=True),
        Made("STT", ("*STTService",), "dict", variable="stt_options", several=True),
        neighbours.OPTIONS,
        Made(GEMINI, (GEMINI,), GEMINI, variable="gemini_vad", several=True),
        *(Made(name, (name,), name, f"{PARAMS}.user_turn_strategies") for name in INSTEAD),
    )


OF_AGGREGATOR = {
    PARAMS: "pipecat.processors.aggregators.llm_response_universal",
    STRATEGIES: "pipecat.turns.user_turn_strategies",
    **dict.fromkeys(START, "pipecat.turns.user_start"),
    **dict.fromkeys((SMART, TIMED, SETTLED), "pipecat.turns.user_stop"),
}
OF_TRANSPORT = {
    PARAMS: "pipecat.processors.aggregators.llm_response",
    transport.TRANSPORT: "pipecat.transports.base_transport",
    transport.COUNTER: "pipecat.audio.interruptions.min_words_interruption_strategy",
}
OF_BOTH = {
    interrupting.PIPELINE: "pipecat.pipeline.task",
    ANALYZERS[0]: "pipecat.audio.turn.smart_turn.local_smart_turn_v3",
    "SmartTurnParams": "pipecat.audio.turn.smart_turn.base_smart_turn",
    "SileroVADAnalyzer": "pipecat.audio.vad.silero",
    "VADParams": "pipecat.audio.vad.vad_analyzer",
    GEMINI: "pipecat.services.google.gemini_live.llm",
}
WITH_STRATEGIES = Python(
    made=_calls(before=False),
    imports={**OF_AGGREGATOR, **OF_BOTH},
    usual={STARTS.path: STARTS.default},
    header=(
        "# Give `user_params` to LLMContextAggregatorPair, and the arguments in `stt_options` to your STT service.\n"
    ),
)
IN_TRANSPORT = Python(
    made=_calls(before=True),
    imports={**OF_TRANSPORT, **OF_BOTH},
    header=(
        "# Give `transport_params` to your transport, `pipeline_params` to PipelineTask, and `user_params` to the "
        "aggregator.\n"
    ),
)
NO_TIMING = (
    *(one.home for one in WITH_STRATEGIES.made if one.home),
    *(one.home for one in IN_TRANSPORT.made if one.home),
    *(f"{interrupting.PIPELINE}.{name}" for name in PIPELINE_NAMES),
    *(f"{transport.TRANSPORT}.{name}" for name in TRANSPORT_NAMES),
    *(f"{PARAMS}.{name}" for name in AGGREGATOR_NAMES),
    *(f"SmartTurnParams.{name}" for name in SMART_TURN_NAMES),
    "SileroVADAnalyzer.sample_rate",
    f"{interrupting.MUTE}.should_mute_callback",
    *neighbours.NO_TIMING,
)
SCOPES = ("VADParams", "SmartTurnParams", interrupting.PIPELINE, PARAMS, transport.COUNTER, *START, TIMED)
SIGNS = (r"\bpipecat\b", PAIR, PARAMS, rf"\b{transport.TRANSPORT}\b", rf"\b{interrupting.PIPELINE}\b")
