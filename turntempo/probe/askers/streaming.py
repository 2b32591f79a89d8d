"""Transcription over a WebSocket, audio sent as fast as it is spoken: the time from the end of speech to the final.

OpenAI's Realtime interface in its transcription mode, and Deepgram's `listen`.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

import msgspec

from turntempo.probe.askers.asking import Slot, recorded
from turntempo.probe.askers.sound import FRAME_MS, Speech
from turntempo.probe.caller import Caller, Timing, retry_after
from turntempo.probe.endpoint import Endpoint
from turntempo.probe.failure import Failed, of_exception, of_status, safe_code
from turntempo.probe.records import Record

if TYPE_CHECKING:
    import aiohttp

LONGEST_MESSAGE = 1 << 20
MOST_MESSAGES = 20_000
NEAR_END_MS = 150
"""A final that reaches to so near the end of speech holds all of it."""


@dataclass(frozen=True)
class Heard:
    """What a message of the server says: text so far, or the final transcript."""

    final: bool
    text: str
    to_ms: float | None = None
    """How far into the audio it reaches; None: to what was sent before the final was asked for."""
    asked: bool = False
    """It is the answer to the request for a final."""


class Wire(Protocol):
    """The messages of one API."""

    rate: int

    def url(self, to: Endpoint) -> str: ...

    def opening(self, to: Endpoint) -> list[str]: ...

    def audio(self, pcm: bytes) -> str | bytes: ...

    def asks_final(self) -> str: ...

    def heard(self, message: dict[str, Any]) -> Heard | None: ...


class OpenAiWire:
    """`wss://.../v1/realtime?intent=transcription`, without the server's own detection of turns."""

    rate = 24_000

    def __init__(self, key: str | None) -> None:
        self._key = key

    def url(self, to: Endpoint) -> str:
        return f"{to.path('realtime')}?intent=transcription"

    def opening(self, to: Endpoint) -> list[str]:
        audio = {
            "format": {"type": "audio/pcm", "rate": self.rate},
            "transcription": {"model": to.model},
            "turn_detection": None,
        }
        return [_json({"type": "session.update", "session": {"type": "transcription", "audio": {"input": audio}}})]

    def audio(self, pcm: bytes) -> str:
        return _json({"type": "input_audio_buffer.append", "audio": b64encode(pcm).decode()})

    def asks_final(self) -> str:
        return _json({"type": "input_audio_buffer.commit"})

    def heard(self, message: dict[str, Any]) -> Heard | None:
        kind = message.get("type")
        if kind == "conversation.item.input_audio_transcription.delta":
            return Heard(False, _text(message, "delta"))
        if kind == "conversation.item.input_audio_transcription.completed":
            return Heard(True, _text(message, "transcript"), asked=True)
        if kind in ("error", "conversation.item.input_audio_transcription.failed"):
            raise Failed("reported", code=_code(message.get("error"), self._key))
        return None


class DeepgramWire:
    """`wss://.../v1/listen`: 16-bit PCM in binary messages, `Finalize` for the final."""

    rate = 16_000

    def __init__(self, key: str | None) -> None:
        self._key = key

    def url(self, to: Endpoint) -> str:
        asked = {"model": to.model, "encoding": "linear16", "sample_rate": self.rate, "interim_results": "true"}
        return f"{to.path('listen')}?{urlencode(asked)}"

    def opening(self, to: Endpoint) -> list[str]:
        return []

    def audio(self, pcm: bytes) -> bytes:
        return pcm

    def asks_final(self) -> str:
        return _json({"type": "Finalize"})

    def heard(self, message: dict[str, Any]) -> Heard | None:
        if message.get("type") == "Error":
            raise Failed("reported", code=_code(message, self._key))
        if message.get("type") != "Results":
            return None
        try:
            text = message["channel"]["alternatives"][0]["transcript"]
            to_ms = (float(message["start"]) + float(message["duration"])) * 1000
        except (KeyError, IndexError, TypeError, ValueError):
            raise Failed("malformed") from None
        if not isinstance(text, str):
            raise Failed("malformed")
        return Heard(message.get("is_final") is True, text, to_ms, message.get("from_finalize") is True)


WIRES: dict[str, type[OpenAiWire] | type[DeepgramWire]] = {"openai-realtime": OpenAiWire, "deepgram": DeepgramWire}


