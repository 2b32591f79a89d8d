"""Messages of Deepgram's Flux and Voice Agent, made from the types of deepgram-sdk 7.17.0."""

import json
from typing import Any

Event = dict[str, Any]


def words(said: list[tuple[str, float, float]]) -> list[Event]:
    return [{"word": word, "confidence": 0.99, "start": start, "end": end} for word, start, end in said]


class Flux:
    """A connection: its messages are numbered as they come."""

    def __init__(self, request: str = "req-1") -> None:
        self.request, self.messages = request, [{"type": "Connected", "request_id": request, "sequence_id": 0}]

    def tell(self, turn: int, event: str, at: float, confidence: float, said: list[Any], **held: Any) -> None:
        self.messages.append(
            {
                "type": "TurnInfo",
                "request_id": self.request,
                "sequence_id": len(self.messages),
                "event": event,
                "turn_index": turn,
                "audio_window_start": 0.0,
                "audio_window_end": at,
                "transcript": " ".join(word for word, *_ in said),
                "words": words(said),
                "end_of_turn_confidence": confidence,
                **held,
            }
        )


FIRST = [("I", 1.0, 1.2), ("want", 1.2, 1.5), ("a", 1.5, 1.6), ("table", 2.6, 3.0)]
SECOND = [("For", 6.0, 6.3), ("two", 6.3, 6.6)]
GOING_ON = [("please", 7.2, 7.6)]
SLOW = [("Hmm", 12.0, 12.4)]


def flux(request: str = "req-1") -> list[Event]:
    """A turn with a pause; one that is ended too soon and goes on 0.2 s later; one that the timeout ends."""
    made = Flux(request)
    made.messages.append({"type": "ConfigureSuccess", "request_id": request, "thresholds": {"eot_threshold": 0.8}})
    made.messages[-1]["sequence_id"] = 1
    made.tell(0, "StartOfTurn", 1.2, 0.01, FIRST[:1])
    made.tell(0, "Update", 1.7, 0.05, FIRST[:3])
    made.tell(0, "Update", 1.95, 0.3, FIRST[:3])
    made.tell(0, "EagerEndOfTurn", 2.2, 0.55, FIRST[:3])
    made.tell(0, "TurnResumed", 2.7, 0.02, FIRST[:3])
    made.tell(0, "Update", 3.1, 0.1, FIRST)
    made.tell(0, "EndOfTurn", 3.4, 0.85, FIRST, trigger="model")
    made.tell(1, "StartOfTurn", 6.2, 0.01, SECOND[:1])
    made.tell(1, "Update", 6.7, 0.4, SECOND)
    made.tell(1, "EndOfTurn", 7.0, 0.82, SECOND, trigger="model")
    made.tell(2, "StartOfTurn", 7.4, 0.02, GOING_ON)
    made.tell(2, "EndOfTurn", 8.0, 0.9, GOING_ON, trigger="model")
    made.tell(3, "StartOfTurn", 12.2, 0.02, SLOW)
    made.tell(3, "Update", 13.0, 0.3, SLOW)
    made.tell(3, "Update", 15.0, 0.45, SLOW)
    made.tell(3, "EndOfTurn", 17.4, 0.2, SLOW, trigger="timeout")
    return made.messages


def text(role: str, content: str, **held: Any) -> Event:
    return {"type": "ConversationText", "role": role, "content": content, **held}


def report(stt: float, llm: float, tts: float, total: float, **held: float) -> Event:
    latencies = {"stt_latency": stt, "ttt_text_latency": llm, "tts_latency": tts, "total_latency": total}
    return {"type": "LatencyReport", **latencies, **held}


def agent(request: str = "agent-1") -> list[Event]:
    """The greeting; a plain exchange; one with a tool; an interrupted one of which the start alone tells latencies."""
    return [
        {"type": "Welcome", "request_id": request},
        {
            "type": "Settings",
            "agent": {
                "listen": {"provider": {"type": "deepgram", "version": "v2", "eot_threshold": 0.8}},
                "think": {"prompt": "You are a clerk."},
            },
        },
        {"type": "SettingsApplied"},
        text("assistant", "Hello, how can I help?"),
        {"type": "AgentAudioDone"},
        {"type": "UserStartedSpeaking"},
        text("user", "A table for two."),
        report(0.2, 0.45, 0.25, 1.1),
        text("assistant", "Sure. On which day?"),
        {"type": "AgentAudioDone"},
        {"type": "UserStartedSpeaking"},
        text("user", "On Monday."),
        {"type": "FunctionCallRequest", "functions": [{"id": "f1", "name": "find"}]},
        text("assistant", "One moment.", conversational_behavior="filler"),
        {"type": "FunctionCallResponse", "id": "f1", "content": "{}"},
        report(0.25, 0.4, 0.3, 2.3, ttt_tool_latency=0.5),
        text("assistant", "Monday is free, at eight."),
        {"type": "AgentAudioDone"},
        {"type": "UserStartedSpeaking"},
        text("user", "Great."),
        {"type": "AgentStartedSpeaking", "total_latency": 0.9, "ttt_latency": 0.5, "tts_latency": 0.3},
        text("assistant", "You are welcome, goodbye."),
        {"type": "UserStartedSpeaking"},
    ]


def lines(events: list[Event]) -> bytes:
    return "\n".join(json.dumps(event) for event in events).encode()


def timed(events: list[Event]) -> bytes:
    return lines([{"received_at": 1_765_000_000 + place, "message": event} for place, event in enumerate(events)])


def unconfigured(events: list[Event]) -> list[Event]:
    """Without what tells settings, so that logs of both kinds can stand in one folder."""
    return [event for event in events if event["type"] not in ("Settings", "ConfigureSuccess")]


def files() -> dict[str, bytes]:
    return {"agent.jsonl": timed(unconfigured(agent())), "flux.jsonl": lines(unconfigured(flux()))}
