"""A server that misbehaves is a class of failure that is counted: never a hang, a traceback or unbounded memory."""

import asyncio
import json
import resource
import socket
import socketserver
import ssl
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.turntempo.probe.servers import WORDS, Request, begin, chat, end, event, piece, refuse, serving
from turntempo.probe.failure import KINDS

Writer = asyncio.StreamWriter
Script = Callable[[Request, Writer], Awaitable[None]]

FOREVER_S = 3600


async def silent(request: Request, writer: Writer) -> None:
    await asyncio.sleep(FOREVER_S)


async def stalls(request: Request, writer: Writer) -> None:
    begin(writer)
    event(writer, {"choices": [{"delta": {"content": "Hello"}}]})
    await writer.drain()
    await asyncio.sleep(FOREVER_S)


async def head_only(request: Request, writer: Writer) -> None:
    begin(writer)
    await writer.drain()
    await asyncio.sleep(FOREVER_S)


async def resets(request: Request, writer: Writer) -> None:
    begin(writer)
    event(writer, {"choices": [{"delta": {"content": "Hello"}}]})
    await writer.drain()
    writer.transport.abort()


async def resets_at_once(request: Request, writer: Writer) -> None:
    writer.transport.abort()


async def ends_in_the_middle(request: Request, writer: Writer) -> None:
    begin(writer)
    event(writer, {"choices": [{"delta": {"content": "Hello"}}]})
    end(writer)


async def trickles(request: Request, writer: Writer) -> None:
    begin(writer)
    for _ in range(FOREVER_S):
        piece(writer, b":")
        await writer.drain()
        await asyncio.sleep(0.02)


async def endless(request: Request, writer: Writer) -> None:
    begin(writer)
    for _ in range(FOREVER_S * 100):
        event(writer, {"choices": [{"delta": {"content": "on"}}]})
        await writer.drain()
        await asyncio.sleep(0.01)


async def long_line(request: Request, writer: Writer) -> None:
    begin(writer)
    piece(writer, b"data: ")
    for _ in range(1 << 10):  # a gigabyte
        piece(writer, b"x" * (1 << 20))
        await writer.drain()


async def many_lines(request: Request, writer: Writer) -> None:
    begin(writer)
    for _ in range(1 << 10):
        piece(writer, b"data: x\n" * (1 << 17))
        await writer.drain()


async def comments(request: Request, writer: Writer) -> None:
    begin(writer)
    for _ in range(1 << 10):
        piece(writer, b": x\n" * (1 << 18))
        await writer.drain()


def sends(*data: bytes) -> Script:
    """One event for each, and the end."""

    async def script(request: Request, writer: Writer) -> None:
        begin(writer)
        for one in data:
            event(writer, one)
        end(writer)

    return script


def says(raw: bytes) -> Script:
    """These bytes, whatever they are, and the end of the connection."""

    async def script(request: Request, writer: Writer) -> None:
        writer.write(raw)
        await writer.drain()
        writer.close()

    return script


def refuses(status: str, body: bytes = b"{}", **more: str) -> Script:
    async def script(request: Request, writer: Writer) -> None:
        refuse(writer, status, body, **more)

    return script