class Streaming:
    """Has files of speech transcribed as they are spoken, each over a connection of its own.

    `finalize_ms`: after so much silence the final is asked for, as an agent does when its VAD reports the end.
    """

    connects_itself = True

    def __init__(
        self,
        to: Endpoint,
        speech: tuple[Speech, ...],
        verify: ssl.SSLContext,
        finalize_ms: float,
        timeout_s: float,
    ) -> None:
        self._to, self._verify, self._finalize_ms, self._timeout_s = to, verify, finalize_ms, timeout_s
        self._wire: Wire = WIRES[to.api](to.key)
        self._speech = tuple(one.at_rate(self._wire.rate) for one in speech)

    async def ask(self, caller: Caller, slot: Slot) -> Record:
        """One file, spoken once."""
        timing = Timing()
        speech = self._speech[slot.i % len(self._speech)]

        async def measure(found: dict[str, Any]) -> None:
            found["audio_ms"] = speech.ms
            allowed_s = speech.ms / 1000 + 2 * self._timeout_s
            try:
                async with asyncio.timeout(allowed_s), self._connected(timing) as socket:
                    await self._spoken(socket, timing, speech, found)
            except TimeoutError:
                raise Failed("stall" if "first_ms" in found else "timeout") from None

        return await recorded(slot, timing, measure)

    async def _spoken(
        self, socket: aiohttp.ClientWebSocketResponse, timing: Timing, speech: Speech, found: dict[str, Any]
    ) -> None:
        for opening in self._wire.opening(self._to):
            await socket.send_str(opening)
        begin = timing.now()
        end = begin + speech.end_ms
        talk = asyncio.create_task(self._talk(socket, timing, speech, begin))
        texts: list[str] = []
        try:
            async for message in self._messages(socket):
                heard, now = self._wire.heard(message), timing.now()
                if heard is None:
                    continue
                if heard.text.strip():
                    found.setdefault("first_ms", now - begin)
                if not heard.final:
                    continue
                texts.append(heard.text)
                reaches = heard.to_ms is not None and heard.to_ms >= speech.end_ms - NEAR_END_MS
                if heard.asked or reaches:
                    if not any(text.strip() for text in texts):
                        raise Failed("empty")
                    found["done_ms"] = now - end
                    return
                if talk.done() and (broken := talk.exception()):
                    raise broken
        finally:
            talk.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError, RuntimeError):
                await talk
        raise Failed("reset")

    async def _talk(
        self, socket: aiohttp.ClientWebSocketResponse, timing: Timing, speech: Speech, begin: float
    ) -> None:
        """Send the audio as it is spoken, then silence; ask for the final once that has lasted."""
        frames, silence = speech.frames(), bytes(2 * speech.rate * FRAME_MS // 1000)
        asked, k = False, 0
        while True:
            at = k * FRAME_MS
            if not asked and at >= speech.end_ms + self._finalize_ms:
                asked = True
                await socket.send_str(self._wire.asks_final())
            spoken = frames[k] if k < len(frames) else silence
            if not asked or self._to.api == "deepgram":
                sound = self._wire.audio(spoken)
                await (socket.send_bytes(sound) if isinstance(sound, bytes) else socket.send_str(sound))
            k += 1
            await asyncio.sleep(max(0.0, begin + k * FRAME_MS - timing.now()) / 1000)

    async def _messages(self, socket: aiohttp.ClientWebSocketResponse) -> AsyncIterator[dict[str, Any]]:
        """The messages of the server. Raises Failed."""
        import aiohttp

        for _ in range(MOST_MESSAGES):
            try:
                message = await socket.receive(timeout=self._timeout_s + self._speech_s)
            except TimeoutError:
                raise Failed("stall") from None
            if message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING):
                return
            if message.type is aiohttp.WSMsgType.ERROR:
                raise Failed("too_large" if "1009" in str(message.data) or "size" in str(message.data) else "protocol")
            try:
                found = msgspec.json.decode(message.data)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, TypeError):
                raise Failed("malformed") from None
            if not isinstance(found, dict):
                raise Failed("malformed")
            yield found
        raise Failed("endless")

    @property
    def _speech_s(self) -> float:
        return max(one.ms for one in self._speech) / 1000

    @contextlib.asynccontextmanager
    async def _connected(self, timing: Timing) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """The open socket; the time of its handshake is in `timing`. Raises Failed."""
        import aiohttp

        url = self._wire.url(self._to).replace("https://", "wss://", 1).replace("http://", "ws://", 1)
        trace = aiohttp.TraceConfig()
        trace.on_request_redirect.append(_refuse_redirect)
        began = timing.now()
        try:
            async with (
                aiohttp.ClientSession(trace_configs=[trace], trust_env=True) as session,
                session.ws_connect(
                    url,
                    headers=self._to.headers(),
                    ssl=self._verify,
                    max_msg_size=LONGEST_MESSAGE,
                    timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
                ) as socket,
            ):
                timing.connection, timing.connect_ms, timing.http = "new", timing.now() - began, "1.1"
                yield socket
        except aiohttp.WSServerHandshakeError as error:
            wait = error.headers.get("Retry-After", "") if error.headers else ""
            if error.status == 101:
                raise Failed("protocol") from None
            raise of_status(error.status, retry_after({"retry-after": wait}), None, None) from None
        except aiohttp.ClientConnectorCertificateError:
            raise Failed("tls") from None
        except aiohttp.ClientConnectorError as error:
            failed = of_exception(error, False)
            raise (failed if failed.kind in ("dns", "tls") else Failed("connect")) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if isinstance(error, TimeoutError):
                raise
            raise of_exception(error, True) from None


async def _refuse_redirect(*_: object) -> None:
    raise Failed("redirect")


def _json(message: dict[str, Any]) -> str:
    return msgspec.json.encode(message).decode()


def _text(message: dict[str, Any], name: str) -> str:
    text = message.get(name)
    if not isinstance(text, str):
        raise Failed("malformed")
    return text


def _code(error: object, key: str | None) -> str | None:
    if not isinstance(error, dict):
        return None
    return safe_code(error.get("code") or error.get("err_code") or error.get("type"), key)
