"""Pipecat by its versions: what its defaults were, what its classes take, and which words of a file tell the version.

Source: the packages themselves, pipecat-ai 0.0.60 to 1.14.0 (audio/vad, audio/turn, audio/interruptions, transports,
processors/aggregators, turns, services/stt_latency.py).
"""

from __future__ import annotations

from tuner.targets.versions.history import Dated

NEWEST = "1.14.0"
PACKAGES = ("pipecat-ai",)

STOP_S: Dated[float] = {"0.0.60": 0.8, "0.0.102": 0.2}
"""`VADParams.stop_secs` where none is given."""
AGGREGATION_S: Dated[float] = {"0.0.60": 1.0, "0.0.66": 0.5}
"""How long after a late transcript the turn ended, until strategies did that."""
INTERRUPTIBLE: Dated[bool] = {"0.0.60": False, "0.0.72": True}
"""`PipelineParams.allow_interruptions` where none is given, until 0.0.108."""
WORDS_STOP: Dated[str] = {"0.0.60": "final", "0.0.66": "off", "0.0.78": "emulated"}
"""Whether a transcript without voice stopped the agent: it did; no more; where emulated turns may interrupt."""
COUNTS_WORDS_SINCE = "0.0.69"
STRATEGIES_SINCE, STRATEGIES_ALONE_SINCE = "0.0.99", "1.0.0"
"""From the first on strategies start and end turns; from the second on nothing else does."""
P99_SINCE = "0.0.102"
LATE_FINALS_LOST = ("0.0.102", "0.0.108")
"""The first and the last version in which a final transcript after the wait of p99 ends no turn."""

BREAKS = ("0.0.60", "0.0.66", "0.0.69", "0.0.72", "0.0.78", "0.0.99", "0.0.102", "1.0.0")

_TRANSPORT = r"\b\w*(Transport|Websocket\w*|Daily|LiveKit|Tavus)Params\([^)]*"
WORDS = {
    r"\bpipecat\.turns\b": "0.0.99-",
    r"\buser_turn_strategies\b": "0.0.99-",
    r"\bpipecat\.turns\.mute\b": "0.0.99-0.0.108",
    r"\bpipecat\.turns\.user_mute\b": "0.0.100-",
    r"\bLLMUserAggregatorParams\([^)]*vad_analyzer": "0.0.101-",
    r"\bVADProcessor\b": "0.0.101-",
    r"\bTranscriptionUserTurnStopStrategy\b": "0.0.99-0.0.108",
    r"\bTurnAnalyzerUserTurnStopStrategy\([^)]*timeout\s*=": "0.0.99-0.0.101",
    r"\bSpeechTimeoutUserTurnStopStrategy\b": "0.0.102-",
    r"\bttfs_p99_latency\b": "0.0.102-",
    r"\bWakePhraseUserTurnStartStrategy\b": "0.0.106-",
    r"\bKrispVivaIPUserTurnStartStrategy\b": "1.1.0-",
    r"\bFilterIncompleteUserTurnStrategies\b": "1.2.0-",
    r"\b(PipelineWorker|pipecat\.workers)\b": "1.3.0-",
    r"\b(wait_for_transcript|realtime_service_mode)\b": "1.4.0-",
    r"\bEagerUserTurnStrategies\b": "1.9.0-",
    r"\binterruption_strategies\b": "0.0.69-0.0.108",
    r"\bMinWordsInterruptionStrategy\b": "0.0.69-0.0.108",
    r"\benable_emulated_vad_interruptions\b": "0.0.78-0.0.108",
    r"\bturn_emulated_vad_timeout\b": "0.0.76-0.0.108",
    r"\baggregation_timeout\b": "-0.0.108",
    r"\b(STTMuteFilter|OpenAILLMContext|UserIdleProcessor)\b": "-0.0.108",
    r"\ballow_interruptions\s*=": "-0.0.108",
    r"\b(vad_enabled|vad_audio_passthrough)\b": "-0.0.108",
    rf"{_TRANSPORT}vad_analyzer": "-0.0.108",
    rf"{_TRANSPORT}turn_analyzer": "0.0.64-0.0.108",
    r"\bfrom pipecat\.services\.\w+ import\b": "-0.0.108",
    r"\bpipecat\.transports\.(network|services)\b": "-0.0.108",
    r"\bpipecat\.transports\.(websocket|smallwebrtc|daily|livekit)\b": "0.0.83-",
    r"\b(Local|Fal)SmartTurnAnalyzer\b": "-0.0.108",
    r"\bLocalSmartTurnAnalyzerV2\b": "0.0.77-",
    r"\bLocalSmartTurnAnalyzerV3\b": "0.0.85-",
    r"\b(LLMContextAggregatorPair|llm_response_universal)\b": "0.0.82-",
    r"\bDeepgramFluxSTTService\b": "0.0.87-",
}
"""What tells the version in a file's text. From 1.0.0 on the older arguments of transports are ignored silently."""

LIKELY = {
    r"\b(vad_enabled|vad_audio_passthrough)\b": "0.0.65",
    rf"{_TRANSPORT}(vad_analyzer|turn_analyzer)": "0.0.98",
    r"\b(interruption_strategies|aggregation_timeout|STTMuteFilter|OpenAILLMContext)\b": "0.0.98",
    r"\ballow_interruptions\s*=": "0.0.98",
    r"\bTranscriptionUserTurnStopStrategy\b": "0.0.101",
}
"""The last version in whose style a file is, where later ones take it too: they warn of it."""

PIPELINE_NAMES = (
    "audio_in_sample_rate",
    "audio_out_sample_rate",
    "enable_heartbeats",
    "enable_metrics",
    "enable_usage_metrics",
    "heartbeats_monitor_secs",
    "heartbeats_period_secs",
    "observers",
    "report_only_initial_ttfb",
    "send_initial_empty_metrics",
    "start_metadata",
)
"""Arguments of PipelineParams that have no effect on turns."""
TRANSPORT_NAMES = (
    "audio_in_passthrough",
    "audio_out_10ms_chunks",
    "audio_out_auto_silence",
    "audio_out_end_silence_secs",
    "audio_out_write_timeout_secs",
    "session_timeout",
    "vad_audio_passthrough",
)
"""Arguments of a transport's parameters that sound of timing and have no effect on turns."""
AGGREGATOR_NAMES = (
    "add_tool_change_messages",
    "audio_idle_timeout",
    "correct_aggregation_callback",
    "empty_user_turn",
    "expect_stripped_words",
    "user_turn_completion_config",
)
SMART_TURN_NAMES = ("max_duration_secs", "pre_speech_ms")
