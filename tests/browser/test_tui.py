"""The terminal app in a browser: `turntempo tui --web`, as a person uses it."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.devtools import shown


@pytest.fixture
def port() -> int:
    """One that is free."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def served(port: int, root: Path, tmp_path: Path) -> Iterator[str]:
    """The address of the app with the bundled recording of a tutor."""
    command = [sys.executable, "-m", "turntempo", "tui", "--web", "--port", str(port)]
    environment = os.environ | {"XDG_STATE_HOME": str(tmp_path / "state"), "PYTHONPATH": str(root)}
    server = subprocess.Popen(
        [*command, str(root / "turntempo" / "data" / "tutor.jsonl.gz")], env=environment, cwd=tmp_path
    )
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            server.poll()
            asyncio.run(asyncio.sleep(0.1))
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


async def remembered(memory: Path, screen: str) -> Any:
    """What the app has written down, once it is on this screen."""
    for _ in range(600):
        if memory.exists() and (state := json.loads(memory.read_text()))["screen"] == screen:
            return state
        await asyncio.sleep(0.1)
    raise TimeoutError(f"{memory} does not tell of the screen {screen}")


def test_sliders_move_in_a_browser_and_nothing_is_asked_of_another_host(
    served: str, tmp_path: Path, pictures: Path
) -> None:
    memory = tmp_path / "state" / "turntempo" / "tui.json"

    async def used() -> tuple[list[str], Any, Any]:
        async with shown(served, tmp_path / "profile") as page:
            begun = await remembered(memory, "open")
            await page.click(600, 300)
            await page.press("3", "down", "down", "left")
            await asyncio.sleep(2)
            await page.picture(pictures / "tui-in-a-browser.png")
            await page.press("ctrl+q")
            return page.requests, begun, await remembered(memory, "try")

    requests, begun, left = asyncio.run(used())
    assert [url for url in requests if not url.startswith((served, "data:", "blob:"))] == []
    assert requests
    before, after = (state["sources"][0]["sliders"]["endpointing"] for state in (begun, left))
    assert {name for name in before if before[name] != after[name]} == {"max_silence_ms"}
