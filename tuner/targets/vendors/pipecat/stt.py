"""Pipecat's STT services: how long each is waited for, and whether it marks its final transcripts.

Source: pipecat-ai 1.14.0, services/stt_latency.py and each service's constructor and `finalized` frames.
"""

from __future__ import annotations

USUAL_P99_S = 1.0
"""Of a service that gives none."""

P99_S = {
    "AWSTranscribeSTTService": 1.90,
    "AssemblyAISTTService": 0.42,
    "AssemblyAISyncSTTService": 0.65,
    "AzureSTTService": 1.80,
    "CartesiaSTTService": 0.81,
    "DeepgramSTTService": 0.35,
    "DeepgramSageMakerSTTService": 0.35,
    "ElevenLabsRealtimeSTTService": 0.41,
    "ElevenLabsSTTService": 2.01,
    "FalSTTService": 2.07,
    "GeminiSTTService": 0.60,
    "GladiaSTTService": 1.49,
    "GoogleSTTService": 1.57,
    "GradiumSTTService": 0.62,
    "GroqSTTService": 1.54,
    "MetaSTTService": 1.92,
    "MistralSTTService": 1.89,
    "NvidiaSTTService": 1.0,
    "NvidiaSageMakerSTTService": 1.5,
    "NvidiaSegmentedSTTService": 1.0,
    "OpenAIRealtimeSTTService": 1.66,
    "OpenAISTTService": 2.01,
    "SarvamRealtimeSTTService": 1.0,
    "SarvamSTTService": 1.17,
    "SmallestSTTService": 1.59,
    "SonioxSTTService": 0.35,
    "SpeechmaticsSTTService": 0.74,
    "TogetherSTTService": 1.0,
    "XAISTTService": 2.14,
}
"""Service -> its `ttfs_p99_latency` in s, where none is given: 99 of 100 final transcripts come within it."""

UNMARKED = frozenset(
    {
        "AWSTranscribeSTTService",
        "CartesiaSTTService",
        "ElevenLabsRealtimeSTTService",
        "GladiaSTTService",
        "MistralSTTService",
        "NvidiaSTTService",
        "OpenAIRealtimeSTTService",
        "SmallestSTTService",
        "TogetherSTTService",
    }
)
"""Services that do not say which transcript is the last: all of `ttfs_p99_latency` is waited out."""

TURN_ENDING = frozenset(
    {"CartesiaTurnsSTTService", "DeepgramFluxSTTService", "DeepgramFluxSageMakerSTTService", "ZoomAISTTService"}
)
"""Services that end the turn themselves."""
