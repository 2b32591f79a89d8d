"""One HTTP request with the time of each of its steps, on a connection that is new or reused."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import msgspec

from stages.errors import InputError
from turntempo import clock
from turntempo.probe.endpoint import Endpoint
from turntempo.probe.failure import Failed, of_exception, of_status, safe_code
from turntempo.probe.records import Version

if TYPE_CHECKING:
    import httpx

LARGEST_ERROR = 64 << 10
"""Bytes of the answer to a failed request that are looked at for its code."""
GRACE_S = 1.0
"""For an answer that says that it is complete to end."""

LONGEST_WAIT_S = 30 * 24 * 3600

SERVER_TIMES = ("openai-processing-ms", "x-envoy-upstream-service-time")
"""Headers in which a server says how many ms it took."""


@dataclass
class Timing:
    """When what happened, in ms from the beginning of the request."""

    began: float = field(default_factory=clock.monotonic_ms)
    connection: str | None = None
    dns_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    headers_ms: float | None = None
    ended_ms: float | None = None
    """The end of the answer, where it says so before its connection is free again."""
    http: str | None = None
    server_ms: float | None = None
    server_ms_from: str | None = None
    _started: dict[str, float] = field(default_factory=dict)

    def now(self) -> float:
        """Milliseconds since the beginning."""
        return clock.monotonic_ms() - self.began

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """What httpx's trace calls: it times the connection."""
        step, _, state = event.rpartition(".")
        if state == "started":
            self._started[step] = self.now()
            if step.endswith("send_request_headers"):
                self.connection = self.connection or "reused"
        elif state == "complete" and step in ("connection.connect_tcp", "connection.start_tls"):
            took = self.now() - self._started.get(step, self.now())
            if step.endswith("tls"):
                self.tls_ms = took
            else:
                self.connect_ms, self.connection = took, "new"

    def fields(self) -> dict[str, Any]:
        """The fields of a record that are timed here."""
        names = ("connection", "http", "dns_ms", "connect_ms", "tls_ms", "headers_ms", "server_ms", "server_ms_from")
        return {name: getattr(self, name) for name in names}


