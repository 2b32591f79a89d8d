"""The terminal app in a browser: `turntempo tui --web`, as a person uses it."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.browser.devtools import Page, shown
from tests.turntempo.web.clients import serving
from turntempo.web.launch import LaunchFile

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\?token=[\w-]+")


@pytest.fixture
def port() -> int:
    """One that is free."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def served(port: int, root: Path, tmp_path: Path) -> Iterator[str]:
    """The address that the command prints, of the app with the bundled recording of a tutor."""
    command = [sys.executable, "-m", "turntempo", "tui", "--web", "--port", str(port)]
    environment = os.environ | {"XDG_STATE_HOME": str(tmp_path / "state"), "PYTHONPATH": str(root)}
    server = subprocess.Popen(
        [*command, str(root / "turntempo" / "data" / "tutor.jsonl.gz")],
        env=environment,
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield ADDRESS.search(server.stderr.readline() if server.stderr else "")[0]  # type: ignore[index]
    finally:
        server.terminate()
        server.communicate(timeout=30)


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
    own = served.split("?")[0]
    assert [url for url in requests if not url.startswith((own, own.replace("http:", "ws:"), "data:", "blob:"))] == []
    assert requests
    before, after = (state["sources"][0]["sliders"]["endpointing"] for state in (begun, left))
    assert {name for name in before if before[name] != after[name]} == {"max_silence_ms"}


PAGE = """<!DOCTYPE html><title>other</title><iframe src="{home}"></iframe><script>
const seen = {{frame: "", image: "", fetched: "", socket: "", cookies: ""}};
const tried = [
  fetch("{home}", {{credentials: "include"}})
    .then(r => seen.fetched = "read " + r.status, () => seen.fetched = "refused"),
  new Promise(done => {{ const s = new WebSocket("{home}ws?width=80&height=24".replace("http", "ws"));
    s.onopen = () => {{ seen.socket = "open"; done(); }}; s.onerror = () => {{ seen.socket = "refused"; done(); }}; }}),
  new Promise(done => {{ const i = new Image(); i.onload = () => {{ seen.image = "loaded"; done(); }};
    i.onerror = () => {{ seen.image = "refused"; done(); }}; i.src = "{home}static/images/background.png"; }}),
  fetch("/mine", {{credentials: "include"}}).then(r => r.text()).then(t => seen.cookies = t),
];
Promise.all(tried).then(() => {{
  try {{ seen.frame = document.querySelector("iframe").contentDocument ? "read" : "closed"; }}
  catch (e) {{ seen.frame = "closed"; }}
  window.seen = JSON.stringify(seen);
}});
</script>"""
"""What a page of another user of this machine tries, served from another port, in the browser that was let in."""


@asynccontextmanager
async def other_site(home: str) -> AsyncIterator[str]:
    """The address of such a page; `/mine` there answers with the cookies that it was sent."""

    async def page(request: web.Request) -> web.Response:
        return web.Response(text=PAGE.format(home=home), content_type="text/html")

    async def mine(request: web.Request) -> web.Response:
        return web.Response(text="; ".join(sorted(request.cookies)))

    application = web.Application()
    application.router.add_get("/", page)
    application.router.add_get("/mine", mine)
    async with TestServer(application, host="127.0.0.1") as server:
        yield str(server.make_url("/"))


async def value(page: Page, script: str) -> Any:
    """The value of an expression in the page, once it is true."""
    for _ in range(300):
        found = await page.call("Runtime.evaluate", expression=script)
        if (result := found.get("result", {}).get("value")) not in (None, "", False):
            return result
        await asyncio.sleep(0.1)
    raise TimeoutError(f"{script} stays empty")


def test_a_page_of_another_user_in_the_same_browser_gets_nothing(served: str, tmp_path: Path) -> None:
    async def tried() -> tuple[str, str, Any]:
        async with shown(served, tmp_path / "profile") as page:
            started = await value(page, "document.body.classList.contains('-first-byte') && location.href")
            async with other_site(started) as elsewhere:
                await page.call("Page.navigate", url=elsewhere)
                seen = json.loads(await value(page, "window.seen"))
            await page.call("Page.navigate", url=served)
            return started, await value(page, "document.body.innerText"), seen

    home, again, seen = asyncio.run(tried())
    assert "token" not in home
    assert seen == {"frame": "closed", "image": "refused", "fetched": "refused", "socket": "refused", "cookies": ""}
    assert "has been used" in again


def test_the_file_that_opens_a_browser_brings_it_to_the_app(tmp_path: Path) -> None:
    async def opened() -> Any:
        async with serving(tmp_path) as server:
            launch = LaunchFile(server.address("/launch", lasts_s=60))
            try:
                async with shown(launch.path.as_uri(), tmp_path / "profile") as page:
                    await value(page, "document.body && document.body.classList.contains('-loaded')")
                    return await value(page, "location.pathname"), server.site.home, page.requests
            finally:
                launch.remove()

    path, home, requests = asyncio.run(opened())
    assert path == home
    assert len([url for url in requests if "token=" in url]) == 1


NOTED = "window.broken = []; addEventListener('securitypolicyviolation', e => broken.push(e.violatedDirective))"


def test_the_page_keeps_to_its_own_policy_and_what_is_put_into_it_does_not_run(tmp_path: Path) -> None:
    async def used() -> Any:
        async with serving(tmp_path) as server, shown("about:blank", tmp_path / "profile") as page:
            await page.call("Page.addScriptToEvaluateOnNewDocument", source=NOTED)
            await page.call("Page.navigate", url=server.address())
            await value(page, "document.body && document.body.classList.contains('-first-byte')")
            before = await value(page, "JSON.stringify(broken)")
            put = "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\">')"
            await page.call("Runtime.evaluate", expression=put)
            await value(page, "broken.length")
            return before, await value(page, "JSON.stringify([broken, window.ran || 0])")

    before, after = asyncio.run(used())
    assert json.loads(before) == []
    assert json.loads(after) == [["script-src-attr"], 0]
