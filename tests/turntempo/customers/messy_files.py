"""Ten customers' files as they come with a ticket, made for this: the configuration and the log of each."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.pipeline.importers import elevenlabs_source, openai_realtime_source

TURNS = 40
EPOCH_MS = 1_765_000_000_000
KEY = "sk-EXAMPLEEXAMPLEEXAMPLEEXAMPLE"

MAIL = """From: Dana Ruiz <dana.ruiz@example.com>
Subject: Re: [#4711] agent cuts our callers off

callers say they cannot finish a sentence. We run livekit-agents==1.2.11 on two boxes:

> session = AgentSession(
>     stt=deepgram.STT(model="nova-3", language="multi"),
>     vad=ctx.proc.userdata["vad"],
>     turn_detection=MultilingualModel(),
>     min_endpointing_delay=0.7,
>     max_endpointing_delay=0.9,   # was 6, too slow
>     min_interruption_duration=0.3,
> )

On Fri, 6 Nov 2026, Support wrote:
> Could you send us the AgentSession(...) call, please?
"""

JOIN = """// prod, changed on Monday
{
  "name": "tutor-7",
  "properties": {
    "channel": "class-7", "token": "007EXAMPLE", // rotates daily
    "agent_rtc_uid": "0", "remote_rtc_uids": ["*"],
    /* learners think long,
       so we wait */
    "turn_detection": {
      "mode": "default",
      "config": {
        "start_of_speech": {"mode": "vad", "vad_config": {"interrupt_duration_ms": 600}},
        "end_of_speech": {"mode": "vad", "vad_config": {"silence_duration_ms": 1200}},
      }
    },
    "llm": {"url": "https://llm.example.com/v1", "api_key": "KEY", "max_history": 16},
  }
}
""".replace("KEY", KEY)

SCRIPT = """import { defineAgent, voice } from '@livekit/agents';
export default defineAgent({
  entry: async (ctx: JobContext) => {
    const session = new voice.AgentSession({
      vad: ctx.proc.userData.vad! as silero.VAD,
      voiceOptions: {
        minInterruptionDuration: 800,
        minEndpointingDelay: DELAY_MS,
        maxEndpointingDelay: 3000,   // ms
      },
    });
    await session.start({ room: ctx.room, agent: new Tutor()
  // the rest is left out
"""

ADDRESS = """Ticket 8812 (priority: normal)
The bot answers before the caller is finished. They connect to
wss://api.deepgram.com/v2/listen?model=flux-general-en&sample_rate=16000&eot_threshold=0.6&eot_timeout_ms=3000
(trace attached)
"""

TYPED = """【工单】学生反馈机器人反应太慢
环节耗时（客户自测，单位毫秒）：
语音识别 150-220，大模型首字 600-900，语音合成首包 200-350，端到端 体感 3.5 秒
"""

CONFIG_MAP = f"""apiVersion: v1
kind: ConfigMap
metadata:
  name: voice-gateway
data:
  LOG_LEVEL: "info"
  OPENAI_API_KEY: {KEY}
  session-update.json: |
    {{"type": "session.update", "session": {{"type": "realtime", "audio": {{"input": {{"turn_detection": {{
      "type": "server_vad", "threshold": 0.6, "silence_duration_ms": 900, "interrupt_response": true}}}}}}}}}}
"""


def lines(held: list[Any]) -> str:
    return "".join(f"{json.dumps(one)}\n" for one in held)


def livekit_messages() -> str:
    """0.70 s to the end of the turn, 0.50 to 0.54 to the first token, 0.30 to the first audio, 0.15 more."""
    found, at = [], EPOCH_MS / 1000
    for turn in range(TURNS):
        first = 0.5 + 0.01 * (turn % 5)
        whole = 0.7 + first + 0.3 + 0.15
        user = {"started_speaking_at": at, "stopped_speaking_at": at + 2}
        user |= {"transcription_delay": 0.25, "end_of_turn_delay": 0.7, "on_user_turn_completed_delay": 0.0}
        agent = {"started_speaking_at": at + 2 + whole, "stopped_speaking_at": at + 5 + whole}
        agent |= {"llm_node_ttft": first, "tts_node_ttfb": 0.3, "e2e_latency": whole}
        found.append({"type": "message", "role": "user", "content": ["hello there"], "metrics": user})
        found.append({"type": "message", "role": "assistant", "content": ["Sure, I can help."], "metrics": agent})
        at += 12
    return lines(found)


def agora_webhooks() -> str:
    """Segments of 120 + 1,250 + 180 + 700..780 + 160 + 240 ms."""
    found = []
    for session in range(4):
        turns = []
        for turn in range(1, 11):
            held = {"transport": 120, "algorithm_processing": 1250, "asr_ttlw": 180}
            held |= {"llm_ttft": 700 + 20 * (turn % 5), "llm_ftfs": 160, "tts_ttfb": 240}
            at = EPOCH_MS + turn * 20_000
            start = {"start_at": at, "type": "voice_input", "metadata": {"speech_duration_ms": 1500}}
            measures = {"e2e_latency_ms": sum(held.values()), "segmented_latency_ms": held}
            turns.append({"turn_id": turn, "start": start, "end": {"end_at": at + 8000, "type": "ok"}})
            turns[-1]["metrics"] = measures
        payload = {"agent_id": f"A{session}", "channel": "class-7", "start_ts": EPOCH_MS, "turns": turns}
        found.append({"noticeId": f"n{session}", "productId": 17, "eventType": 112, "payload": payload})
    return lines(found)


def vapi_call() -> str:
    """Each fourth turn waits 1.5 s for want of punctuation; else 220 + 100 + 650..690 + 350 ms."""
    said: list[dict[str, Any]] = [{"role": "system", "message": "You are a clerk.", "time": EPOCH_MS}]
    latencies = []

    def say(role: str, start: float, end: float, text: str) -> None:
        times = {"time": EPOCH_MS + start * 1000, "endTime": EPOCH_MS + end * 1000, "secondsFromStart": start}
        said.append({"role": role, "message": text, **times, "duration": (end - start) * 1000})

    say("bot", 0.5, 2.5, "Thanks for calling.")
    for turn in range(TURNS):
        start, slow, model = 5 + 12 * turn, turn % 4 == 0, 650 + 10 * (turn % 5)
        wait = 1500 if slow else 100
        whole = 220 + wait + model + 350
        say("user", start, start + 2, "I want to book" if slow else "I want to book.")
        say("bot", start + 2 + whole / 1000, start + 5 + whole / 1000, "Sure. For how many people?")
        held = {"transcriber": 220, "endpointing": wait, "model": model, "voice": 350, "turn": whole}
        latencies.append({f"{name}Latency": value for name, value in held.items()})
    waits = {"onPunctuationSeconds": 0.1, "onNoPunctuationSeconds": 1.5, "onNumberSeconds": 0.5}
    assistant = {
        "name": "front-desk",
        "startSpeakingPlan": {"waitSeconds": 0.4, "transcriptionEndpointingPlan": waits},
        "stopSpeakingPlan": {"numWords": 0, "voiceSeconds": 0.2, "backoffSeconds": 1},
    }
    artifact = {"messages": said, "performanceMetrics": {"turnLatencies": latencies}}
    return json.dumps(
        {"id": "c", "orgId": "o", "type": "inboundPhoneCall", "assistant": assistant, "artifact": artifact}
    )


def flux_messages() -> str:
    """Each turn has a pause of 0.9 s at a confidence of at most 0.45, and ends 0.3 s after the last word at 0.8."""
    found: list[dict[str, Any]] = [{"type": "Connected", "request_id": "r1", "sequence_id": 0}]

    def tell(turn: int, event: str, at: float, score: float, words: list[tuple[str, float, float]]) -> None:
        held = [{"word": word, "confidence": 0.99, "start": start, "end": end} for word, start, end in words]
        where = {"request_id": "r1", "sequence_id": len(found), "turn_index": turn, "audio_window_end": at}
        found.append({"type": "TurnInfo", "event": event, **where, "words": held, "end_of_turn_confidence": score})

    for turn in range(TURNS):
        at = 2 + 10 * turn
        words = [("I", at, at + 0.2), ("want", at + 0.2, at + 0.5), ("this", at + 1.4, at + 1.8)]
        tell(turn, "StartOfTurn", at + 0.2, 0.01, words[:1])
        tell(turn, "Update", at + 1.0, 0.45, words[:2])
        tell(turn, "Update", at + 1.9, 0.2, words)
        tell(turn, "EndOfTurn", at + 2.1, 0.8, words)
    return lines(found)


def realtime_events() -> str:
    """The first audio comes 1.45 to 1.53 s after the speech, of which the server's VAD waits for 0.9."""
    events = openai_realtime_source.opening(
        {"type": "server_vad", "threshold": 0.6, "silence_duration_ms": 900, "prefix_padding_ms": 300}
    )
    for turn in range(TURNS):
        start = 2 + 15 * turn
        offsets = {"audio_start_ms": start * 1000 - 300, "audio_end_ms": (start + 2) * 1000 + 900}
        item = {"item_id": f"u{turn}"}
        events.append((start + 0.1, {"type": "input_audio_buffer.speech_started", **item, **offsets}))
        events.append((start + 2.9, {"type": "input_audio_buffer.speech_stopped", **item, **offsets}))
        events.append((start + 2.91, {"type": "input_audio_buffer.committed", **item}))
        events += openai_realtime_source.answered(f"r{turn}", start + 2.92, start + 3.45 + 0.02 * (turn % 5), 12)
    events.sort(key=lambda one: one[0])
    return openai_realtime_source.json_lines(events).decode()


def elevenlabs_conversation() -> str:
    """0.9 s of waiting, 0.55 to 0.59 to the first token, 0.12 to the sentence, 0.16 to the audio, 0.1 more."""
    turn, metrics = elevenlabs_source.turn, elevenlabs_source.metrics
    said = [turn("agent", 0, "Hello", metrics=metrics(first=0.1, voice=0.2))]
    for number in range(TURNS):
        first = 0.55 + 0.01 * (number % 5)
        held = metrics(wait=0.9, first=first, sentence=first + 0.12, voice=0.16, whole=0.9 + first + 0.38)
        said.append(turn("user", 3 + 10 * number, "Where is my parcel?", metrics=metrics(final=0.15)))
        said.append(turn("agent", 5 + 10 * number, "Let me look. What is its number?", metrics=held))
    return json.dumps(elevenlabs_source.conversation("conv_9", transcript=said))


def agora_body() -> str:
    vad = {"end_of_speech": {"mode": "vad", "vad_config": {"silence_duration_ms": 1800}}}
    held = {"turn_detection": {"mode": "default", "config": vad}, "llm": {"max_history": 10}}
    return json.dumps({"name": "laoshi", "properties": {"channel": "c", "token": "t", **held}})


def elevenlabs_agent() -> str:
    held = {"turn": {"turn_timeout": 4.0, "turn_eagerness": "patient"}, "agent": {"prompt": {"llm": "gpt-4o-mini"}}}
    return json.dumps({"agent_id": "agent_1", "conversation_config": held})


def retell_agent() -> str:
    held = {"responsiveness": 0.6, "interruption_sensitivity": 0.9, "stt_mode": "custom"}
    stt = {"custom_stt_config": {"provider": "deepgram", "endpointing_ms": 400}}
    return json.dumps({"agent_id": "agent_9", "response_engine": {"type": "retell-llm"}, **held, **stt})


FILES: dict[str, tuple[str, Callable[[], str], str, Callable[[], str]]] = {
    "mail": ("mail.txt", lambda: MAIL, "metrics.jsonl", livekit_messages),
    "comments": ("join.jsonc", lambda: JOIN, "webhooks.jsonl", agora_webhooks),
    "one file": ("call.json", vapi_call, "call.json", vapi_call),
    "address": ("ticket.txt", lambda: ADDRESS, "flux.jsonl", flux_messages),
    "typed": ("config.json", agora_body, "工单.txt", lambda: TYPED),
    "config map": ("configmap.yaml", lambda: CONFIG_MAP, "events.jsonl", realtime_events),
    "conversation": ("agent.json", elevenlabs_agent, "conversation.json", elevenlabs_conversation),
}
"""Customer -> the name and the text of the configuration, and those of the log."""
