"""`turntempo probe` over HTTP/2: compared with HTTP/1.1, and what goes wrong there."""

import asyncio
import ssl
from functools import partial
from pathlib import Path

import pytest

from tests.turntempo.probe.http2 import Script, Stream, chat, spoken
from tests.turntempo.probe.servers import chat as chat_by_http1
from tests.turntempo.probe.servers import serving


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


def asked(probe, tls: ssl.SSLContext, certificate: Path, script: Script, *arguments: object, **more: object):
    with serving(chat_by_http1, tls, partial(spoken, script=script)) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        return *probe(url, "--ca", f"{certificate}.crt", "--timeout", 20, *arguments, **more), server


def test_both_versions_are_compared(probe, tls: ssl.SSLContext, certificate: Path) -> None:
    slow = partial(chat, first_s=0.15)
    done, held, _ = asked(probe, tls, certificate, slow, "--http", "1,2", "--json", n=12, only="load,http")
    assert done.code == 0
    assert {one.failure for one in held.records} == {None}
    by_version = {one.http: one.first_ms for one in held.records}
    assert by_version.keys() == {"1.1", "2"}
    assert all(one.first_ms >= 150 for one in held.records if one.http == "2")
    assert {one.http for one in held.records if not one.cell.startswith("http/")} == {"1.1"}


def test_one_connection_serves_requests_side_by_side(probe, tls: ssl.SSLContext, certificate: Path) -> None:
    _, held, server = asked(probe, tls, certificate, chat, "--http", "2", n=12, concurrency="4")
    assert {(one.failure, one.http) for one in held.records} == {(None, "2")}
    assert sum(one.connection == "new" for one in held.records) < len(held.records) / 2
    names = {one.headers.get(":authority") or one.headers["host"] for one in server.requests}
    assert {name.partition(":")[0] for name in names} == {"localhost"}


async def reset(stream: Stream) -> None:
    stream.begin()
    stream.event({"choices": [{"delta": {"content": "Hello"}}]})
    stream.connection.reset_stream(stream.id, error_code=2)
    stream.flush()


async def refused(stream: Stream) -> None:
    stream.connection.reset_stream(stream.id, error_code=7)
    stream.flush()


async def goes_away(stream: Stream) -> None:
    stream.begin()
    stream.connection.close_connection(error_code=11)
    stream.flush()


async def stalls(stream: Stream) -> None:
    stream.begin()
    stream.event({"choices": [{"delta": {"content": "Hello"}}]})
    await asyncio.sleep(3600)


async def babbles(stream: Stream) -> None:
    stream.writer.write(b"\x00\x00\x04\x00\x00\x00\x00\x00\x00????")  # data of no stream


@pytest.mark.parametrize(
    ("script", "kind", "more"),
    [
        (reset, "reset", ()),
        (refused, "reset", ()),
        (goes_away, "reset", ()),
        (stalls, "stall", ("--timeout", 0.5)),
        (babbles, "protocol", ()),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_what_goes_wrong_there_is_counted_under_its_name(
    script: Script, kind: str, more: tuple[object, ...], probe, tls: ssl.SSLContext, certificate: Path
) -> None:
    done, held, _ = asked(probe, tls, certificate, script, "--http", "2", *more)
    assert {one.failure for one in held.records} == {kind}
    assert done.code == 1
