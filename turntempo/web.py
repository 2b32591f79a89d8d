"""The terminal app in a browser: served on the loopback address, only to its own pages."""

from __future__ import annotations

import re

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from textual_serve.server import Server

from stages.errors import InputError

HOST = "127.0.0.1"
ELSEWHERE = re.compile(r"<link[^>]*https://[^>]*>")
"""A font that the page would load from another host."""

POLICY = "default-src 'self' 'unsafe-inline' data:"


class Loopback(Server):
    """A server that refuses other pages of the browser, and loads nothing from other hosts."""

    def __init__(self, command: str, port: int) -> None:
        super().__init__(command, host=HOST, port=port, title="turntempo")

    def initialize_logging(self) -> None:
        """No log line for each request; errors are still logged."""

    async def on_startup(self, app: web.Application) -> None:
        """No banner: the command prints the address."""

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(self._guard())
        return app

    def _guard(self) -> Middleware:
        @web.middleware
        async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
            hosts = {f"{name}:{self.port}" for name in (HOST, "localhost")}
            origin = request.headers.get("Origin", "").removeprefix("http://")
            if request.host not in hosts or (origin and origin not in hosts):
                raise web.HTTPForbidden(text="turntempo answers pages of its own alone")
            response = await handler(request)
            if isinstance(response, web.Response) and response.content_type == "text/html" and response.text:
                response.text = ELSEWHERE.sub("", response.text)
            if not response.prepared:
                sockets = " ".join(f"ws://{host}" for host in sorted(hosts))
                response.headers["Content-Security-Policy"] = f"{POLICY}; connect-src 'self' {sockets}"
            return response

        return guarded


def serve(command: str, port: int) -> None:
    """Until Ctrl-C. Raises InputError where the port is taken."""
    try:
        Loopback(command, port).serve()
    except OSError as error:
        raise InputError(f"--port {port}: cannot be listened on ({error.strerror}); choose another") from None
