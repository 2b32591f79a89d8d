"""Probes of real models that need no account: a language model, a synthesiser, a recogniser, each behind a server."""

import asyncio
import contextlib
import json
import threading
import wave
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aiohttp import web

from pipeline.simulation import Profile
from stages.audio_models.packages import library
from stages.audio_models.vad import RATE
from stages.live.espeak import Espeak
from stages.live.local_llm import local_model, serving
from turntempo.__main__ import main
from turntempo.probe.journal import read_records

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@contextlib.contextmanager
def http(path: str, handler: Handler) -> Iterator[str]:
    """A server in a thread of its own while the block runs."""
    loop = asyncio.new_event_loop()

    async def start() -> web.AppRunner:
        application = web.Application(client_max_size=1 << 26)
        application.router.add_route("*", path, handler)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner

    runner = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def pcm(text: str) -> bytes:
    return (np.clip(Espeak().sound(text), -1, 1) * 32767).astype("<i2").tobytes()


def probe(capsys: pytest.CaptureFixture[str], stage: str, *arguments: object) -> Any:
    """The JSON of a probe that was done."""
    assert main(["probe", stage, "--json", *map(str, arguments)]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def spoken(tmp_path: Path) -> Path:
    """A sentence that espeak-ng says."""
    path = tmp_path / "said.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm("When do you open on Saturday?") + bytes(RATE))
    return path


def test_a_language_model_is_measured_and_its_stage_profile_taken(capsys, tmp_path: Path) -> None:
    out, profile = tmp_path / "llm.jsonl", tmp_path / "llm.toml"
    with serving() as address:
        model = (
            "--url",
            address,
            "--model",
            local_model().path.stem,
            "--max-tokens",
            16,
            "-o",
            out,
            "--profile-out",
            profile,
        )
        asked = ("-n", 12, "--concurrency", "1,2", "--only", "load,history", "--history", "0,400")
        shown = probe(capsys, "llm", *model, *asked)
    assert shown["failures"] == {}
    assert shown["figures"]["first_ms"]["p50"]["value"] > 1
    assert shown["figures"]["token_ms"]["p50"]["value"] > 0.1
    assert [one["concurrency"] for one in shown["load"]] == [1, 2]
    assert shown["prefill_ms_per_1k"]["estimate"] > 0
    assert {one.connection for one in read_records(out).records} <= {"new", "reused"}
    assert local_model().path.stem in Profile.load(f"support-call+{profile}").llm.ttft_ms.source


def test_a_synthesiser_is_measured_with_the_silence_before_its_words(capsys, tmp_path: Path) -> None:
    voice = Espeak()

    async def speak(request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        response = web.StreamResponse(headers={"Content-Type": "audio/pcm"})
        await response.prepare(request)
        async for part in voice.speak(asked["input"], 0):
            await response.write((np.clip(part, -1, 1) * 32767).astype("<i2").tobytes())
        return response

    out, profile = tmp_path / "tts.jsonl", tmp_path / "tts.toml"
    with http("/v1/audio/speech", speak) as address:
        asked = ("-n", 16, "--concurrency", "1,4", "--rate", 16000, "-o", out, "--profile-out", profile)
        shown = probe(capsys, "tts", "--url", address, "--model", "espeak-ng", "--voice", "en-us", *asked)
    assert shown["failures"] == {}
    first, audible = (shown["figures"][name]["p50"]["value"] for name in ("first_ms", "audible_ms"))
    assert 0 < first <= audible
    assert shown["real_time_factor"]["value"] < 1
    pace = Profile.load(f"support-call+{profile}").tts.ms_per_token.values
    assert 80 < np.median(pace) < 600


def test_a_recogniser_is_measured_over_uploads_and_over_a_socket(capsys, spoken: Path, tmp_path: Path) -> None:
    decoder = library("pocketsphinx").Decoder(samprate=RATE, loglevel="FATAL")
    lock = threading.Lock()

    def heard(sound: bytes) -> str:
        with lock:
            decoder.start_utt()
            decoder.process_raw(sound, no_search=False, full_utt=True)
            decoder.end_utt()
            return str(decoder.hyp().hypstr) if decoder.hyp() else ""

    async def transcribe(request: web.Request) -> web.StreamResponse:
        form = await request.post()
        held: Any = form["file"]
        text = await asyncio.to_thread(heard, held.file.read()[44:])
        return web.json_response({"text": text})

    async def listen(request: web.Request) -> web.StreamResponse:
        socket, sound = web.WebSocketResponse(), bytearray()
        await socket.prepare(request)
        async for message in socket:
            if isinstance(message.data, bytes):
                sound += message.data
            elif json.loads(message.data)["type"] == "Finalize":
                text = await asyncio.to_thread(heard, bytes(sound))
                channel = {"alternatives": [{"transcript": text}]}
                result = {"type": "Results", "start": 0.0, "duration": len(sound) / 2 / RATE, "channel": channel}
                await socket.send_json(result | {"is_final": True, "from_finalize": True})
        return socket

    asked = ("--model", "en-us", "--audio", spoken, "-n", 10, "--concurrency", 1, "--only", "load")
    out, profile = tmp_path / "asr.jsonl", tmp_path / "asr.toml"
    with http("/v1/audio/transcriptions", transcribe) as address:
        uploaded = probe(capsys, "asr", "--url", address, *asked, "-o", out)
    with http("/v1/listen", listen) as address:
        socket = ("--api", "deepgram", "--url", address, "-o", tmp_path / "live.jsonl", "--profile-out", profile)
        streamed = probe(capsys, "asr", *socket, *asked)
    assert uploaded["failures"] == streamed["failures"] == {}
    assert uploaded["figures"]["done_ms"]["p50"]["value"] > 1
    assert streamed["figures"]["done_ms"]["p50"]["value"] >= 200
    assert min(Profile.load(f"support-call+{profile}").asr.final_ms.values) >= 199
