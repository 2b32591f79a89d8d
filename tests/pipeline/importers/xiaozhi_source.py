"""A small log of xiaozhi-esp32-server, and messages of a device, in the documented forms with texts of our own."""

from __future__ import annotations

from typing import Any


def console(at: str, module: str, level: str, says: str) -> str:
    return f"250806 {at}[0.9.6_SiFuDoHu000000][{module}]-{level}-{says}"


def text_log() -> bytes:
    """Two turns by the button, one in auto mode, and a wake word."""
    lines = [
        console(
            "17:54:40:000",
            "core.handle.textHandle",
            "INFO",
            '收到listen消息：{"type":"listen","state":"detect","text":"a"}',
        ),
        console("17:54:40:100", "core.connection", "INFO", "大模型收到用户消息: a"),
        console("17:54:41:000", "core.handle.sendAudioHandle", "INFO", "发送第一段语音: b"),
        console("17:54:51:245", "core.handle.textHandle", "INFO", '收到listen消息：{"type":"listen","state":"stop"}'),
        console("17:54:51:447", "core.providers.asr.base", "INFO", "ASR耗时: 0.199s"),
        console("17:54:51:450", "core.connection", "INFO", "大模型收到用户消息: c"),
        console("17:54:53:350", "core.providers.llm.openai.openai", "DEBUG", "get chat completion stream"),
        console("17:54:54:745", "core.handle.sendAudioHandle", "INFO", "发送第一段语音: d"),
        console("17:54:58:000", "core.handle.sendAudioHandle", "DEBUG", "音频发送完成"),
        console("17:55:10:500", "core.providers.asr.base", "INFO", "识别文本: e"),
        console("17:55:10:500", "core.providers.asr.base", "DEBUG", "总处理耗时: 0.400s"),
        console("17:55:10:520", "core.connection", "INFO", "大模型收到用户消息: e"),
        console("17:55:12:100", "core.handle.sendAudioHandle", "INFO", "发送第一段语音: f"),
        console("17:55:20:000", "core.handle.textHandle", "INFO", '收到listen消息：{"type":"listen","state":"stop"}'),
        console("17:55:20:300", "core.connection", "INFO", "大模型收到用户消息: g"),
        console("17:55:21:000", "core.handle.sendAudioHandle", "INFO", "发送第一段语音: h"),
    ]
    return "\n".join(lines).encode() + b"\n"


def messages() -> list[dict[str, Any]]:
    """The messages of two turns, with the seconds at which a broker saw them."""
    at = 1_765_000_000.0
    said = [
        (0.0, {"type": "hello", "version": 1, "transport": "udp"}),
        (1.0, {"type": "listen", "state": "start", "mode": "manual", "session_id": "s1"}),
        (3.0, {"type": "listen", "state": "stop", "session_id": "s1"}),
        (3.35, {"type": "stt", "text": "a b", "session_id": "s1"}),
        (3.351, {"type": "tts", "state": "start", "session_id": "s1"}),
        (4.6, {"type": "tts", "state": "sentence_start", "text": "c", "session_id": "s1"}),
        (6.0, {"type": "tts", "state": "stop", "session_id": "s1"}),
        (9.0, {"type": "listen", "state": "stop", "session_id": "s1"}),
        (9.5, {"type": "stt", "text": "d", "session_id": "s1"}),
        (11.0, {"type": "tts", "state": "sentence_start", "text": "e", "session_id": "s1"}),
    ]
    return [{"ts": at + second, "topic": "device", "payload": message} for second, message in said]
