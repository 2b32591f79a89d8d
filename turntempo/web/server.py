"""textual-serve behind a guard, on the loopback address: who comes in, how many, and for how long."""

from __future__ import annotations

import asyncio
import contextlib
import html
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import cast

import aiohttp_jinja2
from aiohttp import web
from textual_serve.server import Server, to_int

from stages.i18n import Language, say, translate
from turntempo.web.access import Access, Cookies
from turntempo.web.connections import WAIT_S, Connections
from turntempo.web.guard import APP_COOKIE, DOWNLOAD, DOWNLOAD_COOKIE, ENTER, LAUNCH, Site, guard, refusal
from turntempo.web.sessions import COLUMNS, HEARTBEAT_S, LARGEST, ROWS, Bounds, Session, relay, within

HOST = "127.0.0.1"
PAGE = Path(__file__).with_name("page")

HTTP_PORT = 80
"""The port that a browser leaves out of an address."""

KEEP_ALIVE_S = 30.0
STOPPING_S = 15.0


class Loopback(Server):
    """Serves the app to browsers that were let in with a token, and to no page but its own."""

    def __init__(
        self,
        command: str,
        port: int,
        *,
        language: Language = "en",
        bounds: Bounds | None = None,
        wait_s: float = WAIT_S,
    ) -> None:
        """`wait_s`: time that a connection has for its first request."""
        super().__init__(f"exec {command}", host=HOST, port=port, title="turntempo", templates_path=PAGE)
        self.access = Access()
        self.bounds = bounds or Bounds()
        self.let_in_changed: Callable[[], None] = lambda: None
        """Called after a browser was let in."""
        self._prefix = f"/{secrets.token_urlsafe(16)}"
        self._language, self._wait_s = language, wait_s
        self._sockets: set[web.WebSocketResponse] = set()
        self._connections: Connections | None = None

    @property
    def site(self) -> Site:
        """Where the app is served."""
        return Site(HOST if self.port == HTTP_PORT else f"{HOST}:{self.port}", self._prefix)

    def address(self, path: str = ENTER, lasts_s: float | None = None) -> str:
        """An address that lets one browser in, once."""
        token = self.access.new_token() if lasts_s is None else self.access.new_token(lasts_s)
        return f"{self.site.origin}{path}?token={token}"

    async def on_startup(self, app: web.Application) -> None:
        """No banner: the command prints the address."""

    async def on_shutdown(self, app: web.Application) -> None:
        """Close every session, so that its process ends."""
        await asyncio.gather(*(socket.close() for socket in tuple(self._sockets)))

    async def _make_app(self) -> web.Application:
        """textual-serve below a path of its own, behind the guard."""
        site = self.site
        self.public_url = site.origin
        inner = await super()._make_app()
        phrases = aiohttp_jinja2.get_env(inner).globals
        phrases.update(ended=self._phrase("web.ended"), again=self._phrase("web.again"), language=self._language)
        outer = web.Application(middlewares=[guard(site, self.access, self._let_in, self._language)])
        outer.router.add_get(ENTER, self.enter)
        outer.router.add_get(LAUNCH, self.enter)
        outer.router.add_get(f"{DOWNLOAD}/{{key}}", self.handle_download)
        outer.add_subapp(site.prefix, inner)
        outer.on_response_prepare.append(self._add_headers)
        return outer

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """Exchange the token in the address for cookies, and show the app."""
        spent = request.method == "GET" and self.access.exchange(request.query.get("token", ""))
        if not spent:
            return refusal(self._phrase("web.no_token"))
        self.let_in_changed()
        home = self.site.home
        if request.path == ENTER:
            answer = web.Response(status=303, headers={"Location": home})
        else:  # a file opened it: the cookies are sent to a page that our own page asks for
            refresh = f'<!DOCTYPE html><meta http-equiv="refresh" content="0;url={html.escape(home)}">'
            answer = web.Response(text=refresh, content_type="text/html")
        self._set_cookies(answer, spent)
        return answer

    async def handle_websocket(self, request: web.Request) -> web.StreamResponse:  # type: ignore[override]
        """Run the app for one tab; 503 where as many are open as may be."""
        if len(self._sockets) >= self.bounds.sessions:
            return refusal(self._phrase("web.full", sessions=self.bounds.sessions), 503)
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=LARGEST, compress=False)
        self._sockets.add(socket)
        try:
            await socket.prepare(request)
            await self._run(socket, request)
        finally:
            self._sockets.discard(socket)
        return socket

    async def _run(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        session = Session(
            self.command,
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=_closing(socket),
            download_manager=self.download_manager,
        )
        width, height = (to_int(request.query.get(name, ""), 0) for name in ("width", "height"))
        await session.start(within(width or 80, COLUMNS), within(height or 24, ROWS))
        try:
            await relay(socket, session, self.bounds.idle_s)
        finally:
            await session.end()

    def _let_in(self, request: web.Request) -> None:
        if self._connections is not None:
            self._connections.let_in(request.protocol)

    def _set_cookies(self, answer: web.StreamResponse, cookies: Cookies) -> None:
        for name, value, path in (
            (APP_COOKIE, cookies.app, self.site.home),
            (DOWNLOAD_COOKIE, cookies.download, f"{DOWNLOAD}/"),
        ):
            answer.set_cookie(name, value, path=path, httponly=True, samesite="Strict")

    async def _add_headers(self, request: web.Request, answer: web.StreamResponse) -> None:
        answer.headers.update(self.site.headers())

    def _phrase(self, key: str, **values: object) -> str:
        return translate(say(key, **values), self._language)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Answer requests while the body runs. Raises OSError where the port is taken."""
        runner = web.AppRunner(
            await self._make_app(), access_log=None, keepalive_timeout=KEEP_ALIVE_S, shutdown_timeout=STOPPING_S
        )
        await runner.setup()
        try:
            self._connections = Connections(cast(web.Server, runner.server), self._wait_s)
            listener = await asyncio.get_running_loop().create_server(self._connections, self.host, self.port)
            try:
                yield
            finally:
                listener.close()
        finally:
            await runner.cleanup()


def _closing(socket: web.WebSocketResponse) -> Callable[[], Awaitable[None]]:
    """Closes the socket, as textual-serve asks for it."""

    async def close() -> None:
        await socket.close()

    return close
