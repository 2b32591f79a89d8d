"""`turntempo probe tts` and `asr` on servers whose times are known."""

import asyncio
import base64
import contextlib
import json
import threading
import time
import wave
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import aiohttp.web
import numpy as np
import pytest

from pipeline.simulation import Profile
from tests.turntempo.probe.servers import Request, begin, end, piece, refuse, serving
from turntempo.probe.journal import read_records

Writer = asyncio.StreamWriter
RATE = 24_000


def pcm(silence_ms: int, sound_ms: int, rate: int = RATE) -> bytes:
    quiet = np.zeros(rate * silence_ms // 1000, dtype="<i2")
    loud = (8000 * np.sin(np.arange(rate * sound_ms // 1000) / 10)).astype("<i2")
    return quiet.tobytes() + loud.tobytes()


async def speech(request: Request, writer: Writer) -> None:
    """A second of audio, its first 120 ms silent: first byte after 50 ms, the rest in halves."""
    audio = pcm(120, 880)
    await asyncio.sleep(0.05)
    begin(writer, "audio/pcm")
    piece(writer, audio[: len(audio) // 2])
    await writer.drain()
    await asyncio.sleep(0.03)
    piece(writer, audio[len(audio) // 2 :])
    end(writer)


def test_first_byte_leading_silence_and_length_are_those_of_the_audio(run, tmp_path: Path) -> None:
    out, profile = tmp_path / "r.jsonl", tmp_path / "tts.toml"
    with serving(speech) as server:
        common = ("--url", server.url, "--model", "m", "--voice", "v", "-n", 14, "--concurrency", 1)
        done = run("probe", "tts", *common, "--only", "load", "-o", out, "--profile-out", profile, "--json")
        asked = [one.json for one in server.requests]
    assert done.code == 0
    for one in read_records(out).records:
        assert one.failure is None
        assert one.silence_ms == pytest.approx(120, abs=1)
        assert one.audio_ms == pytest.approx(1000)
        assert one.first_ms is not None
        assert one.done_ms is not None
        assert one.first_ms >= 50
        assert one.done_ms >= max(one.first_ms, 79)  # the first byte may be seen late, and the last beside it
    assert asked[0] == {"model": "m", "voice": "v", "response_format": "pcm", "input": asked[0]["input"]}
    assert done.json["real_time_factor"]["value"] >= 0.08
    found = Profile.load(f"support-call+{profile}").tts
    assert min(found.ttfb_ms.values) >= 170
    assert "audible" in found.ttfb_ms.source
    assert len(found.ms_per_token.values) == 13


def test_elevenlabs_is_asked_in_its_own_form_with_its_own_header(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELEVENLABS_API_KEY", "el-secret-0123456789")
    with serving(speech) as server:
        common = ("--api", "elevenlabs", "--url", server.url, "--model", "flash", "--voice", "v1", "-n", 4)
        done = run(
            "probe", "tts", *common, "--concurrency", 1, "--only", "load", "--rate", 16000, "-o", tmp_path / "r.jsonl"
        )
        first = server.requests[0]
    assert done.code == 0
    assert first.path == "/v1/text-to-speech/v1/stream?output_format=pcm_16000"
    assert first.headers["xi-api-key"] == "el-secret-0123456789"
    assert first.json["model_id"] == "flash"
    assert "el-secret" not in (tmp_path / "r.jsonl").read_text() + done.out + done.err


def answers(kind: str, body: bytes) -> Callable[[Request, Writer], Awaitable[None]]:
    async def script(request: Request, writer: Writer) -> None:
        begin(writer, kind)
        if body:
            piece(writer, body)
        end(writer)

    return script


@pytest.mark.parametrize(
    ("kind", "body", "failure"),
    [
        ("audio/pcm", b"", "empty"),
        ("audio/pcm", bytes(48_000), "empty"),
        ("application/json", b"{}", "malformed"),
        ("text/html", b"<html>", "malformed"),
        ("audio/mpeg", b"ID3" + bytes(1000), "malformed"),
        ("audio/pcm", b"\x01", "empty"),
        ("audio/wav", b"RIFF\xff\xff\xff\xffWAVEfmt \xff\xff\xff\xff", "empty"),
        ("audio/pcm", pcm(0, 1000) * 700, "too_large"),
    ],
    ids=("nothing", "silence", "JSON", "HTML", "MP3", "half a sample", "a cut header", "too much"),
)
def test_what_is_no_audio_is_counted_as_that(kind: str, body: bytes, failure: str, run, tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"
    with serving(answers(kind, body)) as server:
        common = ("--url", server.url, "--model", "m", "--voice", "v", "-n", 4, "--concurrency", 1)
        done = run("probe", "tts", *common, "--only", "load", "-o", out)
    assert {one.failure for one in read_records(out).records} == {failure}
    assert done.code == 1
    assert "none of 4 requests was answered" in done.err


@pytest.fixture
def audio(tmp_path: Path) -> Path:
    """600 ms of sound, then 300 ms of silence, at 16 kHz."""
    path = tmp_path / "said.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(pcm(0, 600, 16_000) + pcm(300, 0, 16_000))
    return path


def test_an_upload_is_timed_to_its_transcript(run, audio: Path, tmp_path: Path) -> None:
    async def script(request: Request, writer: Writer) -> None:
        assert b"RIFF" in request.body
        await asyncio.sleep(0.06)
        refuse(writer, "200 OK", b'{"text": "hello there"}')

    out, profile = tmp_path / "r.jsonl", tmp_path / "asr.toml"
    with serving(script) as server:
        common = ("--url", server.url, "--model", "m", "--audio", audio, "-n", 12, "--concurrency", 1)
        done = run("probe", "asr", *common, "--only", "load", "-o", out, "--profile-out", profile, "--json")
    assert done.code == 0
    assert done.json["figures"]["done_ms"]["p50"]["value"] >= 60
    assert "hello" not in out.read_text()
    assert min(Profile.load(f"support-call+{profile}").asr.final_ms.values) >= 60


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"text": 7}', b'{"text": "' + b"x" * (5 << 20), b'{"txt": "a"}'],
    ids=("nothing", "a list", "a number", "too much", "another name"),
)
def test_what_is_no_transcript_is_counted_as_that(body: bytes, run, audio: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"

    async def script(request: Request, writer: Writer) -> None:
        refuse(writer, "200 OK", body)

    with serving(script) as server:
        common = ("--url", server.url, "--model", "m", "--audio", audio, "-n", 4, "--concurrency", 1)
        run("probe", "asr", *common, "--only", "load", "-o", out)
    assert {one.failure for one in read_records(out).records} <= {"malformed", "too_large"}


Spoken = Callable[[aiohttp.web.Request, aiohttp.web.WebSocketResponse], Awaitable[None]]


@contextlib.contextmanager
def sockets(spoken: Spoken) -> Iterator[str]:
    """A server of WebSockets in a thread of its own."""
    loop = asyncio.new_event_loop()

    async def handle(request: aiohttp.web.Request) -> aiohttp.web.WebSocketResponse:
        socket = aiohttp.web.WebSocketResponse(max_msg_size=1 << 22)
        await socket.prepare(request)
        await spoken(request, socket)
        return socket

    async def start() -> tuple[aiohttp.web.AppRunner, int]:
        application = aiohttp.web.Application()
        application.router.add_get("/v1/{name}", handle)
        runner = aiohttp.web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        site = aiohttp.web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return runner, runner.addresses[0][1]

    runner, port = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"ws://127.0.0.1:{port}/v1"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def results(text: str, to_s: float, final: bool, finalized: bool = False) -> str:
    channel = {"alternatives": [{"transcript": text, "confidence": 0.9}]}
    found = {"type": "Results", "start": 0.0, "duration": to_s, "is_final": final, "channel": channel}
    return json.dumps(found | {"from_finalize": finalized})


async def deepgram(request: aiohttp.web.Request, socket: aiohttp.web.WebSocketResponse) -> None:
    heard = 0
    async for message in socket:
        if message.type is aiohttp.WSMsgType.BINARY:
            heard += len(message.data)
            if heard == 640 * 10:
                await socket.send_str(results("hello", 0.2, False))
        elif json.loads(message.data)["type"] == "Finalize":
            await asyncio.sleep(0.05)
            await socket.send_str(results("hello there", 0.3, True, True))


def asr(run, url: str, api: str, audio: Path, out: Path, *more: object):
    common = ("--api", api, "--url", url, "--model", "m", "--audio", audio, "-n", 4, "--concurrency", 2)
    return run("probe", "asr", *common, "-o", out, "--timeout", 2, "--json", *more)


def test_deepgram_is_timed_from_the_end_of_speech_to_the_final(run, audio: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"
    with sockets(deepgram) as url:
        done = asr(run, url, "deepgram", audio, out, "--finalize-after", 100)
    assert done.code == 0
    for one in read_records(out).records:
        assert one.failure is None
        assert one.done_ms is not None
        assert one.first_ms is not None
        assert one.done_ms >= 149
        assert one.first_ms >= 180


async def realtime(request: aiohttp.web.Request, socket: aiohttp.web.WebSocketResponse) -> None:
    assert request.query["intent"] == "transcription"
    heard, kinds = 0, []
    kind = "conversation.item.input_audio_transcription"
    async for message in socket:
        found = json.loads(message.data)
        kinds.append(found["type"])
        if found["type"] == "input_audio_buffer.append":
            heard += len(base64.b64decode(found["audio"]))
        elif found["type"] == "input_audio_buffer.commit":
            assert kinds[0] == "session.update"
            assert heard >= 0.6 * 2 * RATE
            await socket.send_str(json.dumps({"type": f"{kind}.delta", "delta": "hello"}))
            await asyncio.sleep(0.04)
            await socket.send_str(json.dumps({"type": f"{kind}.completed", "transcript": "hello there"}))


def test_openai_realtime_is_timed_from_the_end_of_speech_to_the_completed_transcript(
    run, audio: Path, tmp_path: Path
) -> None:
    out = tmp_path / "r.jsonl"
    with sockets(realtime) as url:
        done = asr(run, url, "openai-realtime", audio, out)
    assert done.code == 0
    assert {one.failure for one in read_records(out).records} == {None}
    assert all(one.done_ms is not None and one.done_ms >= 239 for one in read_records(out).records)


def saying(*messages: str | bytes, then: str = "wait") -> Spoken:
    async def spoken(request: aiohttp.web.Request, socket: aiohttp.web.WebSocketResponse) -> None:
        for message in messages:
            await (socket.send_str(message) if isinstance(message, str) else socket.send_bytes(message))
        if then == "close":
            await socket.close()
        elif then == "abort":
            assert request.transport is not None
            request.transport.abort()
        elif then == "flood":
            with contextlib.suppress(ConnectionError, OSError):
                while not socket.closed:
                    await socket.send_str('{"type": "Metadata"}')
        else:
            async for _ in socket:
                pass

    return spoken


@pytest.mark.parametrize(
    ("spoken", "failures"),
    [
        (saying(), {"stall", "timeout"}),
        (saying(then="close"), {"reset"}),
        (saying(then="abort"), {"reset"}),
        (saying(then="flood"), {"endless", "timeout"}),
        (saying("{"), {"malformed"}),
        (saying("[]"), {"malformed"}),
        (saying("[" * 100_000), {"malformed"}),
        (saying(b"\x00\xff"), {"malformed"}),
        (saying('{"type": "Results"}'), {"malformed"}),
        (saying('{"type": "Results", "start": "a", "duration": [], "channel": 3}'), {"malformed"}),
        (saying(results("", 5, True)), {"empty"}),
        (saying('{"type": "Error", "err_code": "BAD"}'), {"reported"}),
        (saying('{"type": "' + "x" * (2 << 20) + '"}'), {"too_large", "reset", "protocol"}),
    ],
    ids=(
        "silent",
        "closes",
        "aborts",
        "floods",
        "no JSON",
        "a list",
        "nested",
        "bytes",
        "no channel",
        "wrong types",
        "an empty final",
        "an error",
        "a long message",
    ),
)
def test_a_socket_that_misbehaves_is_counted(
    spoken: Spoken, failures: set[str], run, audio: Path, tmp_path: Path
) -> None:
    out = tmp_path / "r.jsonl"
    with sockets(spoken) as url:
        done = asr(run, url, "deepgram", audio, out)
    assert "Traceback" not in done.err
    assert {one.failure for one in read_records(out).records} <= failures


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        ("401 Unauthorized", "unauthorized"),
        ("307 Temporary Redirect", "redirect"),
        ("500 No", "http_5xx"),
        ("200 OK", "http_other"),
    ],
)
def test_a_socket_that_is_refused_is_counted(status: str, failure: str, run, audio: Path, tmp_path: Path) -> None:
    async def script(request: Request, writer: Writer) -> None:
        refuse(writer, status, Location="ws://127.0.0.1:1/v1/listen")

    out = tmp_path / "r.jsonl"
    with serving(script) as server:
        asr(run, server.url.replace("http:", "ws:"), "deepgram", audio, out)
    assert {one.failure for one in read_records(out).records} <= {failure, "protocol"}


def test_a_rate_limit_of_a_socket_is_waited_for(run, audio: Path, tmp_path: Path) -> None:
    begun: list[float] = []

    async def script(request: Request, writer: Writer) -> None:
        begun.append(time.monotonic())
        refuse(writer, "429 Too Many Requests", Retry_After="3600")

    with serving(script) as server:
        done = asr(run, server.url.replace("http:", "ws:"), "deepgram", audio, tmp_path / "r.jsonl")
    assert done.code == 1
    assert len(begun) <= 2
    assert "60 min" in done.err


@pytest.mark.parametrize(
    ("bytes_", "says"),
    [(b"", "WAV"), (b"RIFF0000WAVE", "WAV"), (b"not a wave file at all", "WAV")],
)
def test_a_file_that_is_no_speech_is_refused(bytes_: bytes, says: str, run, tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(bytes_)
    done = run("probe", "asr", "--url", "http://127.0.0.1:9/v1", "--model", "m", "--audio", path, "-o", tmp_path / "r")
    assert done.code == 2
    assert says in done.err
    assert str(path) in done.err
