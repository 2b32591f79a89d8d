import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from turntempo.web import Loopback


def test_without_a_terminal_the_next_step_is_reported(run: Callable[..., Any]) -> None:
    found = run("tui")
    assert found.code == 2
    assert "needs a terminal" in found.err
    assert "--web" in found.err


def test_a_path_that_is_not_there_is_reported_before_the_screen_is_taken_over(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    found = run("tui", tmp_path / "gone.jsonl")
    assert (found.code, found.out) == (2, "")
    assert "gone.jsonl: there is no such file or folder" in found.err


def test_a_folder_that_is_not_a_case_is_refused(run: Callable[..., Any], tmp_path: Path) -> None:
    found = run("tui", tmp_path)
    assert found.code == 2
    assert "is a folder and no case" in found.err


def test_an_unknown_profile_is_refused_with_the_list(run: Callable[..., Any]) -> None:
    found = run("tui", "--profile", "ai-tutr")
    assert found.code == 2
    assert "ai-tutor" in found.err


def test_a_port_that_is_taken_is_reported(run: Callable[..., Any]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        found = run("tui", "--web", "--port", taken.getsockname()[1])
    assert found.code == 2
    assert "choose another" in found.err


async def answered(path: str, **headers: str) -> int:
    """The status that a browser gets which sends these headers."""
    served = Loopback("true", 0)
    async with TestServer(await served._make_app()) as server:
        served.port = server.port or 0
        client: TestClient[Any, Any] = TestClient(server)
        async with client:
            found = await client.get(path, headers={"Host": f"127.0.0.1:{served.port}"} | headers)
            return found.status


def test_a_page_of_another_site_cannot_reach_the_app() -> None:
    assert asyncio.run(answered("/")) == 200
    assert asyncio.run(answered("/", Host="rebound.example")) == 403
    assert asyncio.run(answered("/ws", Origin="http://evil.example")) == 403


@pytest.mark.parametrize("path", ["/"])
def test_the_page_asks_no_other_host_for_anything(path: str) -> None:
    async def policy() -> str:
        served = Loopback("true", 0)
        async with TestServer(await served._make_app()) as server:
            served.port = server.port or 0
            async with aiohttp.ClientSession() as session:
                answer = await session.get(server.make_url(path))
                return answer.headers["Content-Security-Policy"]

    assert asyncio.run(policy()).startswith("default-src 'self'")
