"""Small sources made by hand, one of each format: format -> file -> bytes."""

import json
from typing import Any

from tests.audio.calls import call, wav
from tests.pipeline.importers import (
    deepgram_source,
    elevenlabs_source,
    openai_realtime_source,
    retell_source,
    vapi_source,
)
from tests.pipeline.importers.agora_source import events as agora_events
from tests.pipeline.importers.agora_source import turns as agora_turns
from tests.pipeline.importers.hosted_source import assist_run, trtc_messages
from tests.pipeline.importers.livekit_source import metrics, report, spans
from tests.pipeline.importers.otlp_source import protobuf as otlp_protobuf
from tests.pipeline.importers.otlp_source import request as otlp_request
from tests.pipeline.importers.otlp_source import span as otlp_span
from tests.pipeline.importers.pipecat_source import breakdowns, frames, text_log
from tests.pipeline.importers.pipecat_source import spans as pipecat_spans
from tests.pipeline.importers.xiaozhi_source import messages as xiaozhi_messages
from tests.pipeline.importers.xiaozhi_source import text_log as xiaozhi_log

EPOCH_S = 1_700_000_000.0

SPURTS = b"""conv,ch,start,end,n_words,is_backchannel
1,A,0.000,1.000,3,0
1,A,1.400,2.000,2,0
1,B,1.500,1.800,1,1
1,B,2.500,6.000,9,0
1,A,3.000,3.300,1,1
1,A,4.000,4.600,2,0
1,B,6.100,7.000,3,0
1,A,6.500,9.000,7,0
1,A,9.100,10.000,2,0
1,B,10.200,10.700,1,0
2,A,0.000,2.000,6,0
"""

TURNS = b"""conv,ch,turn_start,turn_end,pauses_s
1,A,0.0,2.0,0.4
1,B,2.5,7.0,
1,A,6.5,10.0,0.1 0.9
"""

FIGURES = b"""It feels slow: stt 120-150, llm 80-120, felt 5 s.

| stage | p50 | p95 |
|---|---|---|
| TTS (ms) | 300 | 700 |
"""

TABLE = b"""call_id;turn;user_speech_start;user_speech_end;agent_start;agent_end;llm_ttft_ms;tts_ttfb_ms
c1;1;0.5;2.0;3.1;6.0;420;180
c1;2;7.0;8.5;9.4;12.0;380;150
c1;3;11.0;11.8;13.2;15.0;500;210
c2;1;1.0;3.0;4.2;6.5;460;170
"""


def audio(kind: str, user: str, at: float) -> dict[str, Any]:
    return {"event_type": kind, "user": user, "audio_timestamp": EPOCH_S + at, "timestamp": int((EPOCH_S + at) * 1000)}


def frame(kind: str, at: float, text: str = "") -> dict[str, Any]:
    return {"type": kind, "data": {"frame": text}, "timestamp": (EPOCH_S + at) * 1000, "conversation_id": "c1"}


def request(start: float, end: float, text: str, *tools: str) -> dict[str, Any]:
    return {
        "start_time": str(int((EPOCH_S + start) * 1000)),
        "end_time": str(int((EPOCH_S + end) * 1000)),
        "response": text,
        "response_message": {"role": "assistant", "tool_calls": [{"function": {"name": name}} for name in tools]},
        "status": "success",
        "retry_attempt": 0,
    }


def lines(*objects: Any) -> bytes:
    return b"".join(json.dumps(held).encode() + b"\n" for held in objects)


USER, AGENT = "elevenlabs_user", "framework_agent"

EVENTS = [
    {"type": "connection_state", "data": {"details": {"server_url": "ws://localhost:1/ws"}}},
    audio("audio_start", AGENT, 0),  # the greeting
    audio("audio_end", AGENT, 1),
    audio("audio_start", USER, 2),
    audio("audio_end", USER, 5),
    audio("audio_start", AGENT, 7.5),
    audio("audio_end", AGENT, 11.5),
    audio("audio_start", USER, 12),
    audio("audio_end", USER, 14),
    audio("audio_start", AGENT, 18),
    audio("audio_end", AGENT, 20),
    audio("audio_start", USER, 21),  # goodbye
    audio("audio_end", USER, 22),
]

FRAMES = [
    frame("user_started_speaking", 2.3),
    frame("user_started_speaking", 2.3),
    frame("transcript", 5.25, " I would like to book."),
    frame("user_stopped_speaking", 5.8),
    frame("llm_response", 7.2, "Sure. Where do you want to go, and when?"),
    frame("user_started_speaking", 12.3),
    frame("transcript", 13, " To Rome"),
    frame("user_stopped_speaking", 13.1),
    frame("user_started_speaking", 13.3),
    frame("transcript", 14.2, " in May."),
    frame("user_stopped_speaking", 14.8),
    frame("llm_response", 17.7, "In May, Rome is lovely"),
]

REQUESTS = {
    "llm_prompts": [
        request(5.8, 7.2, "Sure. Where do you want to go, and when?"),
        request(13.1, 14.0, "Rome, when?"),
        request(14.8, 15.8, "", "search"),
        request(15.9, 17.7, "In May, Rome is lovely"),
    ]
}

SOURCES: dict[str, dict[str, bytes]] = {
    "agora": {"turns.json": json.dumps(agora_turns()).encode(), "events.jsonl": lines(*agora_events())},
    "home-assistant": {"runs.jsonl": lines(assist_run(), assist_run())},
    "audio": {"call.wav": wav(call(((200, 1_000), (2_700, 3_200)), ((1_500, 2_400), (3_900, 4_400)), 4_600))},
    "eva": {
        "elevenlabs_events.jsonl": lines(*EVENTS),
        "pipecat_logs.jsonl": lines(*FRAMES),
        "audit_log.json": json.dumps(REQUESTS).encode(),
        "response_latencies.json": b'{"latencies": [2.4, 4.0]}',
        "result.json": b'{"record_id": "c1"}',
    },
    "figures": {"ticket.md": FIGURES},
    "livekit": {
        "metrics.jsonl": lines(*metrics()),
        "session_report.json": json.dumps(report()).encode(),
        "spans.jsonl": lines(*spans()),
    },
    "otlp": {
        "traces.json": json.dumps(otlp_request([otlp_span(one) for one in pipecat_spans()])).encode(),
        "traces.pb": otlp_protobuf([otlp_span(one) for one in spans()]),
    },
    "pipecat": {
        "breakdowns.jsonl": lines(*breakdowns()),
        "log.txt": text_log(),
        "metrics.jsonl": lines(*frames()),
        "otel_spans.json": json.dumps(pipecat_spans(), indent=1).encode(),
    },
    "vapi": vapi_source.files(),
    "retell": retell_source.files(),
    "elevenlabs": elevenlabs_source.files(),
    "deepgram": deepgram_source.files(),
    "openai-realtime": openai_realtime_source.files(),
    "spurts": {"spurts.csv": SPURTS},
    "table": {"calls.csv": TABLE},
    "trtc": {"metrics.jsonl": lines(*trtc_messages())},
    "turns": {"turns.csv": TURNS},
    "xiaozhi": {"server.log": xiaozhi_log(), "messages.jsonl": lines(*xiaozhi_messages())},
}
