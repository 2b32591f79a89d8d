"""Conversations of ElevenLabs as its API gives them: the types of elevenlabs 2.78.0, metrics as real ones have them."""

import json
from typing import Any

NAMES = {
    "final": "convai_asr_trailing_service_latency",
    "wait": "convai_turn_silence_before_initiation",
    "first": "convai_llm_service_ttfb",
    "sentence": "convai_llm_service_ttf_sentence",
    "tool": "convai_llm_tool_request_generation_latency",
    "voice": "convai_tts_service_ttfb",
    "whole": "convai_ttf_audio_since_silence",
}


def metrics(**seconds: float) -> dict[str, Any]:
    return {"metrics": {NAMES[name]: {"elapsed_time": value} for name, value in seconds.items()}}


def turn(role: str, at: int, text: str | None, /, **held: Any) -> dict[str, Any]:
    own = held.pop("metrics", None)
    return {
        "role": role,
        "message": text,
        "time_in_call_secs": at,
        "tool_calls": [],
        "tool_results": [],
        "conversation_turn_metrics": own,
        "interrupted": False,
    } | held


def transcript() -> list[dict[str, Any]]:
    """The greeting; a plain turn; a turn with a tool; silence; a backchannel within a turn that was interrupted."""
    return [
        turn("agent", 0, "Hello, how can I help?", metrics=metrics(first=0.1, voice=0.2)),
        turn("user", 3, "Where is my parcel?", metrics=metrics(final=0.12)),
        turn(
            "agent",
            5,
            "Let me look. What is its number?",
            metrics=metrics(wait=0.51, first=0.62, sentence=0.74, voice=0.14, whole=1.45),
        ),
        turn("user", 9, "Four, two, seven.", metrics=metrics(final=0.2)),
        turn("agent", 10, None, tool_calls=[{"tool_name": "track"}], metrics=metrics(wait=0.8, first=0.7, tool=0.75)),
        turn("agent", 11, None, tool_results=[{"tool_name": "track", "tool_latency_secs": 0.9}]),
        turn("agent", 12, "It arrives tomorrow.", metrics=metrics(first=0.5, sentence=0.58, voice=0.16, whole=3.2)),
        turn("user", 20, "..."),
        turn("agent", 22, "Are you still there?", metrics=metrics(wait=7.0, first=0.6, voice=0.15, whole=8.1)),
        turn("user", 25, "Mhm.", ignored_as_backchannel=True),
        turn("user", 26, "Yes, thank you.", metrics=metrics(final=0.15)),
        turn(
            "agent",
            28,
            "You are welcome, goodbye.",
            metrics=metrics(wait=0.6, first=0.4, voice=0.13, whole=1.3),
            rag_retrieval_info={"rag_latency_secs": 0.11},
            interrupted=True,
        ),
    ]


def conversation(name: str = "conv_1", **changed: Any) -> dict[str, Any]:
    return {
        "agent_id": "agent_1",
        "conversation_id": name,
        "status": "done",
        "transcript": transcript(),
        "metadata": {"start_time_unix_secs": 1765000000, "call_duration_secs": 30, "text_only": False},
        "has_audio": True,
    } | changed


def files() -> dict[str, bytes]:
    lines = [{"type": "post_call_transcription", "data": conversation(name)} for name in ("conv_2", "conv_3")]
    return {
        "conv_1.json": json.dumps(conversation(), indent=1).encode(),
        "post_call.jsonl": "\n".join(json.dumps(line) for line in lines).encode(),
    }
