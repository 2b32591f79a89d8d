"""Speech of OpenAI-compatible and ElevenLabs-style servers: first byte, leading silence, real-time factor."""

from __future__ import annotations

from typing import Any

from pipeline.importers.spoken_text import tokens
from turntempo.probe.askers.asking import Slot, recorded
from turntempo.probe.askers.scenario import Scenario, picked
from turntempo.probe.askers.sound import silence_ms, without_header
from turntempo.probe.caller import Caller, Timing
from turntempo.probe.endpoint import Endpoint
from turntempo.probe.failure import Failed
from turntempo.probe.records import Record

LARGEST = 32 << 20
"""Bytes of audio that are read."""

BEGINNING = 1 << 20
"""Bytes of the beginning that are kept: about 20 s of it."""

STALL_MS = 200
"""A gap between pieces of audio that lasts longer than what most clients buffer."""


class Speaking:
    """Has the first sentences of replies spoken."""

    connects_itself = False

    def __init__(self, to: Endpoint, scenario: Scenario, voice: str, rate: int) -> None:
        self._to, self._scenario, self._voice, self._rate = to, scenario, voice, rate

    async def ask(self, caller: Caller, slot: Slot) -> Record:
        """One sentence spoken."""
        timing = Timing()
        text = picked(self._scenario.sentences, slot.i)

        async def measure(found: dict[str, Any]) -> None:
            counted = tokens(text)
            found |= {"characters": len(text), "said_tokens": counted.reply if counted else None}
            url, body = self._request(text)
            held, size, last = bytearray(), 0, None
            gaps = [0.0]
            async with caller.post(url, timing, largest=LARGEST, json=body) as answer:
                if not _is_audio(answer.response.headers.get("content-type", "")):
                    raise Failed("malformed")
                async for piece in answer.pieces():
                    if not piece:
                        continue
                    now = timing.now()
                    found.setdefault("first_ms", now)
                    gaps.append(now - last if last is not None else 0.0)
                    size, last = size + len(piece), now
                    held += piece[: max(0, BEGINNING - len(held))]
            found["done_ms"] = timing.now()
            if not size:
                raise Failed("empty")
            found |= {"gap_max_ms": max(gaps), "stalls": sum(gap >= STALL_MS for gap in gaps)}
            found |= self._heard(bytes(held), size)

        return await recorded(slot, timing, measure)

    def _heard(self, begin: bytes, size: int) -> dict[str, float]:
        """How long the audio is, and its silence. Raises Failed where nothing can be heard."""
        pcm, rate = without_header(begin, self._rate)
        if begin[:4] in (b"OggS", b"fLaC") or begin[:3] == b"ID3" or begin[:2] in (b"\xff\xfb", b"\xff\xf3"):
            raise Failed("malformed", code="not_pcm")
        quiet = silence_ms(pcm, rate)
        if quiet is None and size <= len(begin):
            raise Failed("empty", code="silence")
        length = (size - (len(begin) - len(pcm))) / 2 * 1000 / rate
        return {"audio_ms": length} | ({} if quiet is None else {"silence_ms": quiet})

    def _request(self, text: str) -> tuple[str, dict[str, Any]]:
        if self._to.api == "elevenlabs":
            path = f"text-to-speech/{self._voice}/stream?output_format=pcm_{self._rate}"
            return self._to.path(path), {"text": text, "model_id": self._to.model}
        body = {"model": self._to.model, "input": text, "voice": self._voice, "response_format": "pcm"}
        return self._to.path("audio/speech"), body


def _is_audio(kind: str) -> bool:
    """Whether a content type can be that of audio; a server that says none is believed."""
    return not kind or kind.lower().startswith(("audio/", "application/octet-stream"))
