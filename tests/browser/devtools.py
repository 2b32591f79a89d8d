"""Chromium, driven by its DevTools protocol: key presses in a page, and pictures of it."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.browser.chromium import found

QUIET = ("--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-extensions")
CODES = {"ctrl+q": ("q", 2), "enter": ("Enter", 0), "left": ("ArrowLeft", 0), "down": ("ArrowDown", 0)}
VIRTUAL = {"Enter": 13, "ArrowLeft": 37, "ArrowDown": 40}


class Page:
    """A page that is shown."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._number = socket, 0
        self.requests: list[str] = []
        """Addresses that it requested."""

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Runs a command of the protocol and returns its result."""
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": parameters})
        while True:
            message = json.loads((await self._socket.receive(timeout=60)).data)
            if message.get("method") == "Network.requestWillBeSent":
                self.requests.append(message["params"]["request"]["url"])
            if message.get("id") == self._number:
                found: dict[str, Any] = message.get("result", {})
                return found

    async def press(self, *keys: str) -> None:
        """Keys, as the app names them."""
        for key in keys:
            name, modifiers = CODES.get(key, (key, 0))
            text = (
                {"text": "\r" if name == "Enter" else name}
                if (len(name) == 1 and not modifiers) or name == "Enter"
                else {}
            )
            code = VIRTUAL.get(name, ord(name.upper()[0]))
            common = {"key": name, "modifiers": modifiers, "windowsVirtualKeyCode": code}
            await self.call("Input.dispatchKeyEvent", type="keyDown", **common, **text)
            await self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    async def click(self, x: int, y: int) -> None:
        for kind in ("mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    async def picture(self, path: Path) -> None:
        """A PNG of what is shown."""
        shot = await self.call("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(shot["data"]))


@asynccontextmanager
async def shown(url: str, work: Path, width: int = 1300, height: int = 800) -> AsyncIterator[Page]:
    """The page at this address in a new browser; `work` is an empty folder."""
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    options = [
        *QUIET,
        *sandbox,
        f"--user-data-dir={work}",
        f"--window-size={width},{height}",
        "--remote-debugging-port=0",
    ]
    browser = subprocess.Popen(
        [str(found()), *options, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(await _address(session, work), max_msg_size=0) as socket,
        ):
            page = Page(socket)
            for domain in ("Page", "Network"):
                await page.call(f"{domain}.enable")
            await page.call("Page.navigate", url=url)
            yield page
    finally:
        browser.kill()
        browser.wait()


async def _address(session: aiohttp.ClientSession, work: Path) -> str:
    """The address of the protocol of the page, once the browser has started."""
    port = work / "DevToolsActivePort"
    for _ in range(300):
        if port.exists() and (lines := port.read_text().splitlines()):
            async with session.get(f"http://127.0.0.1:{lines[0]}/json") as answer:
                pages = [one for one in await answer.json() if one["type"] == "page"]
            if pages:
                return str(pages[0]["webSocketDebuggerUrl"])
        await asyncio.sleep(0.1)
    raise TimeoutError("the browser did not start")