BAD: dict[str, tuple[Script, set[str]]] = {
    "silent": (silent, {"timeout"}),
    "head only": (head_only, {"timeout"}),
    "stalls": (stalls, {"stall"}),
    "resets": (resets, {"reset"}),
    "resets at once": (resets_at_once, {"reset"}),
    "ends in the middle": (ends_in_the_middle, {"reset"}),
    "trickles": (trickles, {"endless"}),
    "endless": (endless, {"endless"}),
    "long line": (long_line, {"too_large"}),
    "many lines": (many_lines, {"too_large"}),
    "comments": (comments, {"too_large"}),
    "no JSON": (sends(b"{"), {"malformed"}),
    "nested": (sends(b"[" * 100_000), {"malformed"}),
    "wrong type of an event": (sends(b'"text"'), {"malformed"}),
    "wrong type of choices": (sends(b'{"choices": {"delta": 1}}'), {"malformed"}),
    "wrong type of content": (sends(b'{"choices": [{"delta": {"content": 7}}]}'), {"malformed"}),
    "wrong type of usage": (sends(b'{"usage": {"prompt_tokens": "many"}}'), {"malformed"}),
    "no UTF-8": (sends(b'{"choices": [{"delta": {"content": "\xff\xfe"}}]}'), {"malformed"}),
    "an error event": (sends(b'{"error": {"code": "overloaded", "message": "no"}}'), {"reported"}),
    "nothing": (sends(b"[DONE]"), {"empty"}),
    "no text": (sends(b'{"choices": [{"delta": {}, "finish_reason": "stop"}]}', b"[DONE]"), {"empty"}),
    "no HTTP": (says(b"220 mail.example ESMTP\r\n"), {"protocol", "reset"}),
    "a broken chunk": (says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), {"protocol", "reset"}),
    "a flood of headers": (says(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 100_000), {"protocol", "reset"}),
    "one endless header": (says(b"HTTP/1.1 200 OK\r\nX: " + b"a" * (2 << 20)), {"protocol", "reset"}),
    "a negative length": (says(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"), {"protocol", "reset"}),
    "a redirect": (refuses("307 Temporary Redirect", Location="http://127.0.0.1:1/"), {"redirect"}),
    "a server error": (refuses("500 Internal Server Error"), {"http_5xx"}),
    "an odd status": (refuses("299 Odd"), {"http_other"}),
    "unauthorized": (refuses("401 Unauthorized"), {"unauthorized"}),
    "not found": (refuses("404 Not Found"), {"not_found"}),
    "a bad request": (refuses("400 Bad Request", b'{"error": {"code": "unknown_model"}}'), {"bad_request"}),
}


@pytest.mark.parametrize("name", BAD)
def test_each_misbehaviour_is_counted_under_its_name(name: str, probe) -> None:
    script, kinds = BAD[name]
    with serving(script) as server:
        done, held = probe(server.url, "--timeout", 10 if "too_large" in kinds else 0.4, "--json")
    assert done.code in (0, 1)
    assert "Traceback" not in done.err
    assert held.records
    assert {one.failure for one in held.records} <= kinds


def test_memory_is_bounded_whatever_a_server_sends(probe) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with serving(long_line) as server:
        probe(server.url, "--timeout", 5)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kB; it offers a gigabyte each time


@pytest.mark.parametrize("name", ["stalls", "no JSON", "resets"])
def test_good_answers_beside_bad_ones_count(name: str, probe) -> None:
    async def mixed(request: Request, writer: Writer) -> None:
        await (BAD[name][0] if request.number % 3 == 1 else chat)(request, writer)

    with serving(mixed) as server:
        done, held = probe(server.url, "--timeout", 2, n=8)
    failures = [one.failure for one in held.records]
    assert done.code == 0
    assert failures.count(None) >= len(failures) / 2
    assert set(failures) - {None} <= BAD[name][1]
    assert failures.count(None) < len(failures)


def test_what_lasts_ends_the_run_soon_and_says_what_to_check(probe) -> None:
    with serving(refuses("401 Unauthorized", b'{"error": {"code": "invalid_api_key"}}')) as server:
        done, held = probe(server.url, n=50)
    assert (done.code, len(held.records)) == (1, 3)
    assert "unauthorized" in done.err
    assert "invalid_api_key" in done.err
    assert "--key-env" in done.err


def test_a_redirect_is_not_followed_and_its_host_is_named(probe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-0123456789")
    with serving(chat) as other:
        with serving(refuses("308 Permanent Redirect", Location=other.url.replace("127.0.0.1", "localhost"))) as server:
            done, _ = probe(server.url)
        assert other.requests == []
    assert "localhost" in done.err
    assert done.code == 1


def test_a_port_that_nobody_listens_at_is_a_failure_to_connect(probe) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        done, held = probe(f"http://127.0.0.1:{taken.getsockname()[1]}/v1", "--timeout", 2)
    assert {one.failure for one in held.records} == {"connect"}
    assert "Check host and port" in done.err


def test_a_host_of_no_address_is_a_failure_of_the_look_up(probe) -> None:
    done, held = probe("http://no-such-host.invalid/v1", "--timeout", 5)
    assert {one.failure for one in held.records} == {"dns"}
    assert "Check the host" in done.err


def test_a_server_that_never_finishes_its_tls_handshake_is_given_up(probe) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    try:
        _, held = probe(f"https://127.0.0.1:{listener.getsockname()[1]}/v1", "--timeout", 0.3)
    finally:
        listener.close()
    failures = {one.failure for one in held.records}
    assert failures
    assert failures <= {"connect_timeout", "timeout"}


class _Greets(socketserver.BaseRequestHandler):
    """Speaks first, in plain text, as a mail server does."""

    def handle(self) -> None:
        self.request.sendall(b"220 ready\r\n")
        self.request.recv(1024)


def test_plain_text_where_tls_is_spoken_is_a_failure_of_tls(probe) -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Greets) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        _, held = probe(f"https://127.0.0.1:{server.server_address[1]}/v1", "--timeout", 20)
        server.shutdown()
    failures = {one.failure for one in held.records}
    assert failures
    assert failures <= {"tls", "reset"}


def test_a_certificate_that_nobody_signed_is_refused_and_taken_with_ca(probe, certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(chat, context) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        refused, held = probe(url)
        assert {one.failure for one in held.records} == {"tls"}
        assert "--ca" in refused.err
        done, held = probe(url, "--ca", f"{certificate}.crt", "--force")
    assert done.code == 0
    assert {one.failure for one in held.records} == {None}
    new = [one for one in held.records if one.connection == "new"]
    assert all(one.tls_ms is not None and one.connect_ms is not None for one in new)


@pytest.mark.parametrize("name", ["silent", "stalls", "resets"])
def test_what_goes_wrong_after_the_handshake_is_no_failure_of_tls(name: str, probe, certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    script, kinds = BAD[name]
    with serving(script, context) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        done, held = probe(url, "--ca", f"{certificate}.crt", "--timeout", 0.5)
    failures = {one.failure for one in held.records}
    assert failures
    assert failures <= kinds
    assert done.code == 1


SECRET = "sk-proj-AbCdEf0123456789"


@pytest.mark.parametrize("code", [SECRET, SECRET[3:15], "key-" + SECRET[-10:], "\u001b[31mred", "x" * 500])
def test_no_part_of_a_key_that_a_server_echoes_is_shown_or_kept(
    code: str, probe, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    body = json.dumps({"error": {"code": code, "message": f"wrong key {SECRET}"}}).encode()
    with serving(refuses("401 Unauthorized", body, Location=f"http://{SECRET}.example/")) as server:
        done, _ = probe(server.url, "--json")
        assert server.requests[0].headers["authorization"] == f"Bearer {SECRET}"
    everything = done.out + done.err + (tmp_path / "records.jsonl").read_text()
    assert not any(SECRET[at : at + 6].lower() in everything.lower() for at in range(len(SECRET) - 5))
    assert "\u001b[31m" not in everything


def test_every_kind_of_failure_has_a_step_or_is_counted(probe) -> None:
    from stages.i18n import catalogue
    from turntempo.probe.failure import LASTING

    assert {f"probing.step_{kind}" for kind in LASTING} <= set(catalogue("en"))
    assert set(KINDS) >= LASTING


def test_words_are_what_the_scripted_chat_says() -> None:
    assert "".join(WORDS).startswith("Hello, this")
