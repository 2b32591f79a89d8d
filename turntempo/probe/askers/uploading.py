"""Transcription of a file that is uploaded whole, by OpenAI-compatible servers: the time to the final transcript."""

from __future__ import annotations

from typing import Any

import msgspec

from turntempo.probe.askers.asking import Slot, recorded
from turntempo.probe.askers.sound import Speech
from turntempo.probe.caller import Caller, Timing
from turntempo.probe.endpoint import Endpoint
from turntempo.probe.failure import Failed
from turntempo.probe.records import Record

LARGEST = 4 << 20
"""Bytes of a transcript that are read."""


class _Transcript(msgspec.Struct):
    text: str


class Uploading:
    """Has files of speech transcribed, one a request."""

    connects_itself = False

    def __init__(self, to: Endpoint, speech: tuple[Speech, ...]) -> None:
        self._to, self._speech = to, tuple((one, one.wav()) for one in speech)

    async def ask(self, caller: Caller, slot: Slot) -> Record:
        """One file, from the beginning of its upload to the transcript."""
        timing = Timing()
        speech, wav = self._speech[slot.i % len(self._speech)]

        async def measure(found: dict[str, Any]) -> None:
            found["audio_ms"] = speech.ms
            form: dict[str, Any] = {"data": {"model": self._to.model, "response_format": "json"}}
            form["files"] = {"file": ("speech.wav", wav, "audio/wav")}
            held = bytearray()
            url = self._to.path("audio/transcriptions")
            async with caller.post(url, timing, largest=LARGEST, **form) as answer:
                async for piece in answer.pieces():
                    held += piece
            found["done_ms"] = timing.now()
            if not transcript(bytes(held)).strip():
                raise Failed("empty")

        return await recorded(slot, timing, measure)


def transcript(body: bytes) -> str:
    """The text of an answer. Raises Failed."""
    try:
        return msgspec.json.decode(body, type=_Transcript).text
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Failed("malformed") from None