class Answer:
    """An answer whose body is being read: pieces as they arrive, never more than `largest` bytes."""

    def __init__(self, response: httpx.Response, timing: Timing, largest: int) -> None:
        self.timing = timing
        self.response = response
        self.began = False
        self._largest = largest

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body's pieces. Raises Failed where it is larger than it may be."""
        size = 0
        async for piece in self.response.aiter_raw():
            size += len(piece)
            if size > self._largest:
                raise Failed("too_large")
            self.began = self.began or bool(piece)
            yield piece

    async def read_out(self, pieces: AsyncIterator[bytes]) -> None:
        """Read what is left, so that the connection can be reused; give up soon where the server does not end."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_S):
                async for _ in pieces:
                    pass


class Caller:
    """Requests to one endpoint over connections of its own; a context manager."""

    def __init__(self, to: Endpoint, version: Version, timeout_s: float, most: int, verify: ssl.SSLContext) -> None:
        import httpx

        self._to, self._timeout_s = to, timeout_s
        self._client = httpx.AsyncClient(
            http1=version != "2",
            http2=version != "1",
            verify=verify,
            follow_redirects=False,
            timeout=httpx.Timeout(timeout_s, pool=None),
            limits=httpx.Limits(max_connections=most, max_keepalive_connections=most, keepalive_expiry=60),
        )
        self._address: str | None = None
        self.dns_ms: float | None = None

    async def __aenter__(self) -> Caller:
        return self

    async def __aexit__(self, *_: object) -> None:
        with contextlib.suppress(OSError, RuntimeError):
            await self._client.aclose()

    @staticmethod
    async def ready() -> None:
        """Load what the first request would have to load, so that it takes as long as any other."""
        import anyio

        _errors()
        await anyio.sleep(0)
        await asyncio.get_running_loop().getaddrinfo("127.0.0.1", 80)

    async def resolve(self, timing: Timing) -> None:
        """Look the host up, once; its time counts for this request. Raises Failed."""
        if self._address is not None or _proxied(self._to.url):
            return
        host, began = self._to.host, timing.now()
        try:
            found = await asyncio.wait_for(
                asyncio.get_running_loop().getaddrinfo(host, self._to.port, type=socket.SOCK_STREAM), self._timeout_s
            )
        except (OSError, UnicodeError, TimeoutError):
            raise Failed("dns") from None
        timing.dns_ms = timing.now() - began
        self._address = str(found[0][4][0])

    @contextlib.asynccontextmanager
    async def post(
        self, url: str, timing: Timing, *, largest: int, headers: Mapping[str, str] | None = None, **body: Any
    ) -> AsyncIterator[Answer]:
        """The answer to a request, its body not yet read. Raises Failed, for whatever goes wrong until its end.

        `body`: `json`, or `data` and `files`, as httpx takes them.
        """
        answer: Answer | None = None
        try:
            async with asyncio.timeout(self._timeout_s * 2):
                await self.resolve(timing)
                request = self._request(url, timing, headers or {}, body)
                response = await self._client.send(request, stream=True)
                try:
                    timing.headers_ms = timing.now()
                    timing.http = response.http_version.removeprefix("HTTP/").removesuffix(".0")
                    timing.server_ms, timing.server_ms_from = server_time(response.headers)
                    if response.status_code != 200:
                        raise await self._refused(response)
                    answer = Answer(response, timing, largest)
                    yield answer
                finally:
                    with contextlib.suppress(OSError, RuntimeError):
                        await response.aclose()
        except Failed:
            raise
        except TimeoutError:
            raise Failed("endless" if answer and answer.began else "timeout") from None
        except _errors() as error:
            raise of_exception(error, bool(answer and answer.began)) from None

    def _request(self, url: str, timing: Timing, headers: Mapping[str, str], body: dict[str, Any]) -> httpx.Request:
        parts = urlsplit(url)
        extensions: dict[str, Any] = {"trace": timing.trace}
        given = {"Accept-Encoding": "identity", **headers, **self._to.headers()}
        if self._address is not None:
            given["Host"] = parts.netloc
            extensions |= {"sni_hostname": self._to.host} if parts.scheme == "https" else {}
            address = f"[{self._address}]" if ":" in self._address else self._address
            url = parts._replace(netloc=f"{address}:{self._to.port}").geturl()
        return self._client.build_request("POST", url, headers=given, extensions=extensions, **body)

    async def _refused(self, response: httpx.Response) -> Failed:
        body = bytearray()
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > LARGEST_ERROR:
                break
        where = None
        if 300 <= response.status_code < 400:
            where = _host_of(response.headers.get("location", ""))
        code = error_code(bytes(body[:LARGEST_ERROR]), self._to.key)
        return of_status(response.status_code, retry_after(response.headers), code, where)


def error_code(body: bytes, key: str | None) -> str | None:
    """The code of an error in the forms of OpenAI, ElevenLabs and Deepgram; None: there is none."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    for _ in range(2):
        if not isinstance(found, dict):
            return None
        inner = next((found[name] for name in ("error", "detail") if isinstance(found.get(name), dict)), None)
        if inner is None:
            break
        found = inner
    names = (found.get(name) for name in ("code", "type", "status", "err_code", "error"))
    return next((code for name in names if (code := safe_code(name, key)) is not None), None)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """How many seconds to wait, as the server asks; None: it does not say."""
    text = headers.get("retry-after", "").strip()
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(text) - clock.now()).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return None
    return min(max(seconds, 0.0), LONGEST_WAIT_S) if seconds == seconds else None


def server_time(headers: Mapping[str, str]) -> tuple[float | None, str | None]:
    """What the server says it took, in ms, and the header that says it; None: none does."""
    for name in SERVER_TIMES:
        if (found := _ms(headers.get(name, ""))) is not None:
            return found, name
    durations = [_ms(part.partition("=")[2].strip(' "')) for part in _parts(headers.get("server-timing", ""))]
    known = [one for one in durations if one is not None]
    return (max(known), "server-timing") if known else (None, None)


def _parts(text: str) -> list[str]:
    return [part.strip() for entry in text[:4096].split(",") for part in entry.split(";") if part.strip()[:4] == "dur="]


def _ms(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if 0 <= found < 1e9 else None


def _host_of(location: str) -> str | None:
    try:
        host = urlsplit(location[:2000]).hostname
    except ValueError:
        return None
    return host if host is None or (host.isascii() and host.isprintable() and len(host) < 200) else None


def _proxied(url: str) -> bool:
    parts = urlsplit(url)
    found = getproxies()
    return bool(found.get(parts.scheme) or found.get("all")) and not proxy_bypass(parts.hostname or "")


@cache
def _errors() -> tuple[type[Exception], ...]:
    """What httpx and what is below it raise at a connection."""
    import anyio
    import h2.exceptions
    import httpx

    return (
        httpx.HTTPError,
        httpx.StreamError,
        httpx.InvalidURL,
        h2.exceptions.H2Error,
        anyio.BrokenResourceError,
        anyio.ClosedResourceError,
        anyio.EndOfStream,
        OSError,
        ValueError,
    )


def tls_context(ca: str | None) -> ssl.SSLContext:
    """Certificates that are trusted: the system's, or those in a file. Raises InputError."""
    try:
        context = ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        raise InputError(f"--ca {ca}: is no file of certificates: {error.strerror or error}") from None
    return context
