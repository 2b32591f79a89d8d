"""Sessions of the web app: how many, for how long, and what a client may send."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest

from tests.turntempo.web.clients import Socket, ask, enter, open_socket, origin, serving
from turntempo.web.connections import MOST_WAITING
from turntempo.web.server import Loopback
from turntempo.web.sessions import LARGEST, Bounds


async def session(server: Loopback, cookie: str) -> Socket:
    socket = await open_socket(server, cookie, origin(server))
    if socket.answer.status == 101:
        await socket.until(b"started")
    return socket


async def test_a_few_sessions_are_open_at_once_and_a_place_is_free_again_when_one_closes(tmp_path: Path) -> None:
    async with serving(tmp_path, Bounds(sessions=2)) as server:
        cookie = await enter(server)
        first, second, third = [await session(server, cookie) for _ in range(3)]
        first.send(b"\x03\xe8", opcode=8)
        await first.until_closed()
        while len(server._sockets) > 1:
            await asyncio.sleep(0.01)
        fourth = await session(server, cookie)
        for one in (second, fourth):
            one.close()
    assert [one.answer.status for one in (first, second, third, fourth)] == [101, 101, 503, 101]
    assert "2 sessions are open" in third.answer.body


async def test_an_idle_session_ends_with_its_process_and_one_that_is_used_does_not(tmp_path: Path) -> None:
    async with serving(tmp_path, Bounds(idle_s=0.6)) as server:
        cookie = await enter(server)
        used, idle = await session(server, cookie), await session(server, cookie)
        for _ in range(6):
            used.send(b'["stdin", "x"]')
            idle.send(b'["ping", "1"]')
            await asyncio.sleep(0.2)
        code, heard = await idle.until_closed(), await used.until(b"got x")
        while len(server._sockets) > 1:
            await asyncio.sleep(0.01)
        used.close()
    assert (code, heard) == (1001, True)


async def test_the_socket_closes_when_the_app_dies(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        socket = await session(server, await enter(server))
        socket.send(b'["stdin", "crash"]')
        code = await socket.until_closed()
    assert code == 1000


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"no json",
        b'{"stdin": "x"}',
        b'["stdin"]',
        b'["stdin", 5]',
        b'["resize", {"width": "80", "height": 24}]',
        b'["resize", [80, 24]]',
        b'["ping", 1]',
        b'["deliver_chunk_request", {}]',
        b"[" * 100_000,
    ],
    ids=range(10),
)
async def test_a_message_that_no_page_of_ours_sends_ends_the_session(tmp_path: Path, message: bytes) -> None:
    async with serving(tmp_path) as server:
        socket = await session(server, await enter(server))
        socket.send(message)
        code = await socket.until_closed()
    assert code == 1008


async def test_a_binary_frame_ends_the_session(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        socket = await session(server, await enter(server))
        socket.send(b"\0\1", opcode=2)
        code = await socket.until_closed()
    assert code == 1008


@pytest.mark.parametrize("said", [LARGEST + 1, 1 << 40, (1 << 63) - 1])
async def test_a_frame_that_says_it_is_too_large_ends_the_session_before_it_is_read(tmp_path: Path, said: int) -> None:
    async with serving(tmp_path) as server:
        socket = await session(server, await enter(server))
        socket.send(b'["stdin", "' + b"x" * (64 << 10), said=said)
        code = await socket.until_closed()
        async with asyncio.timeout(10):
            while server._sockets:
                await asyncio.sleep(0.01)
    assert code in (1009, -1)  # too large, or cut off at once


async def test_sizes_beyond_any_screen_are_cut(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        socket = await session(server, await enter(server))
        socket.send(json.dumps(["resize", {"width": 10**9, "height": -5}]).encode())
        cut = await socket.until(b'"width": 1000, "height": 5')
        socket.close()
    assert cut


@pytest.mark.parametrize("lines", [["X: " + "x" * 20_000], [f"X-{at}: y" for at in range(500)]], ids=["long", "many"])
async def test_oversized_headers_are_refused(tmp_path: Path, lines: list[str]) -> None:
    async with serving(tmp_path) as server:
        found = await ask(server, server.site.home, await enter(server), *lines)
    assert found.status == 400


async def test_an_oversized_address_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        found = await ask(server, "/?token=" + "x" * 20_000)
    assert found.status == 400


async def test_a_client_that_sends_its_headers_one_by_one_is_cut_off(tmp_path: Path) -> None:
    async with serving(tmp_path, wait_s=0.5) as server:
        cookie, begun = await enter(server), time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(f"GET / HTTP/1.1\r\nHost: {server.site.host}\r\n".encode())
        cut = asyncio.ensure_future(reader.read())
        while not cut.done() and time.monotonic() - begun < 10:
            writer.write(b"X: y\r\n")
            await asyncio.sleep(0.05)
        took = time.monotonic() - begun
        writer.close()
        answered = await ask(server, server.site.home, cookie)
    assert cut.done()
    assert took < 5
    assert answered.status == 200


async def test_a_session_outlasts_the_time_for_the_first_request(tmp_path: Path) -> None:
    async with serving(tmp_path, wait_s=0.3) as server:
        socket = await session(server, await enter(server))
        await asyncio.sleep(0.8)
        socket.send(b'["stdin", "still"]')
        heard = await socket.until(b"got still")
        socket.close()
    assert heard


async def test_connections_that_only_wait_keep_nobody_out(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        cookie = await enter(server)
        waiting = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(2 * MOST_WAITING)]
        first = await asyncio.wait_for(waiting[0][0].read(), 10)
        answered = await ask(server, server.site.home, cookie)
        for _, writer in waiting:
            writer.close()
    assert first == b""
    assert answered.status == 200


async def test_stopping_the_server_ends_its_sessions(tmp_path: Path) -> None:
    begun = time.monotonic()
    async with serving(tmp_path) as server:
        socket = await session(server, await enter(server))
    code = await socket.until_closed()
    assert code == 1000
    assert time.monotonic() - begun < 10
